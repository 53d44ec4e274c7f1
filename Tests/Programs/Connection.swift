public import EventStream
import LinuxIO

/// One end of a connection to a daemon, read line by line, never waiting for ever.
public final class Connection {
  private let stream: UnixStream
  private var epoll: Epoll
  private var held: [UInt8] = []
  private var start = 0
  private var isOver = false

  public init(_ path: String) throws {
    stream = try UnixStream.connect(to: path)
    try stream.setNonBlocking()
    epoll = try Epoll()
    try epoll.add(stream, for: .input, token: 0)
  }

  /// Sends as much of the text as is taken at once; how many bytes that is.
  public func writeWhatFits(_ text: String) throws -> Int {
    let bytes = Array(text.utf8)
    switch stream.write(bytes.span) {
    case .bytes(let count): return count
    case .wouldBlock: return 0
    case .gone(let departure): throw TooLate("a daemon to write to: \(departure)")
    }
  }

  /// Says that nothing more will be asked.
  public func finishWriting() throws { try stream.finishWriting() }

  /// Whether the connection ended within a line.
  public var hasUnfinishedLine: Bool { isOver && start < held.count }

  /// Sends the text as it is.
  public func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      switch stream.write(bytes.span.extracting(sent...)) {
      case .bytes(let count): sent += count
      case .wouldBlock: BootClock.sleep(until: BootClock.now + 1_000_000)
      case .gone(let departure): throw TooLate("a daemon to write to: \(departure)")
      }
    }
  }

  public func send(_ line: String) throws { try write(line + "\n") }

  /// The next line without its line end; nil once the daemon has closed the connection.
  public func nextLine() throws -> String? {
    while true {
      if let line = nextLineIfAny() { return line }
      if isOver { return nil }
      let count = try epoll.wait(milliseconds: deadlineSeconds * 1000)
      guard count > 0 else { throw TooLate("another line") }
    }
  }

  /// A line that has arrived already.
  public func nextLineIfAny() -> String? {
    while true {
      if let end = held[start...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return String(decoding: held[start..<end], as: UTF8.self)
      }
      held.removeFirst(start)
      start = 0
      guard !isOver else { return nil }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      var storage = buffer.mutableSpan
      switch stream.read(into: &storage) {
      case .bytes(let count): held.append(contentsOf: buffer[0..<count])
      case .nothing: return nil
      case .gone: isOver = true
      }
    }
  }

  /// Takes at most so many bytes of what has arrived, for lines to be found in later.
  public func read(atMost count: Int) -> Int {
    var buffer = [UInt8](repeating: 0, count: count)
    var storage = buffer.mutableSpan
    guard case .bytes(let count) = stream.read(into: &storage) else { return 0 }
    held.append(contentsOf: buffer[0..<count])
    return count
  }

  /// The next line as it is read by a program.
  public func next() throws -> JSON {
    guard let line = try nextLine() else { throw TooLate("another line before the end") }
    return try JSON(parsing: line)
  }

  /// Goes on to the first line that is meant.
  @discardableResult
  public func next(_ isMeant: (JSON) -> Bool) throws -> JSON {
    while true {
      let json = try next()
      if isMeant(json) { return json }
    }
  }

  @discardableResult
  public func next(_ type: String) throws -> JSON { try next { $0.type == type } }

  /// All lines up to the first of that type, with it.
  public func lines(upTo type: String) throws -> [JSON] {
    var lines: [JSON] = []
    repeat { lines.append(try next()) } while lines.last?.type != type
    return lines
  }

  /// Sends a line, and returns its answer.
  public func ask(_ line: String) throws -> JSON {
    try send(line)
    return try next { $0.type == "reply" || $0.type == "error" }
  }

  public func subscribe(_ types: [String]) throws {
    let list = types.map { "\"\($0)\"" }.joined(separator: ",")
    try next("live")
    let answer = try ask("{\"subscribe\":{\"types\":[\(list)]}}")
    guard answer.type == "reply" else { throw TooLate("a reply but \(answer)") }
    try next("live")
  }
}

extension JSON {
  public var type: String { self["type"]?.text ?? "" }

  /// A member's text or number as it stands in the line.
  public func shown(_ key: String) -> String? {
    switch self[key]?.value {
    case .text(let text), .number(let text): text
    case .flag(let flag): "\(flag)"
    default: nil
    }
  }
}
