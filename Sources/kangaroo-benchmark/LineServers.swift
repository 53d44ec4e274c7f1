import LinuxIO
import Probes
import Simulator

/// A running program that tells every subscriber of its the same lines.
protocol LineServer: AnyObject {
  var name: String { get }
  /// Line feeds in what a subscriber gets of one line.
  var breaksPerLine: UInt64 { get }
  /// The bytes that make it deliver `FanOut.burst` lines.
  var burst: [UInt8] { get }
  /// Where those are written.
  var speaker: CInt { get }

  /// A connection that has subscribed and been told so.
  func makeSubscriber() throws -> Listener

  /// Says of the burst what fits now, from that byte on; how many bytes that was.
  func say(from place: Int) throws -> Int

  var process: Int32 { get }
}

/// The daemon, on whose wire an oximeter speaks: two lines, pulse rate and SpO2, a frame.
final class DaemonServer: LineServer {
  let name = "kangarood"
  let breaksPerLine: UInt64 = 1
  let burst: [UInt8]
  private let wire: PseudoTerminal
  private let socket: String
  private let child: ChildProcess

  init(in place: Workplace) throws {
    var frames: [UInt8] = []
    var encoder = Contec5Encoder()
    while frames.count < FanOut.burst / 2 * 5 {
      encoder.encode(Vitals(heart: Vitals.Heart(rate: 150)), at: .zero, into: &frames)
    }
    burst = Array(frames.prefix(FanOut.burst / 2 * 5))
    let wire = try PseudoTerminal()
    socket = place.path("stream.sock")
    let settings = """
      [daemon]
      socket-path = \(socket)
      control-socket-path = \(place.path("control.sock"))
      state-directory = \(place.path("state"))
      [infant bed-3a]
      [probe oximeter-3a]
      path = \(wire.path)
      protocol = contec-5byte
      infant = bed-3a
      site = foot

      """
    let file = place.path("kangarood.conf")
    let bytes = Array(settings.utf8)
    try Files.write(bytes.span, to: file)
    try Files.makeDirectory(place.path("state"))
    let here = try Process.executablePath
    let directory = here[..<(here.lastIndex(of: "/") ?? here.startIndex)]
    child = try ChildProcess(
      path: "\(directory)/kangarood", arguments: ["--config", file], output: .discarded,
      error: .file(place.path("log")))
    self.wire = consume wire
    while try !self.wire.isOpened { BootClock.sleep(until: BootClock.now + 1_000_000) }
  }

  var speaker: CInt { wire.fileNumber }

  func makeSubscriber() throws -> Listener {
    let listener = Listener(try UnixStream.connect(to: socket))
    let request = Array("{\"subscribe\":{\"types\":[\"sample\"]}}\n".utf8)
    try listener.stream.writeAll(request.span)
    try listener.read { text in
      guard let reply = text.firstRange(of: "\"reply\"") else { return false }
      return text[reply.upperBound...].contains("\"live\"") && text.hasSuffix("\n")
    }
    return listener
  }

  func say(from place: Int) throws -> Int {
    let burst = burst
    switch wire.write(burst.span.extracting(place...)) {
    case .bytes(let count): return count
    case .wouldBlock: return 0
    case .gone(let departure): throw FanOutFailure("the daemon has left the wire: \(departure)")
    }
  }

  var process: Int32 { child.identifier }
}

/// `redis-server`, without a file on disk, of which one connection publishes.
final class RedisServer: LineServer {
  let name = "redis-server"
  /// A message is an array of three texts: seven lines in its protocol.
  let breaksPerLine: UInt64 = 7
  let burst: [UInt8]
  private let socket: String
  private let publisher: Listener
  private let child: ChildProcess

  init(in place: Workplace) throws {
    let line = """
      {"type":"sample","seq":1234567,"t":12345.678,"time":"2026-11-22T10:00:00.000Z",\
      "infant":"bed-3a","port":"oximeter-3a","site":"foot","quantity":"pulse-rate","value":150,\
      "unit":"/min","validity":"valid","flags":[],"mdc":149530}
      """
    let order = "*3\r\n$7\r\nPUBLISH\r\n$1\r\ns\r\n$\(line.utf8.count)\r\n\(line)\r\n"
    burst = Array(String(repeating: order, count: FanOut.burst).utf8)
    socket = place.path("redis.sock")
    guard let path = Self.program else {
      throw FanOutFailure("redis-server is not in PATH: `apt-get install redis-server`")
    }
    child = try ChildProcess(
      path: path,
      arguments: [
        "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no",
      ], output: .discarded)
    while (try? UnixStream.connect(to: socket)) == nil {
      BootClock.sleep(until: BootClock.now + 1_000_000)
    }
    publisher = Listener(try UnixStream.connect(to: socket))
    // Answers to what is published would have to be read.
    let silence = Array("CLIENT REPLY OFF\r\n".utf8)
    try publisher.stream.writeAll(silence.span)
    try publisher.stream.setNonBlocking()
  }

  private static var program: String? {
    (Environment.value("PATH") ?? "").split(separator: ":").map { "\($0)/redis-server" }
      .first { Files.exists($0) }
  }

  var speaker: CInt { publisher.stream.fileNumber }

  func makeSubscriber() throws -> Listener {
    let listener = Listener(try UnixStream.connect(to: socket))
    let request = Array("SUBSCRIBE s\r\n".utf8)
    try listener.stream.writeAll(request.span)
    try listener.read { $0.hasSuffix(":1\r\n") }
    return listener
  }

  func say(from place: Int) throws -> Int {
    let burst = burst
    switch publisher.stream.write(burst.span.extracting(place...)) {
    case .bytes(let count): return count
    case .wouldBlock: return 0
    case .gone(let departure): throw FanOutFailure("redis-server has gone: \(departure)")
    }
  }

  var process: Int32 { child.identifier }
}

extension LineServer {
  /// Memory that it has, by the kernel's word.
  var residentKilobytes: Int {
    get throws {
      let row = try kernelFile("status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      guard let kilobytes = row?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { throw FanOutFailure("the kernel does not say what memory \(name) has") }
      return kilobytes
    }
  }

  /// Time that processors have spent on it, all its threads together: in hundredths of a second.
  var processorTime: Int {
    get throws {
      // After the name in brackets, which may hold blanks: from the state on.
      let fields = try kernelFile("stat").split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 13, let user = Int(fields[11]), let system = Int(fields[12]) else {
        throw FanOutFailure("the kernel does not say what time \(name) has taken")
      }
      return user + system
    }
  }

  private func kernelFile(_ file: String) throws -> String {
    String(decoding: try Files.read("/proc/\(process)/\(file)", atMost: 65_536), as: UTF8.self)
  }
}
