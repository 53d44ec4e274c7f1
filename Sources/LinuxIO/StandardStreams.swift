/// Standard output, collected and written in large pieces.
///
/// What is still held when its life ends is written, errors unseen: flush where they matter.
public struct StandardOutput: ~Copyable, Sendable {
  /// Bytes collected before they are written.
  public static let bufferBytes = 65_536

  private let fileNumber: CInt
  private var held: [UInt8] = []

  /// Ignores `SIGPIPE`: a reader that goes away shows as the error `brokenPipe`.
  public init() {
    self.init(fileNumber: 1)
  }

  init(fileNumber: CInt) {
    self.fileNumber = fileNumber
    Signal.pipe.ignore()
    held.reserveCapacity(StandardOutput.bufferBytes)
  }

  public mutating func write(_ bytes: Span<UInt8>) throws(Errno) {
    if held.count + bytes.count > StandardOutput.bufferBytes { try flush() }
    guard bytes.count < StandardOutput.bufferBytes else {
      return try Kernel.writeAll(fileNumber, bytes)
    }
    unsafe bytes.withUnsafeBufferPointer { piece in unsafe held.append(contentsOf: piece) }
  }

  public mutating func write(_ text: String) throws(Errno) {
    let bytes = Array(text.utf8)
    try write(bytes.span)
  }

  /// Writes what is held.
  public mutating func flush() throws(Errno) {
    guard !held.isEmpty else { return }
    // Emptied even where writing fails, lest the end of its life try again.
    defer { held.removeAll(keepingCapacity: true) }
    try Kernel.writeAll(fileNumber, held.span)
  }

  deinit {
    let rest = held
    try? Kernel.writeAll(fileNumber, rest.span)
  }
}

/// Standard error, where a daemon's log goes.
public enum StandardError {
  /// How urgent a line is, to journald.
  public enum Priority: Int, Sendable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7
  }

  /// Whether standard error is the journal, which understands priorities.
  public static let isJournal = Environment.value("JOURNAL_STREAM") != nil

  /// Writes one line, in one piece so that threads do not mix theirs.
  ///
  /// `priority` becomes the prefix that journald takes off. Nobody can be told that this failed.
  public static func writeLine(_ text: String, priority: Priority? = nil) {
    let prefix = priority.map { "<\($0.rawValue)>" } ?? ""
    let line = Array("\(prefix)\(text)\n".utf8)
    try? Kernel.writeAll(2, line.span)
  }
}

extension StandardError {
  /// Writes as it is, without a line end: for what is drawn over on a terminal.
  public static func write(_ text: String) {
    let bytes = Array(text.utf8)
    try? Kernel.writeAll(2, bytes.span)
  }
}

/// The terminal that a person sits at.
public enum Terminal {
  /// Whether that descriptor (0, 1 or 2) is a terminal.
  public static func isTerminal(_ fileNumber: CInt) -> Bool {
    Kernel.isTerminal(fileNumber)
  }

  /// Its size in characters; nil where standard output is no terminal or does not know.
  public static var size: (columns: Int, rows: Int)? {
    guard let size = try? Kernel.windowSize(1), size.columns > 0, size.rows > 0 else {
      return nil
    }
    return size
  }
}
