import Glibc
import LinuxIO
import Programs
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
      let socket = try UeventNamespace.openListener()
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

  @Test("says so where more came at once than it could keep, and hears what comes afterwards")
  func overrun() throws {
    let events = try UeventNamespace.run { send in
      let monitor = try DeviceMonitor()
      // As little as the kernel allows: libudev asks for so much that root never fills it.
      var room: Int32 = 0
      setsockopt(
        monitor.fileNumber, SOL_SOCKET, SO_RCVBUF, &room, UInt32(MemoryLayout<Int32>.size))
      for _ in 0..<1000 { send("tty", Self.message("change", Self.adapter)) }
      var events = try drain(monitor)
      send("tty", Self.message("remove", Self.adapter))
      events += try drain(monitor)
      return events
    }
    #expect(events.contains(.overrun))
    guard case .removed = events.last else {
      Issue.record("what came after the flood was expected to be heard")
      return
    }
  }

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
