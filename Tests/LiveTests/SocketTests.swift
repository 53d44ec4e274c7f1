import EventStream
import LinuxIO
import Programs
import Testing

@Suite("Sockets")
struct SocketTests {
  @Test("of a daemon that lives are not taken from it")
  func second() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let other = try Program.kangarood.run("--config", daemon.scratch.path("kangarood.conf"))
    #expect(other.code == 73)
    #expect(other.sentences.count == 1)
    #expect(other.errors.contains("is in use by a running program"))
    try daemon.connect().next("live")
  }

  @Test(
    "are removed at the end, of which every subscriber is told",
    arguments: [Signal.terminate, .interrupt])
  func termination(_ signal: Signal) throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let subscribers = try (0..<5).map { _ in try daemon.connect() }
    for subscriber in subscribers { try subscriber.next("live") }
    try daemon.send(signal)
    for subscriber in subscribers {
      #expect(try subscriber.next("bye").shown("code") == "shutdown")
      #expect(try subscriber.nextLine() == nil)
    }
    #expect(try daemon.end() == .exited(0))
    #expect(!Files.exists(daemon.socket))
    #expect(!Files.exists(daemon.controlSocket))
  }

  @Test("of a daemon that was killed are taken over")
  func takeover() throws {
    let scratch = try Scratch()
    let first = try RunningDaemon("", in: scratch)
    let stream = try first.connect().next("hello").shown("stream")
    try first.send(.kill)
    #expect(try first.end() == .killed(.kill))
    #expect(Files.exists(first.socket))
    let second = try RunningDaemon("", in: scratch)
    let hello = try second.connect().next("hello")
    #expect(hello.shown("stream") != nil)
    #expect(hello.shown("stream") != stream)
  }

  @Test("are not made where something else is")
  func notASocket() throws {
    let scratch = try Scratch()
    try scratch.write("keep me", to: "stream.sock")
    let outcome = try start(in: scratch)
    #expect(outcome.code == 73)
    #expect(outcome.sentences.count == 1)
    #expect(outcome.errors.contains("is not a socket: it is left alone"))
    #expect(try scratch.read("stream.sock") == "keep me")
  }

  @Test("need a directory, and a path of no more bytes than the kernel keeps")
  func places() throws {
    let scratch = try Scratch()
    for (path, code, sentence) in [
      (scratch.path("missing/stream.sock"), 73, "does not exist"),
      (scratch.path(String(repeating: "x", count: 120)), 78, "of at most 107 bytes"),
    ] {
      let file = try scratch.write(
        "[daemon]\nsocket-path = \(path)\ncontrol-socket-path = \(scratch.path("c"))\n",
        to: "bad.conf")
      let outcome = try Program.kangarood.run("--config", file)
      #expect(outcome.code == Int32(code))
      #expect(outcome.sentences.count == 1)
      #expect(outcome.errors.contains(sentence))
    }
  }

  @Test("for the control of it: if that cannot be had, neither is the stream's left behind")
  func controlRefused() throws {
    let scratch = try Scratch()
    try scratch.write("keep me", to: "control.sock")
    #expect(try start(in: scratch).code == 73)
    #expect(!Files.exists(scratch.path("stream.sock")))
  }

  private func start(in scratch: Scratch) throws -> Outcome {
    try Program.kangarood.run("--config", RunningDaemon.configure("", in: scratch))
  }
}
