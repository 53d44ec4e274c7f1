import Simulator
import Thermoregulation

/// What became of one scenario under one signal model.
struct ScenarioResult: Sendable {
  let name: String
  let title: String
  let verdict: String
  let model: SignalModel
  let runs: Int
  /// Runs in which every clause that was due held.
  let right: Int
  /// Runs in which an alarm that was due did not come, and in which one came that must not.
  let missed: Int
  let misread: Int
  let clauses: [ClauseResult]

  var holds: Bool { clauses.allSatisfy(\.holds) }

  /// The delays that the scenario's own row shows: those of its first alarm.
  var delays: Delays { clauses.first { !$0.delays.isEmpty }?.delays ?? Delays([]) }

  /// The greatest delay that is allowed there.
  var allowed: Int? { clauses.lazy.compactMap(\.clause.allowed).first }

  init?(_ group: Group) {
    guard let verdict = Verdict.of(group.scenario.name), !group.runs.isEmpty else { return nil }
    name = group.scenario.name
    title = group.scenario.title
    self.verdict = group.scenario.verdict
    model = group.model
    runs = group.runs.count
    func count(_ isSo: (Outcome.Kind) -> Bool) -> Int {
      group.runs.count { run in run.outcomes.contains { isSo($0.kind) } }
    }
    right = runs - count { $0 != .held && $0 != .notDue }
    missed = count { $0 == .missed }
    misread = count { $0 == .misread }
    clauses = verdict.clauses.indices.map { place in
      ClauseResult(
        verdict.clauses[place], group.runs.map { $0.outcomes[place] }, seed: group.firstSeed,
        hours: group.scenario.hours)
    }
  }
}

/// What became of one clause.
struct ClauseResult: Sendable {
  let clause: Clause
  /// Runs in which the clause was due, held, and did not for one reason or another.
  let due: Int
  let held: Int
  let late: Int
  let missed: Int
  let misread: Int
  let delays: Delays
  /// The alarms that a budget counts, and the hours that they came in.
  let count: Int
  let hours: Int
  /// Seeds of the runs in which it did not hold.
  let failures: [UInt64]

  init(_ clause: Clause, _ outcomes: [Outcome], seed: UInt64, hours: Double) {
    self.clause = clause
    due = outcomes.count { $0.kind != .notDue }
    held = outcomes.count { $0.kind == .held }
    late = outcomes.count { $0.kind == .late }
    missed = outcomes.count { $0.kind == .missed }
    misread = outcomes.count { $0.kind == .misread }
    delays = Delays(outcomes.compactMap(\.delay))
    count = outcomes.reduce(0) { $0 + $1.count }
    self.hours = Int(hours * Double(outcomes.count))
    failures = outcomes.indices.filter {
      ![.held, .notDue].contains(outcomes[$0].kind)
    }.map { seed + UInt64($0) }
  }

  var holds: Bool {
    if case .budget(_, let hundredths) = clause.demand {
      return count * 24 * 100 <= hundredths * hours
    }
    return held * 100 >= due * clause.percent
  }
}

extension Clause {
  /// The greatest delay in seconds, where there is one.
  var allowed: Int? {
    switch demand {
    case .tells(_, let window, _), .trendReturns(let window): window.upperBound
    default: nil
    }
  }
}

/// Delays in seconds, ascending.
struct Delays: Sendable {
  let seconds: [Int]

  init(_ seconds: [Int]) { self.seconds = seconds.sorted() }

  var isEmpty: Bool { seconds.isEmpty }

  /// The smallest that so many percent do not exceed; nil where there are none.
  func percentile(_ percent: Int) -> Int? {
    guard !seconds.isEmpty else { return nil }
    return seconds[max((seconds.count * percent + 99) / 100, 1) - 1]
  }

  var greatest: Int? { seconds.last }
}

/// The alarms of undisturbed days, and of days with transfers.
struct DayTally: Sendable {
  static let scenarios = ["steady", "s1"]

  struct Count: Sendable {
    var rule: String
    /// Raised although the infant's true temperature had not crossed the rule's limit.
    var wrong = 0
    /// Raised because it had.
    var right = 0
  }

  let scenario: String
  let model: SignalModel
  let days: Int
  let counts: [Count]
  /// Alarms that were raised High, or rose to it, and should not have.
  let high: Int

  init?(_ group: Group) {
    guard Self.scenarios.contains(group.scenario.name), !group.runs.isEmpty else { return nil }
    scenario = group.scenario.name
    model = group.model
    days = group.runs.count
    let raised = group.runs.flatMap(\.raised)
    high = raised.count { $0.priority == .high && !$0.isTrue }
    var counts = Self.trendRules.map { Count(rule: $0) }
    for alarm in raised where alarm.isNew {
      let place =
        counts.firstIndex { $0.rule == alarm.rule }
        ?? {
          counts.append(Count(rule: alarm.rule))
          return counts.count - 1
        }()
      if alarm.isTrue { counts[place].right += 1 } else { counts[place].wrong += 1 }
    }
    self.counts = counts
  }

  /// The rules that look at where a temperature goes, which the budget is about.
  static let trendRules = Wanted.trends + ["warming-trend"]

  /// False alarms of those.
  var trends: Int {
    counts.filter { Self.trendRules.contains($0.rule) }.reduce(0) { $0 + $1.wrong }
  }

