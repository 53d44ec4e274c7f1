import Glibc
public import LinuxIO

/// A `kangarood` that runs for one test, in a directory of its own.
public final class RunningDaemon {
  public let scratch: Scratch
  private var child: ChildProcess

  public var socket: String { scratch.path("stream.sock") }
  public var controlSocket: String { scratch.path("control.sock") }

  /// Starts it with `sections` after the `[daemon]` section, and waits until it listens.
  ///
  /// `runner` are words before its own: a program that starts it in some other way. `state` is the
  /// state directory's name in the scratch directory, which it is itself unless one is given;
  /// `keys` are further lines of the `[daemon]` section.
  public init(
    _ sections: String, clock: String = "boottime", in scratch: Scratch, runner: [String] = [],
    state: String? = nil, keys: String = ""
  ) throws {
    self.scratch = scratch
    let file = try Self.configure(sections, clock: clock, in: scratch, state: state, keys: keys)
    let words = runner + [Program.kangarood.path, "--config", file]
    child = try ChildProcess(
      path: words[0], arguments: Array(words.dropFirst()), output: .discarded,
      error: .file(scratch.path("log")))
    _ = try awaited("a daemon that listens; its log: \(log)") { () -> Bool? in
      if let ending = try child.poll() { throw TooLate("a daemon but \(ending): \(log)") }
      let isListening = (try? Connection(socket)) != nil && (try? Connection(controlSocket)) != nil
      return isListening ? true : nil
    }
  }

  /// Writes the configuration file; returns its path.
  public static func configure(
    _ sections: String, clock: String = "boottime", in scratch: Scratch, state: String? = nil,
    keys: String = ""
  ) throws -> String {
    try scratch.write(
      """
      [daemon]
      socket-path = \(scratch.path("stream.sock"))
      control-socket-path = \(scratch.path("control.sock"))
      state-directory = \(state.map { scratch.path($0) } ?? scratch.path)
      clock = \(clock)
      \(keys)

      \(sections)
      """, to: "kangarood.conf")
  }

  public var log: String { (try? scratch.read("log")) ?? "" }

  public func connect() throws -> Connection { try Connection(socket) }

  public func control() throws -> Connection { try Connection(controlSocket) }

  /// Subscribes to `types`; what comes before `live` is passed over.
  public func subscribe(_ types: String...) throws -> Connection {
    let connection = try connect()
    try connection.subscribe(types)
    return connection
  }

  public func send(_ signal: Signal) throws { try child.send(signal) }

  /// Waits for its end.
  public func end() throws -> ChildProcess.Ending {
    try awaited("the daemon's end; its log: \(log)") { try child.poll() }
  }

  /// Whether it runs still.
  public var isRunning: Bool { (try? child.poll()) == .some(nil) }

  /// Descriptors that it has open.
  public var openDescriptors: Int {
    get throws { try Files.names(in: "/proc/\(child.identifier)/fd").count }
  }

  /// Kilobytes of memory that it has, by the kernel's word.
  public var residentKilobytes: Int {
    get throws {
      let status = try Files.read("/proc/\(child.identifier)/status", atMost: 65_536)
      let row = String(decoding: status, as: UTF8.self).split(separator: "\n")
        .first { $0.hasPrefix("VmRSS:") }
      return row?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
  }
}
