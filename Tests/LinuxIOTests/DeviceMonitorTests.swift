import Glibc
import LinuxIO
import Testing

/// In a network namespace of the test's own: real libudev, and nobody else hears the events.
///
/// Needs root, or the right to make such a namespace.
@Suite("A device monitor", .enabled(if: UeventNamespace.isAvailable))
struct DeviceMonitorTests {
  private static let path = "/devices/pci0/usb1/1-1/1-1:1.0/ttyUSB7/tty/ttyUSB7"

  private static func message(
    _ action: String, of subsystem: String = "tty", _ more: [String]
  ) -> [String] {
    ["ACTION=\(action)", "DEVPATH=\(path)", "SUBSYSTEM=\(subsystem)", "MAJOR=188", "MINOR=7"] + more
      + ["SEQNUM=1", "USEC_INITIALIZED=1"]
  }

  private static let adapter = [
    "DEVNAME=/dev/ttyUSB7", "ID_BUS=usb", "ID_SERIAL=KMC_Probe_0007", "ID_SERIAL_SHORT=0007",
    "ID_USB_INTERFACE_NUM=00", "DEVLINKS=/dev/serial/by-id/usb-KMC_Probe_0007-if00-port0",
  ]

  @Test("tells of a serial port that comes, changes and goes, and of nothing else")
  func events() throws {
    let events = try UeventNamespace.run { send in
      let monitor = try DeviceMonitor()
      send("block", Self.message("add", ["DEVNAME=/dev/sdz"]))
      send("tty", Self.message("add", Self.adapter))
      send("tty", Self.message("change", Self.adapter))
      send("tty", Self.message("remove", Self.adapter))
      return try drain(monitor)
    }
    guard case .added(let device) = events.first else {
      Issue.record("the first event was expected to be that the port has come")
      return
    }
    #expect(device.identity == "usb-KMC_Probe_0007-if00-port0")
    #expect(device.node == "/dev/ttyUSB7")
    #expect(device.serialNumber == "0007")
    #expect(device.isUSB)
    #expect(events == [.added(device), .changed(device), .removed(device)])
  }

  @Test("hears, through a socket that it is given, what is told in another network")
  func handedOver() throws {
    let events = try UeventNamespace.run { send in
      let socket = try FileDescriptor(adopting: UeventNamespace.openListener())
      // Both are told before there is a filter: the second line, libudev's own, holds too.
      send("block", Self.message("add", of: "block", ["DEVNAME=/dev/sdz"]))
      send("tty", Self.message("add", Self.adapter))
      let number = socket.fileNumber
      return try UeventNamespace.run { _ in try drain(DeviceMonitor(hearing: number)) }
    }
    guard case .added(let device) = events.first else {
      Issue.record("the port was expected to have come, found \(events)")
      return
    }
    #expect(device.identity == "usb-KMC_Probe_0007-if00-port0")
    #expect(events.count == 1)
  }

  @Test("refuses a descriptor to which no events come")
  func noSocket() throws {
    let bell = try Doorbell()
    #expect(throws: Errno.wrongSocketType) { try hear(bell.fileNumber) }
  }

  private func hear(_ number: CInt) throws { _ = try DeviceMonitor(hearing: number) }

  private func drain(_ monitor: borrowing DeviceMonitor) throws -> [DeviceMonitor.Event] {
    try awaitReady(monitor)
    var events: [DeviceMonitor.Event] = []
    while let event = monitor.next() { events.append(event) }
    return events
  }

  @Test(
    "survives a message that makes no sense",
    arguments: [
      [], ["DEVNAME=ttyUSB7"], ["DEVNAME="], ["DEVNAME=/"], ["DEVNAME=/etc/passwd"],
      ["DEVNAME=/dev/"], ["DEVNAME"], ["=", ""], ["DEVNAME=/dev/ttyUSB7", "DEVLINKS=x y"],
      ["MAJOR=x"], ["ACTION=explode"], ["DEVPATH=none"],
    ])
  func nonsense(properties: [String]) throws {
    let events = try UeventNamespace.run { send in
      let monitor = try DeviceMonitor()
      send("tty", Self.message("add", properties))
      send("tty", properties)
      send("tty", Self.message("add", Self.adapter))
      return try drain(monitor)
    }
    guard case .added(let device) = events.last else {
      Issue.record("the message after the senseless one was expected to arrive")
      return
    }
    #expect(device.node == "/dev/ttyUSB7")
  }
}

