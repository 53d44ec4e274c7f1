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
      "slow-cooling", "data-gap", "twins", "transfer", "probe-fault", "packets",
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

  private func agree(on capture: [UInt8]) throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(capture, in: scratch)
    try loop.play()
    let replay = try Program.kangaroo.run(
      "replay", "-", "--types", "port,assessment,alarm,mark", input: loop.script.text)
    try #require(replay.code == 0, "\(replay.errors)")

    let live = try comparable(loop.lines)
    let replayed = try comparable(replay.lines)
    for (one, other) in zip(live, replayed) where one != other {
      Issue.record("live:   \(one)\nreplay: \(other)")
      return
    }
    #expect(live.count == replayed.count)
    #expect(live.count > 10)
  }
}
