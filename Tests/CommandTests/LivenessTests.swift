import LinuxIO
import Programs
import Testing

@Suite("A daemon that is dead, one that hangs, and one that has nothing to say")
struct LivenessTests {
  private let stop = Signal(rawValue: 19)
  private let goOn = Signal(rawValue: 18)

  @Test("are told apart by watch and by status")
  func told() throws {
    let scratch = try Scratch()
    let daemon = try RunningDaemon("[infant bed-1]", in: scratch)
    var watch = try ChildProcess(
      path: Program.kangaroo.path,
      arguments: ["watch", "--types", "alarm", "--socket", daemon.socket],
      output: .file(scratch.path("seen")), error: .file(scratch.path("errors")))
    let other = try daemon.subscribe("heartbeat")
    // Longer than a hanging daemon would be waited for, and not a line of what it asked for.
    let begin = try other.next("heartbeat")["t"]?.thousandths ?? 0
    while try other.next("heartbeat")["t"]?.thousandths ?? 0 < begin + 12_000 {}
    #expect(try watch.poll() == nil)
    #expect(try Program.kangaroo.run("status", "--socket", daemon.socket).code == 0)
    let seen = try scratch.read("seen").split(separator: "\n")
    #expect(seen.allSatisfy { !$0.contains("\"heartbeat\"") })
    #expect(seen.contains { $0.contains("\"live\"") })

    try daemon.send(stop)
    let silent = try Program.kangaroo.run("status", "--socket", daemon.socket)
    #expect(silent.code == 70)
    #expect(silent.errors.contains("hangs") && silent.sentences.count == 1)
    #expect(try awaited("the watch's end") { try watch.poll() } == .exited(70))
    #expect(try scratch.read("errors").contains("hangs"))

    try daemon.send(goOn)
    try other.next("heartbeat")
    #expect(try Program.kangaroo.run("status", "--socket", daemon.socket).code == 0)

    try daemon.send(.kill)
    _ = try daemon.end()
    // Its socket lies there still.
    #expect(Files.exists(daemon.socket))
    for command in ["status", "watch"] {
      let dead = try Program.kangaroo.run(command, "--socket", daemon.socket)
      #expect(dead.code == 69)
      #expect(dead.errors.contains("no daemon answers") && dead.sentences.count == 1)
    }
  }
}
