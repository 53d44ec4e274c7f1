import Configuration
import EventStream
import LinuxIO
import Pipeline

/// The lines of a daemon's socket, one after the other, for as long as the daemon lives.
///
/// A daemon that is well and has nothing to say sends a heartbeat every few seconds to those who
/// have subscribed to it; one that is connected and says nothing at all hangs.
struct StreamLines: ~Copyable {
  /// Twice the longest time between two heartbeats.
  static let patienceSeconds = 10

  private let path: String
  private let stream: UnixStream
  private var epoll: Epoll
  /// Whether silence means anything: a clock that is not real may stand still.
  private var isPatient = true
  /// Whether the lines ended because none came.
  private(set) var isSilent = false
  private var held: [UInt8] = []
  private var start = 0
  private var isPolled = false

  init(_ path: String) throws(Failure) {
    do throws(Errno) {
      let stream = try UnixStream.connect(to: path)
      let epoll = try Epoll()
      try epoll.add(stream, for: .input, token: 0)
      self.path = path
      self.stream = stream
      self.epoll = epoll
    } catch {
      throw Failure(.unavailable, "no daemon answers at \(path): \(error)")
    }
  }

  /// Why there are no more lines: whoever watches over daemons can tell by the exit code.
  var failure: Failure {
    isSilent
      ? Failure(
        .internalError,
        "the daemon at \(path) hangs: it has said nothing for \(Self.patienceSeconds) s")
      : Failure(.unavailable, "the daemon has closed the connection")
  }

  func send(_ line: String) throws(Failure) {
    let bytes = Array((line + "\n").utf8)
    do throws(Errno) {
      try stream.writeAll(bytes.span)
    } catch {
      throw Failure(.unavailable, "the daemon has gone: \(error)")
    }
  }

  /// From here on `nextObjectIfAny` returns at once.
  mutating func nextObjectIfAny() -> JSON? {
    if !isPolled {
      isPolled = true
      try? stream.setNonBlocking()
    }
    return nextObject()
  }

  /// From here on silence is borne.
  mutating func waitForEver() { isPatient = false }

  /// The next whole line with its line end; nil once the daemon has closed the connection, or has
  /// been silent for too long.
  mutating func next() -> [UInt8]? {
    while true {
      if let end = held[start...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(held[start...end])
        start = end + 1
        return line
      }
      held.removeFirst(start)
      start = 0
      // No line is longer; a peer that sends one is no daemon of ours.
      guard held.count <= 4 * LineWriter.longestLine else { return nil }
      if isPatient, !isPolled {
        let count = try? epoll.wait(milliseconds: Self.patienceSeconds * 1000)
        if count == 0 {
          isSilent = true
          return nil
        }
      }
      var buffer = [UInt8](repeating: 0, count: 16_384)
      var storage = buffer.mutableSpan
      guard case .bytes(let count) = stream.read(into: &storage) else { return nil }
      held.append(contentsOf: buffer[0..<count])
    }
  }

  /// The next line, read as JSON; lines that are none are passed over.
  mutating func nextObject() -> JSON? {
    while let line = next() {
      if let json = try? JSON(parsing: line.span) { return json }
    }
    return nil
  }
}

/// Where the daemon's sockets are.
enum SocketPath {
  /// As `--socket` says, else as the configuration does.
  static func stream(_ arguments: inout Arguments) throws(Failure) -> String {
    if let path = try arguments.takeOption("--socket") { return path }
    return try configuration(&arguments).socketPath
  }

  static func control(_ arguments: inout Arguments) throws(Failure) -> String {
    if let path = try arguments.takeOption("--socket") { return path }
    return try configuration(&arguments).controlSocketPath
  }

  /// One that was not named may be wrong: the daemon that is asked runs with the one before, and
  /// its state matters more than our opinion of the file.
  private static func configuration(
    _ arguments: inout Arguments
  ) throws(Failure) -> Configuration {
    if let path = try arguments.takeOption("--config") { return try readConfiguration(path) }
    return (try? ConfigurationFiles.read(nil)) ?? Configuration()
  }
}

/// A text as a JSON string.
func quoted(_ text: String) -> String {
  var writer = LineWriter()
  writer.put("\"")
  writer.putEscaped(text)
  writer.put("\"")
  return String(decoding: writer.line, as: UTF8.self)
}
