/// What the analyzer must make of a scenario: clauses, each of which is held against every run.
struct Verdict: Sendable {
  let scenario: String
  let clauses: [Clause]

  init(_ scenario: String, _ clauses: Clause...) {
    self.scenario = scenario
    self.clauses = clauses
  }
}

/// One thing that must be said, or must not, and in how many runs of a hundred at least.
struct Clause: Sendable {
  enum Demand: Sendable {
    /// An alarm of any of these is raised, or stands already, so many seconds after the anchor.
    case tells(Wanted, within: ClosedRange<Int>, after: Anchor)
    /// None is raised from the onset on, for so many seconds; nil for to the end.
    case never(Wanted, seconds: Int?)
    /// One of the first is raised before any of the second, where one of the second is.
    case leads(Wanted, before: Wanted)
    /// Once its cause has ended it is latched, and nothing clears it.
    case latches(rule: String)
    /// A trend is told again so many seconds after the onset, and none before.
    case trendReturns(within: ClosedRange<Int>)
    /// That band is told for so many percent of the time after the first 20 minutes.
    case mostly(band: String, percent: Int)
    /// Over all runs together, at most so many hundredths of an alarm a day.
    case budget(Wanted, hundredthsADay: Int)
  }

  let demand: Demand
  /// Of the runs in which the clause is due.
  let percent: Int

  init(_ demand: Demand, percent: Int) {
    self.demand = demand
    self.percent = percent
  }

  static func tells(
    _ wanted: Wanted, within seconds: Int, after anchor: Anchor = .onset, percent: Int = 100
  ) -> Clause {
    Clause(.tells(wanted, within: 0...seconds, after: anchor), percent: percent)
  }

  static func never(_ wanted: Wanted, for seconds: Int? = nil, percent: Int = 100) -> Clause {
    Clause(.never(wanted, seconds: seconds), percent: percent)
  }

  static func leads(_ first: Wanted, before second: Wanted, percent: Int) -> Clause {
    Clause(.leads(first, before: second), percent: percent)
  }

  static func latches(_ rule: String) -> Clause { Clause(.latches(rule: rule), percent: 100) }

  static func trendReturns(within seconds: ClosedRange<Int>) -> Clause {
    Clause(.trendReturns(within: seconds), percent: 100)
  }

  static func mostly(_ band: String, percent: Int) -> Clause {
    Clause(.mostly(band: band, percent: percent), percent: 100)
  }

  static func budget(_ wanted: Wanted, hundredthsADay: Int) -> Clause {
    Clause(.budget(wanted, hundredthsADay: hundredthsADay), percent: 100)
  }
}

/// Alarms that a clause speaks of, by the names that the event stream gives them.
struct Wanted: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// Any rule where there are none.
  var rules: [String]
  /// Rules that are not meant although `rules` would have them.
  var except: [String] = []
  /// At least this priority.
  var priority = "low"
  var cause: String?

  init(stringLiteral rule: String) { rules = [rule] }
  init(arrayLiteral rules: String...) { self.rules = rules }
  init(_ rules: [String], except: [String] = [], priority: String = "low", cause: String? = nil) {
    self.rules = rules
    self.except = except
    self.priority = priority
    self.cause = cause
  }

  static let any = Wanted([])
  static let trends: [String] = ["cooling-trend", "cooling-fast", "cooling-rapid"]
  static let trend = Wanted(trends)
  static let plainLimits: [String] = ["cold-stress", "hypothermia", "severe-hypothermia"]
  /// All that speak of a cold infant.
  static let cold = Wanted(trends + plainLimits + ["not-rewarming", "combined"])

  func at(_ priority: String) -> Wanted { Wanted(rules, except: except, priority: priority) }
  func because(_ cause: String) -> Wanted {
    Wanted(rules, except: except, priority: priority, cause: cause)
  }
}

/// The moment from which a delay counts.
indirect enum Anchor: Sendable {
  /// When the scenario's event begins.
  case onset
  /// When the true temperature goes below a limit, thousandths of a degree, and stays there for so
  /// many seconds. An infant that only grazes the limit is not due.
  case below(Int, lasting: Int)
  case above(Int, lasting: Int)
  /// When another alarm is raised.
  case told(Wanted)
  /// When the heart rate has fallen by so many percent from its median before, for a minute.
  case heartDown(percent: Int)
  /// When the first of the channels has left its warm-up.
  case warmedUp
  /// When the scenario's event begins, where twins have lain so many thousandths of a degree apart
  /// for 20 min; closer than that they cannot be told from each other.
  case apart(Int)
  /// When the scenario's event begins, where the infant gains less than so many thousandths of a
  /// degree in the hour from then on, its own wander included.
  case gainless(Int)
  case latest(Anchor, Anchor)
}
