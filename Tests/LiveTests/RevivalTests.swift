import EventStream
import LinuxIO
import Programs
import Simulator
import Testing

@Suite("A daemon that is killed and started again")
struct RevivalTests {
  /// The daemon's clock is driven, so that no time passes while it is down. It is killed between
  /// frames: half a frame that it had read is lost with it.
  @Test(
    "says what it would have said",
    arguments: [
      "slow-cooling", "twins", "transfer", "probe-fault", "heart-probe-off", "data-gap",
      "cooling-with-rising-heart-rate",
    ])
  func kills(_ name: String) throws {
    try agree(on: try Files.read(Fixture.path("\(name).capture"), atMost: 1 << 26), every: 311)
  }

  @Test("knows what staff have told it", arguments: ["s34", "s29", "s19"])
  func staff(_ name: String) throws {
    var options = Simulation.Options(scenario: Scenario.named(name)!)
    options.sparseness = 10
    var simulation = try Simulation(options)
    var capture: [UInt8] = []
    while simulation.next(into: &capture) {}
    try agree(on: capture, every: 173)
  }

  private func agree(on capture: [UInt8], every moments: Int) throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(capture, in: scratch)
    var kills = 0
    try loop.play(keepingStepEvery: moments) { _ in
      try loop.restart()
      kills += 1
    }
    #expect(kills > 2)
    let replay = try Program.kangaroo.run(
      "replay", "-", "--types", "assessment,alarm,session,mark", input: loop.script.text)
    try #require(replay.code == 0, "\(replay.errors)")
    let live = loop.lines.filter { !$0.contains("\"type\":\"port\"") }
    try expectSame(live, replay.lines, kills)
  }

  /// What must not be lost is the same line for line; of the assessments some were not sent yet.
  private func expectSame(_ live: [String], _ replayed: [String], _ kills: Int) throws {
    let found = try comparable(live.map { $0.replacing(/,"stream":"[0-9a-f]+"/, with: "") })
    let expected = try comparable(replayed)
    let isVital = { (line: String) in !line.hasPrefix("type assessment") }
    for (one, other) in zip(found.filter(isVital), expected.filter(isVital)) where one != other {
      Issue.record("live:   \(one)\nreplay: \(other)")
      return
    }
    #expect(found.count(where: isVital) == expected.count(where: isVital))
    var rest = expected[...]
    for line in found {
      guard let place = rest.firstIndex(of: line) else {
        Issue.record("found \(line), which no daemon says that was never killed")
        return
      }
      rest = rest[(place + 1)...]
    }
    #expect(found.count > 100)
    #expect(expected.count - found.count <= 3 * kills)
  }
}
