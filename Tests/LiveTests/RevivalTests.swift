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

  private func alarms(_ bed: Bedside) throws -> [JSON] {
    try bed.daemon.connect().lines(upTo: "live").filter { $0.type == "alarm" }
  }

  @Test("does not take a probe that is still there for one that was lost or put on anew")
  func ports() throws {
    let bed = try Bedside()
    for second in 0..<900 { try bed.tick(36_900 + second / 7 % 3) }
    try bed.awaitClock()
    let state = { try bed.daemon.connect().lines(upTo: "live").first { $0.type == "assessment" } }
    #expect(try state()?.shown("quality") == "good")
    let subscriber: Connection
    try bed.restart()
    subscriber = try bed.daemon.subscribe("alarm", "assessment")
    // As it was known before, at once; and as it is, with the next bins.
    #expect(try state()?.shown("quality") == "good")
    for _ in 0..<30 { try bed.tick(36_901) }
    try bed.awaitClock()
    var lines: [JSON] = []
    while let line = subscriber.nextLineIfAny() { lines.append(try JSON(parsing: line)) }
    #expect(lines.count >= 3)
    #expect(lines.allSatisfy { $0.type == "assessment" && $0.shown("quality") == "good" })
    // A pause of a minute and more is a gap, and no new contact either.
    try bed.restart { try bed.tell(bed.second + 90) }
    for _ in 0..<30 { try bed.tick(36_901) }
    try bed.awaitClock()
    #expect(try state()?.shown("quality") == "good")
    #expect(try alarms(bed).isEmpty)
  }

  @Test("misses a probe that was taken away meanwhile, and finds one that has come back")
  func lostPorts() throws {
    let bed = try Bedside(infants: ["bed-1", "bed-2"])
    for _ in 0..<5 { try bed.tick(36_900) }
    try bed.restart { bed.wires[0].unplug() }
    let lost = try awaited("an alarm") { try alarms(bed).first }
    #expect(lost.shown("rule") == "port-lost")
    #expect(lost.shown("port") == "probe-1")
    try bed.restart { try bed.wires[0].plugIn() }
    let known = try bed.daemon.subscribe("alarm")
    if try !alarms(bed).isEmpty {
      #expect(try known.next("alarm").shown("event") == "cleared")
    }
    try bed.tick()
    try bed.awaitClock()
    #expect(try alarms(bed).isEmpty)
    // It is in the journal under the one number that it had.
    let kept = try Program.kangaroo.run(
      "events", "--state-directory", bed.scratch.path, "--types", "alarm")
    let told = try kept.lines.map { try JSON(parsing: $0) }
    #expect(told.map { $0.shown("event") } == ["raised", "active", "cleared"])
    #expect(Set(told.map { $0.shown("alarm") }).count == 1)
  }

  @Test("knows its sessions, its dose and its alarms, and gives no number twice")
  func standing() throws {
    let bed = try Bedside()
    #expect(
      try bed.order("{\"mark\":\"skin-to-skin-start\",\"infant\":\"bed-1\"}").type == "reply")
    for second in 0..<1_300 { try bed.tick(36_900 + second / 7 % 3) }
    // Too cold from here on, and as High as it gets.
    for second in 0..<600 {
      try bed.tick(max(34_500, 36_900 - second * 6) + second / 7 % 3)
    }
    try bed.awaitClock()
    let before = try alarms(bed)
    #expect(before.contains { $0.shown("rule") == "hypothermia" })
    try bed.restart()
    let after = try alarms(bed)
    #expect(after.map { $0.shown("alarm") } == before.map { $0.shown("alarm") })
    #expect(after.map { $0.shown("priority") } == before.map { $0.shown("priority") })
    #expect(after.map { $0.shown("onset") } == before.map { $0.shown("onset") })
    let subscriber = try bed.daemon.subscribe("session", "alarm", "assessment")
    let id = try #require(before.first { $0.shown("rule") == "hypothermia" }?["alarm"]?.integer)
    #expect(try bed.order("{\"ack\":\(id),\"by\":\"rn\"}").type == "reply")
    try subscriber.next { $0.shown("event") == "acknowledged" }
    try bed.restart()
    #expect(
      try alarms(bed).first { $0["alarm"]?.integer == id }?.shown("acknowledged") == "true")
    bed.wire.unplug()
    let newest = try awaited("an alarm") {
      try alarms(bed).first { $0.shown("rule") == "port-lost" }
    }
    #expect((newest["alarm"]?.integer ?? 0) > before.compactMap { $0["alarm"]?.integer }.max()!)
    let last = try bed.daemon.subscribe("session")
    #expect(
      try bed.order("{\"mark\":\"skin-to-skin-end\",\"infant\":\"bed-1\"}").type == "reply")
    let session = try last.next("session")
    #expect(session.shown("event") == "ended")
    #expect((session["duration_s"]?.integer ?? 0) >= 1_900)
    #expect(session.shown("hours_24h") == "0.527")
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
