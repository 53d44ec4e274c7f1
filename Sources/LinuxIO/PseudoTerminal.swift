/// A serial port without hardware: what is written here arrives at whoever opens `path`.
///
/// The end of its life is the unplugging of the port. Unlike a wire it does not pace bytes to the
/// line's speed, and it has neither parity nor modem lines.
public struct PseudoTerminal: ~Copyable, Sendable, Pollable {
  /// Where the other side is opened, such as `/dev/pts/4`.
  public let path: String
  private let master: FileDescriptor

  public var fileNumber: CInt { master.fileNumber }

  /// Makes a pseudo-terminal whose slave is already raw, so that nothing is echoed while it waits.
  public init(settings: SerialSettings = SerialSettings(baud: 9600)) throws(Errno) {
    let (number, path) = try Kernel.openPseudoTerminal()
    let master = FileDescriptor(adopting: number)
    // The settings survive this descriptor, which is not held so that `isOpened` tells of others.
    let slave = FileDescriptor(adopting: try Kernel.openTerminal(path, writable: true))
    try Kernel.setLine(slave.fileNumber, settings)

    self.path = path
    self.master = master
  }

  /// Whether anyone has the other side open now.
  public var isOpened: Bool {
    get throws(Errno) { try !Kernel.isHungUp(fileNumber) }
  }

  /// The settings that the other side has chosen.
  public var settings: SerialSettings {
    get throws(Errno) { try Kernel.line(fileNumber).settings }
  }

  /// Sends bytes; about 20,000 are kept for a side that is slow to read, or not yet there.
  public borrowing func write(_ bytes: Span<UInt8>) -> WriteOutcome {
    master.write(bytes)
  }

  /// What the other side wrote. While nobody has it open there is `nothing`, though an `Epoll`
  /// reports a hang-up then.
  public borrowing func read(into buffer: inout MutableSpan<UInt8>) -> ReadOutcome {
    let outcome = master.read(into: &buffer)
    return outcome == .gone(.error(.inputOutput)) ? .nothing : outcome
  }
}
