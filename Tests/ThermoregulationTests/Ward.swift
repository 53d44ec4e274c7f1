import Probes
import Testing
import Thermoregulation

/// Numbers that look random and are the same in every run: a linear congruential generator.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// Evenly spread over `-spread ... spread`.
  mutating func around(_ spread: Int) -> Int { Int(next() % UInt64(2 * spread + 1)) - spread }

  /// Nearly Gaussian, with about this standard deviation.
  mutating func gaussian(_ deviation: Int) -> Int {
    // Twelve even numbers have a variance of 12 · (2s)² / 12.
    var sum = 0
    for _ in 0..<12 { sum += around(deviation * 1_000) }
    return sum / 2_000
  }
}

/// What a real infant and a real probe add to a scenario's plain course (section 8).
struct Wander {
  private var dice: Dice
  /// Millionths of a degree.
  private var slow = 0

  init(seed: UInt64) { dice = Dice(seed: seed) }

  /// The deviation of one more second, in thousandths of a degree.
  mutating func step() -> Int {
    // Memory of half an hour, standard deviation 0.08 °C.
    slow += -slow / 1_800 + dice.gaussian(2_700)
    let spike = dice.next() % 5_000 == 0 ? dice.around(1_000) : 0
    return slow / 1_000 + dice.gaussian(30) + spike
  }
}

/// One infant with its probes, sampled once a second, and everything that was said about it.
struct Ward: CustomTestStringConvertible {
  static let axilla: PortIndex = 0
  static let heart: PortIndex = 1
  static let foot: PortIndex = 2
  static let abdomen: PortIndex = 3
  static let parent: PortIndex = 4

  /// A quantity of one port as a function of the seconds since the phase began; nil: no sample.
  typealias Course = (Int) -> Int?

  var analyzer = Analyzer()
  private(set) var events: [Event] = []
  /// Whole seconds of stream time.
  private(set) var now = 0
  var wander: Wander?
  /// What the axilla's probe can tell apart, in thousandths of a degree.
  var resolution = 1

  init(weeks: Int? = 31, wanderSeed: UInt64? = nil) {
    analyzer.admit(InfantProfile(name: "bed-1", gestationalAgeWeeks: weeks, parent: "p"))
    analyzer.assign(PortAssignment(infant: 0, site: .axilla), to: Self.axilla)
    analyzer.assign(PortAssignment(infant: 0), to: Self.heart)
    analyzer.assign(PortAssignment(infant: 0, site: .foot), to: Self.foot)
    analyzer.assign(PortAssignment(infant: 0, site: .abdomen), to: Self.abdomen)
    analyzer.assign(PortAssignment(infant: 0, site: .parentChest), to: Self.parent)
    wander = wanderSeed.map { Wander(seed: $0) }
  }

  mutating func take(_ input: Input) {
    analyzer.step(input)
    events += analyzer.events
    analyzer.forgetEvents()
  }

  var time: Timestamp { Timestamp(nanoseconds: Int64(now) * 1_000_000_000 + 300_000_000) }

  mutating func mark(_ mark: Mark) { take(.mark(mark, infant: 0, by: "rn", time)) }

  mutating func acknowledge(_ id: Int) { take(.acknowledge(alarm: id, by: "rn", time)) }

  /// Samples for so long; temperatures in thousandths of a degree, heart rates per minute.
  mutating func run(
    minutes: Int = 0, seconds: Int = 0, axilla: Course? = nil, heart: Course? = nil,
    foot: Course? = nil, abdomen: Course? = nil, parent: Course? = nil
  ) {
    for second in 0..<(minutes * 60 + seconds) {
      now += 1
      let deviation = wander?.step() ?? 0
      temperature(Self.axilla, axilla?(second).map { ($0 + deviation) / resolution * resolution })
      temperature(Self.foot, foot?(second))
      temperature(Self.abdomen, abdomen?(second))
      temperature(Self.parent, parent?(second))
      if let rate = heart?(second) {
        take(
          .sample(
            Sample(
              time: time, port: Self.heart, quantity: .heartRate, thousandths: Int32(rate * 1000)))
        )
      }
      take(.passed(time))
    }
  }

