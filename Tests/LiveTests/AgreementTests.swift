import EventStream
import LinuxIO
import Programs
import Simulator
import Testing

@Suite("Live and replay")
struct AgreementTests {
  @Test(
    "agree line for line",
    arguments: [
      "slow-cooling", "data-gap", "twins", "transfer", "probe-fault", "packets", "oximeters",
      "heart-probe-off",
    ])
  func fixture(_ name: String) throws {
    let path = Fixture.path("\(name).capture")
    try agree(on: try Files.read(path, atMost: 1 << 26))
  }

  @Test("agree on a port that is unplugged for 40 minutes")
  func unplugged() throws {
    var options = Simulation.Options(scenario: Scenario.named("s19")!)
    options.sparseness = 10
    var simulation = try Simulation(options)
    var capture: [UInt8] = []
    while simulation.next(into: &capture) {}
    try agree(on: capture)
  }

  @Test("agree on what is recorded from a running daemon", arguments: ["twins", "transfer"])
  func recording(_ name: String) throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(
      try Files.read(Fixture.path("\(name).capture"), atMost: 1 << 26), in: scratch)
    let file = scratch.path("recording")
    var recorder = try ChildProcess(
      path: Program.kangaroo.path,
      arguments: ["record", "-o", file, "--socket", loop.daemon.socket],
      error: .file(scratch.path("record.log")))
    // It makes the file when it has its reply.
    _ = try awaited("a recording") { Files.exists(file) ? true : nil }
    try loop.play { time in
      // One that falls too far behind is told of a gap; here nothing is to be missed.
      _ = try awaited("a recording up to \(time)") { () -> Bool? in
        let rows = try scratch.read("recording").split(separator: "\n")
        guard let last = rows.last, let seconds = Double(last.prefix { $0 != " " }) else {
          return nil
        }
        return seconds > Double(time.nanoseconds) / 1e9 - 5 ? true : nil
      }
    }
    try loop.daemon.send(.terminate)
    let ending = try awaited("the recorder's end") { try recorder.poll() }
    #expect(ending == .exited(69))

    let replay = try Program.kangaroo.run(
      "replay", file, "--types", "port,assessment,alarm,mark")
    try #require(replay.code == 0, "\(replay.errors)")
    expectSame(try comparable(loop.lines), try comparable(replay.lines))
  }

  private func agree(on capture: [UInt8]) throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(capture, in: scratch)
    try loop.play()
    let replay = try Program.kangaroo.run(
      "replay", "-", "--types", "port,assessment,alarm,mark", input: loop.script.text)
    try #require(replay.code == 0, "\(replay.errors)")

    expectSame(try comparable(loop.lines), try comparable(replay.lines))
  }

  private func expectSame(_ live: [String], _ replayed: [String]) {
    for (one, other) in zip(live, replayed) where one != other {
      Issue.record("live:   \(one)\nreplay: \(other)")
      return
    }
    #expect(live.count == replayed.count)
    #expect(live.count > 10)
  }
}
