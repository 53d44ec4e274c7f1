/// Something that an `Epoll` can wait for.
public protocol Pollable: ~Copyable {
  /// The descriptor's number, valid while its owner lives.
  var fileNumber: CInt { get }
}

/// Owns an open descriptor and closes it at the end of its life.
public struct FileDescriptor: ~Copyable, Sendable, Pollable {
  public let fileNumber: CInt

  /// Takes over an open descriptor, which nobody else may close from here on.
  public init(adopting fileNumber: CInt) {
    precondition(fileNumber >= 0, "a descriptor's number is never negative")
    self.fileNumber = fileNumber
  }

  /// A second descriptor for what is open under that number, such as 0 for standard input.
  public init(duplicating fileNumber: CInt) throws(Errno) {
    let duplicate = try Kernel.duplicate(fileNumber)
    self.init(adopting: duplicate)
  }

  /// Opens a file or directory to be read.
  public init(reading path: String) throws(Errno) {
    let number = try Kernel.open(path, Kernel.forReading)
    self.init(adopting: number)
  }

  /// Opens a file to be written from its beginning: created if missing, emptied if not.
  public init(writing path: String, mode: UInt32 = 0o644) throws(Errno) {
    let number = try Kernel.open(path, Kernel.forRewriting, mode: mode)
    self.init(adopting: number)
  }

  /// Opens a file to be written at its end: created if missing.
  public init(appendingTo path: String, mode: UInt32 = 0o644) throws(Errno) {
    let number = try Kernel.open(path, Kernel.forAppending, mode: mode)
    self.init(adopting: number)
  }

  /// Makes a file that must not exist yet, to be written at its end.
  public init(creating path: String, mode: UInt32 = 0o644) throws(Errno) {
    let number = try Kernel.open(path, Kernel.forCreating, mode: mode)
    self.init(adopting: number)
  }

  /// Opens a file to be written anywhere: created if missing, left as it is if not.
  public init(updating path: String, mode: UInt32 = 0o644) throws(Errno) {
    let number = try Kernel.open(path, Kernel.forUpdating, mode: mode)
    self.init(adopting: number)
  }

  deinit {
    Kernel.close(fileNumber)
  }

  /// From here on a read finds `nothing` rather than wait.
  public borrowing func setNonBlocking() throws(Errno) {
    try Kernel.setNonBlocking(fileNumber, true)
  }

  /// Gives up ownership: the caller closes it.
  consuming func release() -> CInt {
    let number = fileNumber
    discard self
    return number
  }
}

/// What one read brought.
public enum ReadOutcome: Equatable, Sendable {
  /// So many bytes, at least one.
  case bytes(Int)
  /// None at the moment.
  case nothing
  /// The other side will send no more: an ordinary event, not an error.
  case gone(Departure)
}

/// What became of one write.
public enum WriteOutcome: Equatable, Sendable {
  /// So many bytes were taken, perhaps fewer than were offered.
  case bytes(Int)
  /// None can be taken at the moment.
  case wouldBlock
  case gone(Departure)
}

/// How the other side's going showed itself.
public enum Departure: Equatable, Sendable, CustomStringConvertible {
  case endOfFile
  case error(Errno)

  public var description: String {
    switch self {
    case .endOfFile: "end of file"
    case .error(let error): error.description
    }
  }
}

extension FileDescriptor {
  /// Reads at most as many bytes as `buffer` holds.
  public borrowing func read(into buffer: inout MutableSpan<UInt8>) -> ReadOutcome {
    Kernel.readOutcome(fileNumber, into: &buffer)
  }

  /// Writes some of the bytes.
  public borrowing func write(_ bytes: Span<UInt8>) -> WriteOutcome {
    Kernel.writeOutcome(fileNumber, bytes)
  }

  /// Writes all bytes to a descriptor that blocks.
  public borrowing func writeAll(_ bytes: Span<UInt8>) throws(Errno) {
    try Kernel.writeAll(fileNumber, bytes)
  }

  /// Everything up to the end, or `EFBIG` where that is more than `limit` bytes.
  public borrowing func readAll(atMost limit: Int) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try Kernel.read(fileNumber, into: &chunk)
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else { throw .fileTooLarge }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Returns once what was written is on disk. The C function is `fdatasync`.
  public borrowing func synchronize() throws(Errno) {
    try Kernel.synchronize(fileNumber)
  }

  /// Writes all bytes from byte `offset` of the file on, wherever reading or writing stands.
  public borrowing func writeAll(_ bytes: Span<UInt8>, at offset: Int) throws(Errno) {
    try Kernel.writeAll(fileNumber, bytes, at: offset)
  }

  /// Reads from byte `offset` of the file on; how many bytes there were, 0 at its end.
  public borrowing func read(
    into buffer: inout MutableSpan<UInt8>, at offset: Int
  ) throws(Errno) -> Int {
    try Kernel.read(fileNumber, into: &buffer, at: offset)
  }

  /// Cuts the file to `size` bytes. The C function is `ftruncate`.
  public borrowing func truncate(to size: Int) throws(Errno) {
    try Kernel.truncate(fileNumber, to: size)
  }

  /// Takes the lock of the open file or directory, held until it is closed; false where another
  /// has it. The C function is `flock`.
  public borrowing func lock() throws(Errno) -> Bool {
    try Kernel.lock(fileNumber)
  }
}