  /// The bounds, in hundredths a day, between which 95 % of such counts lie (Byar's approximation).
  func interval(_ count: Int) -> (low: Int, high: Int) {
    func bound(_ number: Double, _ sign: Double) -> Double {
      guard number > 0 else { return 0 }
      let root = 1 - 1 / (9 * number) + sign * 1.96 / (3 * number.squareRoot())
      return number * root * root * root
    }
    let scale = 100 / Double(days)
    return (
      Int(bound(Double(count), -1) * scale + 0.5), Int(bound(Double(count) + 1, 1) * scale + 0.5)
    )
  }
}

/// What was said first of something that can be taken for something else.
struct ConfusionRow: Sendable {
  static let columns = [
    "cooling alarm", "limit alarm", "probe-off", "probe-stuck", "probe-noisy", "possible-swap",
    "other", "nothing",
  ]

  /// The scenarios, what they are in plain words, for how many minutes what is said of them counts,
  /// and the columns that are right.
  private static let rows: [(name: String, title: String, minutes: Int, right: Set<String>)] = [
    ("any-cooling", "true cooling", 180, ["cooling alarm", "limit alarm"]),
    ("any-transfer", "transfer", 60, ["nothing", "limit alarm"]),
    ("any-hard-transfer", "hard transfer", 60, ["limit alarm", "cooling alarm"]),
    ("any-clothing", "fallen into clothing", 30, ["probe-off"]),
    ("any-air", "hanging in air", 30, ["probe-off"]),
    ("any-parent", "on the parent, 34 to 35.5 °C", 30, ["probe-off"]),
    ("any-warm-parent", "on the parent, 36 to 36.5 °C", 30, ["probe-off"]),
    ("any-stuck", "stuck", 60, ["probe-stuck"]),
    ("any-noisy", "noisy", 60, ["probe-noisy"]),
    ("any-small-swap", "twins’ probes swapped, 0.2 °C apart", 90, ["possible-swap"]),
  ]

  static let scenarios = rows.map(\.name)

  let scenario: String
  let title: String
  let model: SignalModel
  let runs: Int
  let right: Set<String>
  /// Runs by column.
  let counts: [Int]
  /// Runs in which any physiological alarm was raised that the infant's own temperature does not
  /// explain, be it first or not; nil where a cooling alarm is right.
  let physiological: Int?

  init?(_ group: Group) {
    guard let row = Self.rows.first(where: { $0.name == group.scenario.name }) else { return nil }
    scenario = row.name
    title = row.title
    model = group.model
    runs = group.runs.count
    right = row.right
    // Twins’ probes are off for two minutes before they are swapped, and that is told.
    let window = (row.name == "any-small-swap" ? 180 : 0)..<(row.minutes * 60)
    let labels = group.runs.map { run in
      run.raised.lazy.filter { window.contains($0.after) }.compactMap(Self.column).first
        ?? "nothing"
    }
    counts = Self.columns.map { column in labels.count { $0 == column } }
    let alarms = ["cooling alarm", "limit alarm"]
    let wrong = group.runs.count { run in
      run.raised.contains { alarm in
        window.contains(alarm.after) && !alarm.isTrue
          && alarms.contains { $0 == Self.column(of: alarm) }
      }
    }
    physiological = row.right.contains("cooling alarm") ? nil : wrong
  }

  /// Nil for what decides nothing: that somebody should look at the probe.
  private static func column(of alarm: Raised) -> String? {
    switch alarm.rule {
    case "cooling-trend", "cooling-fast", "cooling-rapid", "combined": "cooling alarm"
    case "check-probe": nil
    case "probe-off": alarm.priority >= .medium ? "probe-off" : nil
    case "probe-stuck", "probe-noisy", "possible-swap": alarm.rule
    case "cold-stress", "hypothermia", "severe-hypothermia", "not-rewarming": "limit alarm"
    default: "other"
    }
  }
}

/// How soon cooling at one rate is noticed, from one level.
struct RateResult: Sendable {
  let scenario: String
  let model: SignalModel
  /// Tenths of a degree an hour, and tenths of a degree.
  let rate: Int
  let level: Int
  let runs: Int
  /// Of the first alarm of any kind, of the first cooling alarm, and of cold-stress.
  let first: Delays
  let trend: Delays
  let limit: Delays
  /// Runs in which a cooling alarm came before cold-stress.
  let leads: Int

  init?(_ group: Group) {
    guard let (rate, level) = Self.rate(of: group.scenario) else { return nil }
    scenario = group.scenario.name
    model = group.model
    self.rate = rate
    self.level = level
    runs = group.runs.count
    func delays(_ rules: [String]) -> [Int?] {
      group.runs.map { run in
        run.raised.first { $0.isNew && $0.after >= 0 && rules.contains($0.rule) }?.after
      }
    }
    let trends = delays(Wanted.trends)
    let limits = delays(["cold-stress"])
    trend = Delays(trends.compactMap { $0 })
    limit = Delays(limits.compactMap { $0 })
    first = Delays(delays(Wanted.trends + Wanted.plainLimits).compactMap { $0 })
    leads = zip(trends, limits).count { ($0 ?? .max) < ($1 ?? .max) }
  }

  /// The rate and the level in a name such as `rate-0.5-from-37.1`.
  static func rate(of scenario: Scenario) -> (rate: Int, level: Int)? {
    let words = scenario.name.split(separator: "-")
    guard words.count == 4, words[0] == "rate", let rate = Double(words[1]),
      let level = Double(words[3])
    else { return nil }
    return (Int(rate * 10 + 0.5), Int(level * 10 + 0.5))
  }
}
