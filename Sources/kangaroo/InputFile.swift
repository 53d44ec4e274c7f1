import LinuxIO

/// A file that is read piece by piece; `-` is standard input.
struct InputFile: ~Copyable {
  let name: String
  private let descriptor: FileDescriptor
  private(set) var bytes = [UInt8](repeating: 0, count: 65_536)

  init(_ path: String) throws(Failure) {
    name = path == "-" ? "standard input" : path
    do throws(Errno) {
      descriptor =
        path == "-" ? try FileDescriptor(duplicating: 0) : try FileDescriptor(reading: path)
    } catch {
      throw Failure(.noInput, "\(path) cannot be read: \(error)")
    }
  }

  /// Reads the next piece into `bytes`; how many there are, 0 at the end.
  mutating func next() throws(Failure) -> Int {
    var piece: [UInt8] = []
    // Taken out while it is filled, so that it does not alias the descriptor's owner.
    swap(&piece, &bytes)
    defer { swap(&piece, &bytes) }
    while true {
      var storage = piece.mutableSpan
      switch descriptor.read(into: &storage) {
      case .bytes(let count): return count
      case .nothing: continue
      case .gone(.endOfFile): return 0
      case .gone(.error(let error)):
        throw Failure(
          error == .isADirectory ? .noInput : .inputOutput, "\(name) cannot be read: \(error)")
      }
    }
  }
}
