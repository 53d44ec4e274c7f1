import EventStream
import LinuxIO
import Programs
import Testing

/// How often the daemon is killed: 20 times, or as often as `KANGAROO_KILLS` says.
private let kills = Environment.value("KANGAROO_KILLS").flatMap { Int($0) } ?? 20

/// Killed at random moments under load, the daemon has kept every event that anybody saw.
///
///     KANGAROO_KILLS=500 swift test --filter KillTests
@Suite("A daemon that is killed")
struct KillTests {
  @Test("has every event on disk that anybody saw, each once, and every answer was true")
  func kill() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let sections =
      "[infant bed-1]\n[probe p]\npath = \(wire.path)\nprotocol = kmc1\ninfant = bed-1\nsite = axilla"
    var account = Account()
    var torn = 0
    var slowRounds = 0
    for round in 0..<kills {
      let daemon = try RunningDaemon(
        sections, in: scratch, state: "state")
      try account.load(daemon, wire, round)
      try daemon.send(.kill)
      #expect(try daemon.end() == .killed(.kill))
      try account.drain()
      // A disk that takes more than two seconds is said to; then nobody was promised anything.
      if daemon.log.contains("events are sent unsaved") {
        account.disown()
        slowRounds += 1
      }
      if round % 2 == 0, try tear(scratch) { torn += 1 }
    }
    let daemon = try RunningDaemon(sections, in: scratch, state: "state")
    try daemon.mark("last")

    let outcome = try Program.kangaroo.run(
      "events", "--config", scratch.path("kangarood.conf"))
    // No byte of the journal is anything but a record: torn ones were cut off.
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    var held: [String: String] = [:]
    var marks: Set<String> = []
    for line in outcome.lines {
      let json = try JSON(parsing: line)
      let place = "\(json.shown("stream") ?? ""):\(json.shown("seq") ?? "")"
      #expect(held.updateValue(line, forKey: place) == nil, "\(place) stands twice")
      if let by = json.shown("by") { marks.insert(by) }
    }
    let missing = account.seen.filter { held[$0.key] != $0.value }
    #expect(missing.isEmpty, "\(missing.count) of \(account.seen.count), \(missing.first as Any)")
    let unkept = account.answered.subtracting(marks)
    #expect(unkept.isEmpty, "\(unkept.count) of \(account.answered.count)")
    #expect(account.seen.count > kills)
    #expect(account.answered.count > kills)
    #expect(torn > 0)
    print(
      "\(kills) kills: \(account.seen.count) events seen, \(account.answered.count) marks answered,",
      "\(held.count) events kept, \(missing.count + unkept.count) missing, \(torn) tails torn,",
      "\(slowRounds) rounds left out since the disk was slow")
  }

  /// Leaves half a record at the journal's end, as a power cut does; whether there was one to halve.
  private func tear(_ scratch: Scratch) throws -> Bool {
    let directory = scratch.path("state/journal")
    guard let name = try Files.names(in: directory).last(where: { $0.hasSuffix(".journal") })
    else { return false }
    let bytes = try Files.read("\(directory)/\(name)", atMost: 1 << 24)
    guard let start = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")), start > 40 else {
      return false
    }
    let record = Array(bytes[(start + 1)...])
    let half = Array(record[..<Int.random(in: 1..<record.count)])
    let file = try FileDescriptor(appendingTo: "\(directory)/\(name)")
    try file.writeAll(half.span)
    return true
  }
}

/// What was seen and answered in all runs.
private struct Account {
  /// Lines as the journal shows them, by stream and number.
  var seen: [String: String] = [:]
  /// Of whom a mark was said to be taken.
  var answered: Set<String> = []
  private var subscriber: Connection?
  private var control: Connection?
  private var stream = ""
  private var pending: [String] = []
  private var answeredNow: Set<String> = []

  /// Marks and samples as fast as they are taken, for a random time.
  mutating func load(_ daemon: RunningDaemon, _ wire: Wire, _ round: Int) throws {
    let subscriber = try daemon.connect()
    let control = try daemon.control()
    self.subscriber = subscriber
    self.control = control
    pending = []
    answeredNow = []
    stream = try subscriber.next("hello").shown("stream") ?? ""
    let end = BootClock.now + Int64.random(in: 0..<80_000_000)
    var number = 0
    while BootClock.now < end {
      for _ in 0..<10 {
        number += 1
        let by = "\(round)-\(number)"
        try control.send("{\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"\(by)\"}")
        pending.append(by)
      }
      try wire.send(kmc1(temperature: 36_900, number: number, milliseconds: number * 1000))
      try takeWhatCame()
      while pending.count > 100, BootClock.now < end { try takeWhatCame() }
    }
  }

  /// Forgets the newest round.
  mutating func disown() {
    seen = seen.filter { !$0.key.hasPrefix(stream + ":") }
    answered.subtract(answeredNow)
  }

  /// Takes what was on its way when the daemon was killed.
  mutating func drain() throws {
    while let line = try subscriber?.nextLine() { try see(line) }
    while let line = try control?.nextLine() { try hear(line) }
  }

  private mutating func takeWhatCame() throws {
    while let line = subscriber?.nextLineIfAny() { try see(line) }
    while let line = control?.nextLineIfAny() { try hear(line) }
  }

  private mutating func see(_ line: String) throws {
    let json = try JSON(parsing: line)
    guard let seq = json["seq"]?.integer, ["alarm", "session", "mark", "port"].contains(json.type)
    else { return }
    let shown = String(line.dropLast()) + ",\"stream\":\"\(stream)\"}"
    let before = seen.updateValue(shown, forKey: "\(stream):\(seq)")
    #expect(before == nil || before == shown)
  }

  private mutating func hear(_ line: String) throws {
    guard try JSON(parsing: line).type == "reply" else { return }
    let by = pending.removeFirst()
    answered.insert(by)
    answeredNow.insert(by)
  }
}
