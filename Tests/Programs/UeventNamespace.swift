import Glibc
import LinuxIO

/// A thread in a network namespace of its own, in which it can speak as udevd does.
public enum UeventNamespace {
  public typealias Send = (_ subsystem: String, _ properties: [String]) -> Void

  public static let isAvailable = (try? run { _ in true }) ?? false

  /// Runs `body` in the namespace, on a thread that ends with it.
  public static func run<Value: Sendable>(_ body: (Send) throws -> Value) throws -> Value {
    return try withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let errand = body
      let outcome = Outcome<Value>()
      try Thread.start(owning: outcome, name: "uevents") { outcome in
        guard unshareNetwork() else { return }
        outcome.result = Result { try errand { send(subsystem: $0, properties: $1) } }
      }.join()
      guard let result = outcome.result else { throw TooLate("a namespace of its own") }
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
  public static func openListener() throws -> FileDescriptor {
    let number = socket(16, Int32(SOCK_RAW.rawValue), 15)
    guard number >= 0 else { throw TooLate("a netlink socket") }
    let listener = FileDescriptor(adopting: number)
    let address = [UInt8(16), 0, 0, 0] + native(0) + native(2)
    let result = address.withUnsafeBytes { address in
      address.withMemoryRebound(to: sockaddr.self) { bind(number, $0.baseAddress, 12) }
    }
    var yes: CInt = 1
    guard result == 0, setsockopt(number, SOL_SOCKET, SO_PASSCRED, &yes, socklen_t(4)) == 0
    else { throw TooLate("a netlink socket that hears") }
    return listener
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
