import LinuxIO

/// Why a command cannot go on: one sentence, and the exit code of `sysexits.h`.
struct Failure: Error {
  enum Code: Int32 {
    case usage = 64
    case damagedInput = 65
    case noInput = 66
    case unavailable = 69
    case internalError = 70
    case system = 71
    case cannotCreate = 73
    case inputOutput = 74
    case configuration = 78
  }

  let code: Code
  let sentence: String
  /// Whether the sentence begins with the place in a file, as editors know it: `FILE:LINE:`.
  let isPlaced: Bool

  init(_ code: Code, _ sentence: String, isPlaced: Bool = false) {
    self.code = code
    self.sentence = sentence
    self.isPlaced = isPlaced
  }

  /// Says the sentence and ends the program.
  func end() -> Never {
    StandardError.writeLine(isPlaced ? sentence : "kangaroo: \(sentence)")
    Process.exit(code.rawValue)
  }
}

extension StandardOutput {
  /// Writes what was printed; a reader that has gone away is no failure, but ends the program.
  mutating func put(_ bytes: [UInt8]) throws(Failure) {
    do throws(Errno) {
      try write(bytes.span)
    } catch {
      throw Self.failure(error)
    }
  }

  mutating func put(_ text: String) throws(Failure) { try put(Array(text.utf8)) }

  mutating func putAway() throws(Failure) {
    do throws(Errno) {
      try flush()
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ error: Errno) -> Failure {
    if error == .brokenPipe { Process.exit(0) }
    return Failure(.inputOutput, "standard output cannot be written: \(error)")
  }
}
