import Glibc
import LinuxIO
import Programs

/// A mosquitto that runs for one test, and one who listens to all of it and may miss nothing.
final class Broker {
  private let scratch: Scratch
  private var server: ChildProcess
  private let listener: ChildProcess
  let port: Int

  static let programs = ["mosquitto", "mosquitto_pub", "mosquitto_sub", "jq", "setsid"]

  /// Whether this machine has what the tests need.
  static var isInstalled: Bool { programs.allSatisfy { path($0) != nil } }

  static func path(_ program: String) -> String? {
    let path = Environment.value("PATH") ?? ""
    let folders: [Substring] = path.split(separator: ":") + ["/usr/sbin", "/sbin"]
    return folders.map { "\($0)/\(program)" }.first { Files.exists($0) }
  }

  /// `format` is what is kept of each message, in the words of `mosquitto_sub`.
  init(in scratch: Scratch, format: String = "%t %p") throws {
    self.scratch = scratch
    var started: ChildProcess?
    var place = 0
    // Somebody else may have the port.
    for attempt in 0..<20 {
      if started != nil { break }
      let port = 20_000 + (Int(getpid()) * 20 + attempt) % 30_000
      try scratch.write(
        """
        listener \(port) 127.0.0.1
        allow_anonymous true
        persistence true
        persistence_location \(scratch.path)/
        max_queued_messages 0
        user root

        """, to: "mosquitto.conf")
      if let server = try? Self.start(in: scratch, port: port) {
        started = consume server
        place = port
      }
    }
    guard let server = started.take() else { throw TooLate("a broker that listens") }
    let port = place
    let listener = try ChildProcess(
      path: Self.path("mosquitto_sub")!,
      arguments: [
        "-h", "127.0.0.1", "-p", "\(port)", "-c", "-i", "witness", "-q", "1", "-t", "kangarood/#",
        "-F", format,
      ], output: .file(scratch.path("published")), error: .file(scratch.path("witness.err")))
    // Its session exists once a message of its own comes back.
    _ = try awaited("one who listens to the broker") { () -> Bool? in
      _ = try shell(
        "exec \"$0\" -h 127.0.0.1 -p \(port) -q 1 -t kangarood/test -m ready",
        [Self.path("mosquitto_pub")!])
      return try scratch.read("published").contains("ready") ? true : nil
    }
    self.port = port
    self.server = consume server
    self.listener = consume listener
  }

  private static func start(in scratch: Scratch, port: Int) throws -> ChildProcess {
    var server = try ChildProcess(
      path: path("mosquitto")!, arguments: ["-c", scratch.path("mosquitto.conf")],
      output: .discarded, error: .file(scratch.path("mosquitto.err")))
    let isUp = try awaited("a broker or its end") { () -> Bool? in
      if try server.poll() != nil { return false }
      let log = try scratch.read("mosquitto.err")
      return log.contains("mosquitto version") && log.contains("running") ? true : nil
    }
    guard isUp else { throw TooLate("a broker on port \(port)") }
    return server
  }

  /// It ends in good order, and keeps what it has confirmed.
  func stop() throws {
    try server.send(.terminate)
    _ = try awaited("the broker's end") { try server.poll() }
  }

  func start() throws { server = try Self.start(in: scratch, port: port) }

  /// What has come so far, by topic and message.
  func published() throws -> [(topic: String, message: String)] {
    try scratch.read("published").split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().compactMap { line in
        guard let blank = line.firstIndex(of: " ") else { return nil }
        return (String(line[..<blank]), String(line[line.index(after: blank)...]))
      }.filter { $0.topic != "kangarood/test" }
  }
}

/// The script that forwards, started anew whenever it ends, as systemd does.
final class Forwarder {
  private let arguments: [String]
  private let scratch: Scratch
  private var child: ChildProcess

  init(
    ward: String, from socket: String, to broker: Broker, in scratch: Scratch, types: String? = nil
  ) throws {
    self.scratch = scratch
    let name = "forward-\(ward.replacing("/", with: "-"))"
    try? Files.makeDirectory(scratch.path(name))
    var settings = [
      "WARD=\(ward)", "MQTT_HOST=127.0.0.1", "MQTT_PORT=\(broker.port)", "SOCKET=\(socket)",
      "KANGAROO=\(Program.kangaroo.path)", "STATE_DIRECTORY=\(scratch.path(name))",
      "RUNTIME_DIRECTORY=\(scratch.path(name))",
    ]
    if let types { settings.append("TYPES=\(types)") }
    arguments =
      ["env"] + settings + ["sh", "-c", "while :; do \"$0\"; sleep 0.2; done"]
      + ["\(Guide.root)/systemd/forward"]
    child = try Self.start(arguments, scratch)
  }

  private static func start(_ arguments: [String], _ scratch: Scratch) throws -> ChildProcess {
    // In a process group of its own, which can be killed as a whole.
    try ChildProcess(
      path: Broker.path("setsid")!, arguments: arguments, output: .discarded,
      error: .file(scratch.path("forward.err")))
  }

  /// Every process of it dies at once, and it is started anew.
  func kill() throws {
    try end()
    child = try Self.start(arguments, scratch)
  }

  private func end() throws {
    _ = try shell("kill -9 -\"$0\"", ["\(child.identifier)"])
    _ = try awaited("the forwarder's end") { try child.poll() }
  }

  deinit { try? end() }
}