/// A thread in a network namespace of its own, in which it can speak as udevd does.
enum UeventNamespace {
  typealias Send = (_ subsystem: String, _ properties: [String]) -> Void

  static let isAvailable = (try? run { _ in true }) ?? false

  /// Runs `body` in the namespace, on a thread that ends with it.
  static func run<Value: Sendable>(_ body: (Send) throws -> Value) throws -> Value {
    return try withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let errand = body
      let outcome = Outcome<Value>()
      try Thread.start(owning: outcome, name: "uevents") { outcome in
        guard unshareNetwork() else { return }
        outcome.result = Result { try errand { send(subsystem: $0, properties: $1) } }
      }.join()
      guard let result = outcome.result else { throw Absence() }
      return try result.get()
    }
  }

  /// Written by the thread and read once it has ended.
  private final class Outcome<Value: Sendable>: @unchecked Sendable {
    var result: Result<Value, any Error>?
  }

  /// `unshare(CLONE_NEWNET)`, which the `Glibc` module does not declare.
  private static func unshareNetwork() -> Bool {
    guard let symbol = dlsym(nil, "unshare") else { return false }
    let unshare = unsafeBitCast(symbol, to: (@convention(c) (CInt) -> CInt).self)
    return unshare(0x4000_0000) == 0
  }

  /// A socket as systemd opens it for `ListenNetlink=kobject-uevent 2` with `PassCredentials=yes`.
  static func openListener() throws -> CInt {
    let number = socket(16, Int32(SOCK_RAW.rawValue), 15)
    try #require(number >= 0, "no netlink socket")
    let address = [UInt8(16), 0, 0, 0] + native(0) + native(2)
    let result = address.withUnsafeBytes { address in
      address.withMemoryRebound(to: sockaddr.self) { bind(number, $0.baseAddress, 12) }
    }
    try #require(result == 0, "not bound: \(errno)")
    var yes: CInt = 1
    try #require(setsockopt(number, SOL_SOCKET, SO_PASSCRED, &yes, socklen_t(4)) == 0)
    return number
  }

  /// Multicasts a message in libudev's own form: header, then NUL-terminated properties.
  private static func send(subsystem: String, properties: [String]) {
    let body = properties.map { $0 + "\0" }.joined().utf8
    var header = Array("libudev".utf8) + [0]
    header += bigEndian(0xFEED_CAFE) + native(40) + native(40) + native(UInt32(body.count))
    header += bigEndian(murmurHash2(Array(subsystem.utf8))) + native(0) + native(0) + native(0)
    let message = header + body

    let number = socket(16, Int32(SOCK_RAW.rawValue), 15)
    precondition(number >= 0, "no netlink socket")
    defer { close(number) }
    // struct sockaddr_nl: family, padding, port 0 (the kernel chooses), group 2 (udevd's)
    let address = [UInt8(16), 0, 0, 0] + native(0) + native(2)
    let sent = address.withUnsafeBytes { address in
      address.withMemoryRebound(to: sockaddr.self) {
        sendto(number, message, message.count, 0, $0.baseAddress, 12)
      }
    }
    precondition(sent == message.count, "the message was not sent: \(errno)")
  }

  private static func native(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] { native(value.bigEndian) }

  /// By which libudev's filter in the kernel recognises the subsystem.
  private static func murmurHash2(_ key: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5BD1_E995
    var hash = UInt32(key.count)
    var rest = key[...]
    while rest.count >= 4 {
      var word = rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
      word &*= multiplier
      word ^= word >> 24
      hash = (hash &* multiplier) ^ (word &* multiplier)
      rest = rest.dropFirst(4)
    }
    if !rest.isEmpty {
      hash ^= rest.reversed().reduce(0) { $0 << 8 | UInt32($1) }
      hash &*= multiplier
    }
    hash ^= hash >> 13
    hash &*= multiplier
    return hash ^ hash >> 15
  }
}
