import EventStream
import Glibc
import LinuxIO
import Programs
import Testing

/// What a service manager is told, and what it hands over.
@Suite("Under a service manager, the daemon")
struct SupervisionTests {
  /// A service manager's end of `sd_notify`.
  private final class NotifySocket {
    let path: String
    private let number: Int32

    init(in scratch: Scratch) throws {
      path = scratch.path("notify")
      number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = UInt16(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, UInt32(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard number >= 0, bound == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(number) }

    /// What was told and nobody has asked for.
    private var waiting: [String] = []

    /// What was told since this was last asked.
    func words() -> [String] {
      var words = waiting
      waiting = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return words }
        words.append(String(decoding: buffer[..<count], as: UTF8.self))
      }
    }

    /// The first such word; those before it are passed over.
    func await(_ isMeant: @escaping (String) -> Bool) throws -> String {
      try awaited("a word from the daemon") {
        var words = words()
        guard let place = words.firstIndex(where: isMeant) else { return nil }
        let word = words[place]
        words.removeSubrange(...place)
        waiting = words
        return word
      }
    }
  }

  @Test("says when it is ready, how things stand, that it reloads, and that it ends")
  func words() throws {
    let scratch = try Scratch()
    let manager = try NotifySocket(in: scratch)
    let wire = try Wire("a", in: scratch).plugIn()
    let section = "[probe a]\npath = \(wire.path)\nprotocol = kmc1\n"
    let daemon = try RunningDaemon(
      section, in: scratch, runner: ["/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)"])
    var heard: [String] = []
    _ = try awaited("the status: \(heard)") {
      heard += manager.words()
      return heard.contains {
        $0 == "STATUS=1 infant, 1 of 1 port open, 0 physiological alarms, 0 technical alarms"
      } ? true : nil
    }
    #expect(heard.contains("READY=1"))
    #expect(!heard.contains("WATCHDOG=1"))
    wire.unplug()
    _ = try manager.await {
      $0 == "STATUS=1 infant, 0 of 1 port open, 0 physiological alarms, 1 technical alarm"
    }
    try daemon.send(.hangUp)
    let reloading = try manager.await { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") }
    #expect(Int(reloading.split(separator: "=").last ?? "") ?? 0 > 0)
    _ = try manager.await { $0 == "READY=1" }
    try daemon.send(.terminate)
    _ = try manager.await { $0 == "STOPPING=1" }
    #expect(try daemon.end() == .exited(0))
  }

  @Test("answers the watchdog as long as every thread moves")
  func watchdog() throws {
    let scratch = try Scratch()
    let manager = try NotifySocket(in: scratch)
    let daemon = try RunningDaemon(
      "", in: scratch,
      runner: [
        "/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=1000000",
      ])
    for _ in 0..<3 { _ = try manager.await { $0 == "WATCHDOG=1" } }
    #expect(daemon.isRunning)
  }

  @Test("goes on with the sockets that it is handed, and leaves them when it ends")
  func activation() throws {
    let scratch = try Scratch()
    let file = try RunningDaemon.configure("", in: scratch)
    // Binds both sockets, and becomes the daemon: in this order, since LISTEN_PID is checked.
    let manager = """
      import os, socket, sys
      for number, path in ((3, sys.argv[1]), (4, sys.argv[2])):
          s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(8)
          if s.fileno() != number: os.dup2(s.fileno(), number)
          os.set_inheritable(number, True); s.detach()
      os.environ.update(LISTEN_FDS="2", LISTEN_FDNAMES="stream:control", LISTEN_PID=str(os.getpid()))
      os.execv(sys.argv[3], sys.argv[3:])
      """
    var child = try ChildProcess(
      path: "/usr/bin/python3",
      arguments: [
        "-c", manager, scratch.path("given"), scratch.path("given-control"),
        Program.kangarood.path, "--config", file,
      ], output: .discarded, error: .file(scratch.path("log")))
    let connection = try awaited("the socket that was handed over") {
      try? Connection(scratch.path("given"))
    }
    #expect(try connection.next().type == "hello")
    #expect(try Connection(scratch.path("given-control")).ask(#"{"status":true}"#).type == "reply")
    #expect(!Files.exists(scratch.path("stream.sock")))
    try child.send(.terminate)
    #expect(try awaited("its end") { try child.poll() } == .exited(0))
    #expect(Files.exists(scratch.path("given")))
  }
}
