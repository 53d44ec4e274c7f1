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

  /// To the analyzer the time that it was down is a gap in the data, and no more than that.
  @Test(
    "is late by no more than it was down", arguments: ["slow-cooling", "fast-cooling"], [45, 240])
  func outage(_ name: String, _ seconds: Int) throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(
      try Files.read(Fixture.path("\(name).capture"), atMost: 1 << 26), in: scratch)
    let whole = try Program.kangaroo.run(
      "replay", "-", "--types", "alarm,session,mark", input: loop.script.text)
    // Down a quarter of an hour before the first alarm, when the infant cools already.
    let first = try #require(try whole.lines.first.map { try JSON(parsing: $0) })
    let alarm = try #require(first["t"]?.thousandths)
    try loop.play(keepingStepEvery: 10) { time in
      guard loop.outages.isEmpty, time.nanoseconds / 1_000_000 > alarm - 900_000 else { return }
      try loop.restart(after: Int64(seconds))
    }
    let outage = try #require(loop.outages.first)
    let text = loop.script.text(without: outage)
    let replay = try Program.kangaroo.run(
      "replay", "-", "--types", "alarm,session,mark", input: text)
    let isVital = { (line: String) in
      !line.contains("\"type\":\"port\"") && !line.contains("\"type\":\"assessment\"")
    }
    let found = try comparable(loop.lines.filter(isVital))
    #expect(try found == comparable(replay.lines))
    for rule in ["cooling-trend", "cold-stress"] {
      let unharmed = try raised(rule, whole.lines)
      let late = try raised(rule, loop.lines)
      #expect(late - unharmed <= seconds * 1_000, "\(rule)")
    }
  }

  /// When the rule was raised first, in milliseconds.
  private func raised(_ rule: String, _ lines: [String]) throws -> Int {
    for line in lines {
      let json = try JSON(parsing: line)
      if json.shown("rule") == rule, json.shown("event") == "raised" {
        return json["t"]?.thousandths ?? 0
      }
    }
    throw TooLate("\(rule)")
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
