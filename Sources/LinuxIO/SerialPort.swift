/// An open serial port: raw bytes, never blocking, nobody else's while it lives.
///
/// Opening is itself an act (DTR and RTS rise, and some boards reset): open only what an
/// administrator has named.
public struct SerialPort: ~Copyable, Sendable, Pollable {
  public let path: String
  /// What was asked of the line; the driver may differ by 2 % in speed.
  public private(set) var settings: SerialSettings
  private var marks = ErrorMarks()
  private let descriptor: FileDescriptor
  private let isPseudoTerminal: Bool

  public var fileNumber: CInt { descriptor.fileNumber }

  /// Bytes dropped because they arrived with a parity or framing error; only seen with parity.
  public var markedBytes: Int { marks.dropped }

  /// Opens the port, to be read only unless `writable`.
  ///
  /// A fresh terminal echoes: until the line is raw, the kernel sends what a probe says back to it.
  /// So setting it comes first, but for the lock: another's port must not change its speed.
  public init(
    path: String, settings: SerialSettings, writable: Bool = false
  ) throws(SerialPortError) {
    let descriptor = try SerialPort.open(path, writable: writable)
    let isPseudoTerminal = Kernel.isPseudoTerminal(descriptor.fileNumber)
    try SerialPort.apply(
      settings, to: descriptor, path: path, isPseudoTerminal: isPseudoTerminal)
    do throws(Errno) {
      // On a pseudo-terminal the claim would stay when we go, and shut us out on our return.
      if !isPseudoTerminal { try Kernel.claimTerminal(descriptor.fileNumber) }
    } catch {
      throw SerialPortError(error, path: path, doing: "claimed")
    }
    // Only few drivers know it, and without it bytes merely come later.
    try? Kernel.requestLowLatency(descriptor.fileNumber)

    self.path = path
    self.settings = settings
    self.isPseudoTerminal = isPseudoTerminal
    self.descriptor = descriptor
  }

  private static func open(
    _ path: String, writable: Bool
  ) throws(SerialPortError) -> FileDescriptor {
    let descriptor: FileDescriptor
    do throws(Errno) {
      descriptor = FileDescriptor(adopting: try Kernel.openTerminal(path, writable: writable))
    } catch {
      throw SerialPortError(error, path: path, doing: "opened")
    }
    guard Kernel.isTerminal(descriptor.fileNumber) else { throw .notASerialPort(path) }
    do throws(Errno) {
      guard try Kernel.lock(descriptor.fileNumber) else { throw Errno.busy }
    } catch {
      throw SerialPortError(error, path: path, doing: "locked")
    }
    return descriptor
  }

  /// Sets the line, throws away what came before, and reads back what the driver made of it:
  /// drivers accept speeds that they cannot do and silently choose another.
  private static func apply(
    _ settings: SerialSettings, to descriptor: borrowing FileDescriptor, path: String,
    isPseudoTerminal: Bool
  ) throws(SerialPortError) {
    let found: (settings: SerialSettings, isRaw: Bool)
    do throws(Errno) {
      try Kernel.setLine(descriptor.fileNumber, settings)
      try Kernel.flushInput(descriptor.fileNumber)
      found = try Kernel.line(descriptor.fileNumber)
    } catch {
      throw SerialPortError(error, path: path, doing: "set to \(settings)")
    }
    guard found.isRaw else { throw .notRaw(path) }
    guard found.settings.satisfies(settings, onPseudoTerminal: isPseudoTerminal) else {
      throw .refused(path, found: found.settings, expected: settings)
    }
  }

  /// Changes the line's settings; what has arrived and was not read is thrown away.
  public mutating func reconfigure(_ settings: SerialSettings) throws(SerialPortError) {
    try SerialPort.apply(
      settings, to: descriptor, path: path, isPseudoTerminal: isPseudoTerminal)
    self.settings = settings
    marks.restart()
  }

  /// Reads what has arrived, at most as many bytes as `buffer` holds.
  ///
  /// An unplugged adapter shows as end of file, hang-up or an input error: all are `gone`.
  public mutating func read(into buffer: inout MutableSpan<UInt8>) -> ReadOutcome {
    let outcome = descriptor.read(into: &buffer)
    guard settings.parity != .none, case .bytes(let count) = outcome else { return outcome }
    let kept = marks.strip(&buffer, count: count)
    return kept > 0 ? .bytes(kept) : .nothing
  }

  /// Hands bytes to the line; only where the port was opened `writable`.
  public mutating func write(_ bytes: Span<UInt8>) -> WriteOutcome {
    Kernel.writeOutcome(fileNumber, bytes)
  }
}

/// Why a serial port cannot be had, as one sentence for the log.
public enum SerialPortError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(String)
  case denied(String)
  case notASerialPort(String)
  case busy(String)
  case notRaw(String)
  case refused(String, found: SerialSettings, expected: SerialSettings)
  case failed(String, doing: String, Errno)

  init(_ error: Errno, path: String, doing act: String) {
    switch error {
    case .noSuchFile, .noSuchAddress, .noSuchDevice, .notADirectory: self = .missing(path)
    case .accessDenied, .notPermitted: self = .denied(path)
    case .busy: self = .busy(path)
    case .notATerminal, .isADirectory: self = .notASerialPort(path)
    default: self = .failed(path, doing: act, error)
    }
  }

  public var description: String {
    switch self {
    case .missing(let path):
      "\(path) does not exist: a plugged-in serial port was expected"
    case .denied(let path):
      "\(path) may not be opened by this user: membership of its group was expected"
    case .notASerialPort(let path):
      "\(path) is not a serial port: a terminal device was expected"
    case .busy(let path):
      "\(path) is in use by another program: a port of our own was expected"
    case .notRaw(let path):
      "\(path) alters the bytes that pass: its driver refuses raw mode, which was expected"
    case .refused(let path, let found, let expected):
      "\(path) runs at \(found) although \(expected) was expected: its driver refuses that"
    case .failed(let path, let act, let error):
      "\(path) cannot be \(act): \(error)"
    }
  }
}