  /// Falls to a level, as fast as a hard transfer, and not as a probe that has come off.
  mutating func fall(from start: Int, to end: Int) {
    run(
      seconds: (start - end) / 5, axilla: Courses.ramp(from: start, perHour: -18_000, downTo: end))
  }

  private mutating func temperature(_ port: PortIndex, _ thousandths: Int?) {
    guard var thousandths else { return }
    // No real probe repeats its last digit for long.
    if resolution == 1, (20_000..<44_000).contains(thousandths) { thousandths += now / 7 % 2 }
    take(
      .sample(
        Sample(
          time: time, port: port, quantity: .temperature, thousandths: Int32(thousandths),
          decimals: resolution >= 100 ? 1 : 3)))
  }

  /// A sample in which the probe itself says that something is wrong.
  mutating func fault(_ port: PortIndex, _ quantity: Quantity, _ flags: SampleFlags) {
    take(
      .sample(
        Sample(
          time: time, port: port, quantity: quantity, thousandths: 0, validity: .invalid,
          flags: flags)))
  }
}

/// What was said, as short texts that an expectation can name: `raised low cold-stress`.
extension Ward {
  struct Announcement: CustomStringConvertible, Equatable {
    var second: Int
    var alarm: Alarm
    var change: AlarmEvent.Change

    var words: String { "\(change.name) \(alarm.priority.name) \(alarm.rule.name)" }
    var description: String {
      "\(second) \(words)" + (alarm.cause == .none ? "" : " (\(alarm.cause.name))")
    }
  }

  var announcements: [Announcement] {
    events.compactMap { event in
      guard case .alarm(let said) = event.content else { return nil }
      return Announcement(
        second: Int(event.time.seconds), alarm: said.alarm, change: said.change)
    }
  }

  func first(_ words: String, after second: Int = 0) -> Announcement? {
    announcements.first { $0.second >= second && $0.words == words }
  }

  /// The first raising of a rule at any priority.
  func raised(_ rule: Rule, after second: Int = 0) -> Announcement? {
    announcements.first {
      $0.second >= second && $0.alarm.rule == rule && $0.change == .raised
    }
  }

  func cleared(_ rule: Rule, after second: Int = 0) -> Announcement? {
    announcements.first {
      $0.second >= second && $0.alarm.rule == rule
        && ($0.change == .cleared || $0.change == .latched)
    }
  }

  var raisedRules: Set<String> {
    Set(announcements.filter { $0.change == .raised }.map(\.alarm.rule.name))
  }

  var assessments: [(second: Int, state: Assessment)] {
    events.compactMap { event in
      guard case .assessment(let state) = event.content else { return nil }
      return (Int(event.time.seconds), state)
    }
  }

  var testDescription: String { announcements.description }

  var lastAssessment: Assessment { assessments.last!.state }
}

/// Plain courses in thousandths of a degree.
enum Courses {
  static func steady(_ level: Int) -> Ward.Course { { _ in level } }

  static func ramp(from start: Int, perHour slope: Int, downTo end: Int = 20_000) -> Ward.Course {
    { max(start + slope * $0 / 3600, end) }
  }

  static func rise(from start: Int, perHour slope: Int, upTo end: Int = 42_000) -> Ward.Course {
    { min(start + slope * $0 / 3600, end) }
  }

  /// Falls by `drop` within `minutes`, and comes back from there with a time constant to `end`.
  static func transfer(from start: Int, drop: Int, minutes: Int, tau: Int, to end: Int)
    -> Ward.Course
  {
    let back = Decay(from: start - drop, to: end, tau: tau)
    return { second in
      second < minutes * 60
        ? start - drop * second / (minutes * 60) : back.value(at: second - minutes * 60)
    }
  }
}

/// An exponential approach in integers: millionths of a degree, one step a second.
struct Decay {
  private let values: [Int]

  init(from start: Int, to end: Int, tau: Int, seconds: Int = 7_200) {
    var deviation = (start - end) * 1_000
    values = (0..<seconds).map { _ in
      defer { deviation -= deviation / tau }
      return end + deviation / 1_000
    }
  }

  func value(at second: Int) -> Int { values[min(max(second, 0), values.count - 1)] }
}
