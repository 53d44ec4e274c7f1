import Probes
import Thermoregulation

/// What became of one clause in one run.
struct Outcome: Sendable, Equatable {
  enum Kind: Sendable { case held, late, missed, misread, notDue }

  var kind: Kind
  /// Whole seconds from the anchor to the alarm, rounded up.
  var delay: Int?
  /// The alarms that a budget counts.
  var count = 0
}

/// An alarm as the tables count it.
struct Raised: Sendable {
  var rule: String
  var priority: Priority
  /// Whether this is the beginning, or a rise of priority.
  var isNew: Bool
  /// Seconds after the onset; below 0 before it.
  var after: Int
  /// Whether the infant's true temperature had crossed the limit that the alarm speaks of.
  var isTrue: Bool
}

/// Holds verdicts against an account.
struct Judge {
  /// By how much an alarm may come after its span of time, in seconds.
  ///
  /// A unit speaks once a second, and what lasts minutes is looked at in bins of ten: what happens
  /// can be known so much later at best.
  static func tolerance(of span: Int) -> Int { span >= 300 ? 10 : 1 }

  /// How far beyond a limit the truth must be before a probe can know it, thousandths of a degree.
  static let margin = 10

  let account: Account

  func judge(_ clause: Clause) -> Outcome {
    switch clause.demand {
    case .tells(let wanted, let window, let anchor): tells(wanted, window, anchor)
    case .never(let wanted, let seconds): never(wanted, seconds)
    case .leads(let first, let second): leads(first, second)
    case .latches(let rule): latches(rule)
    case .trendReturns(let window): trendReturns(window)
    case .mostly(let band, let percent): mostly(band, percent)
    case .budget(let wanted, _):
      Outcome(kind: .held, count: account.announcements.count { isNew($0) && matches($0, wanted) })
    }
  }

  /// Everything that was raised or rose in priority, for the tables.
  var raised: [Raised] {
    account.announcements.filter(isRise).map {
      Raised(
        rule: $0.alarm.rule.name, priority: $0.alarm.priority, isNew: isNew($0),
        after: Int($0.time.since(account.onset) / 1_000_000_000), isTrue: isTrue($0))
    }
  }

  private func tells(_ wanted: Wanted, _ window: ClosedRange<Int>, _ anchor: Anchor) -> Outcome {
    guard let time = time(of: anchor) else {
      return Outcome(kind: isDue(anchor) ? .missed : .notDue)
    }
    // One that stands already may be about something else, yet somebody has been called.
    if isStanding(wanted, at: time) { return Outcome(kind: .held, delay: 0) }
    guard
      let first = account.announcements.first(where: {
        $0.time >= time && isRise($0) && matches($0, wanted)
      })
    else { return Outcome(kind: .missed) }
    let delay = Int((first.time.since(time) + 999_999_999) / 1_000_000_000)
    let latest = window.upperBound + Self.tolerance(of: window.upperBound)
    let isInTime = delay >= window.lowerBound && delay <= latest
    return Outcome(kind: isInTime ? .held : .late, delay: delay)
  }

  private func never(_ wanted: Wanted, _ seconds: Int?) -> Outcome {
    let end = seconds.map { account.onset.seconds + Int64($0) } ?? .max
    let wrong = account.announcements.first {
      $0.time >= account.onset && $0.time.seconds < end && isRise($0) && matches($0, wanted)
        && !isTrue($0)
    }
    return Outcome(kind: wrong == nil ? .held : .misread)
  }

  private func leads(_ first: Wanted, _ second: Wanted) -> Outcome {
    func rise(_ wanted: Wanted) -> Timestamp? {
      account.announcements.first {
        $0.time >= account.onset && isNew($0) && matches($0, wanted)
      }?.time
    }
    guard let later = rise(second) else { return Outcome(kind: .notDue) }
    if isStanding(first, at: account.onset) { return Outcome(kind: .held) }
    guard let earlier = rise(first) else { return Outcome(kind: .missed) }
    return Outcome(kind: earlier < later ? .held : .late)
  }

  private func latches(_ rule: String) -> Outcome {
    let own = account.announcements.filter {
      $0.time >= account.onset && $0.alarm.rule.name == rule
    }
    let isLatched = own.contains { $0.change == .latched }
    let isCleared = own.contains { $0.change == .cleared }
    return Outcome(kind: isLatched && !isCleared ? .held : .missed)
  }

  private func trendReturns(_ window: ClosedRange<Int>) -> Outcome {
    let back = account.states.first { $0.time > account.onset && $0.trend != .insufficient }
    let before = account.states.last { $0.time <= account.onset }
    guard let back, before?.trend == .insufficient else { return Outcome(kind: .missed) }
    let delay = Int(back.time.since(account.onset) / 1_000_000_000)
    return Outcome(kind: window.contains(delay) ? .held : .late, delay: delay)
  }

  private func mostly(_ band: String, _ percent: Int) -> Outcome {
    let start = Timestamp(seconds: 20 * 60)
    var inBand: Int64 = 0
    for (index, state) in account.states.enumerated() where state.band.name == band {
      let next = account.states[(index + 1)...].first { $0.infant == state.infant }
      inBand += max(0, (next?.time ?? account.end).since(max(state.time, start)))
    }
    let whole = account.end.since(start)
    return Outcome(kind: inBand * 100 >= whole * Int64(percent) ? .held : .missed)
  }

  private func isNew(_ announcement: Account.Announcement) -> Bool {
    announcement.change == .raised
  }

  private func isRise(_ announcement: Account.Announcement) -> Bool {
    announcement.change == .raised || announcement.change == .escalated
  }

  private func matches(_ announcement: Account.Announcement, _ wanted: Wanted) -> Bool {
    let alarm = announcement.alarm
    let rule = alarm.rule.name
    guard wanted.rules.isEmpty || wanted.rules.contains(rule), !wanted.except.contains(rule),
      alarm.priority >= Priority(named: wanted.priority)
    else { return false }
    return wanted.cause.map { $0 == alarm.cause.name } ?? true
  }

  /// Whether a wanted alarm is active at that time.
  private func isStanding(_ wanted: Wanted, at time: Timestamp) -> Bool {
    var standing: Set<Int> = []
    for announcement in account.announcements where announcement.time < time {
      let id = announcement.alarm.id
      switch announcement.change {
      case .cleared, .latched: standing.remove(id)
      default: if matches(announcement, wanted) { standing.insert(id) }
      }
    }
    return !standing.isEmpty
  }
}

extension Judge {
  /// Whether the infant itself had crossed the alarm's limit in the ten minutes before: such an
  /// alarm is right, whatever the scenario is about.
  private func isTrue(_ announcement: Account.Announcement) -> Bool {
    let alarm = announcement.alarm
    guard let infant = alarm.infant, account.temperatures.indices.contains(infant) else {
      return false
    }
    let end = min(Int(announcement.time.seconds) + 1, account.temperatures[infant].count)
    let recent = account.temperatures[infant][max(0, end - 600)..<end]
    return switch alarm.rule.name {
    case "cold-stress", "not-rewarming": recent.contains { $0 < 36_500 }
    case "hypothermia":
      recent.contains { $0 < (alarm.priority == .high ? 35_000 : 36_000) }
    case "severe-hypothermia": recent.contains { $0 < 32_000 }
    case "hyperthermia":
      recent.contains {
        $0 > (alarm.priority == .low ? 37_500 : alarm.priority == .medium ? 38_000 : 39_000)
      }
    default: false
    }
  }

  /// Whether the infant made it come, where that is for the infant alone to decide. What the
  /// analyzer must say first is due in any case.
  private func isDue(_ anchor: Anchor) -> Bool {
    switch anchor {
    case .onset, .below, .above, .heartDown, .apart, .gainless: time(of: anchor) != nil
    case .told, .warmedUp: true
    case .latest(let one, let other): isDue(one) && isDue(other)
    }
  }

  /// When that was; nil where it never came.
  func time(of anchor: Anchor) -> Timestamp? {
    switch anchor {
    case .onset: account.onset
    case .below(let limit, let seconds):
      crossing(lasting: seconds) { $0 <= limit - Self.margin }
    case .above(let limit, let seconds):
      crossing(lasting: seconds) { $0 >= limit + Self.margin }
    case .told(let wanted):
      account.announcements.first {
        $0.time >= account.onset && isRise($0) && matches($0, wanted)
      }?.time
    case .heartDown(let percent): heartDown(percent)
    case .warmedUp: warmedUp
    case .gainless(let most): gain.map { $0 < most } ?? false ? account.onset : nil
    case .apart(let least): difference.map { $0 >= least } ?? false ? account.onset : nil
    case .latest(let one, let other):
      if let one = time(of: one), let other = time(of: other) { max(one, other) } else { nil }
    }
  }

  private func crossing(lasting seconds: Int, _ isBeyond: (Int) -> Bool) -> Timestamp? {
    guard let course = account.temperatures.last else { return nil }
    var length = 0
    for second in Int(account.onset.seconds)..<max(course.count, Int(account.onset.seconds)) {
      length = isBeyond(Int(course[second])) ? length + 1 : 0
      if length == seconds { return Timestamp(seconds: Int64(second - seconds + 1)) }
    }
    return nil
  }

  private func heartDown(_ percent: Int) -> Timestamp? {
    guard let rates = account.heartRates.first else { return nil }
    let onset = Int(account.onset.seconds)
    var length = 0
    var usual = 0
    for second in onset..<max(rates.count, onset) {
      // The usual rate is that of the last two hours, which falls along with the heart.
      if second == onset || second % 60 == 0 {
        let last = rates[max(0, second - 7200)..<second].sorted()
        usual = last.isEmpty ? 0 : Int(last[last.count / 2])
      }
      length = Int(rates[second]) * 100 <= usual * (100 - percent) ? length + 1 : 0
      if length == 60 { return Timestamp(seconds: Int64(second - 59)) }
    }
    return nil
  }

  /// By how much two infants differed on the mean of the 20 min before the onset.
  private var difference: Int? {
    guard account.temperatures.count == 2 else { return nil }
    let end = Int(account.onset.seconds)
    return abs(mean(0, end - 1200..<end) - mean(1, end - 1200..<end))
  }

  /// What the first infant gains in the hour after the onset, on the mean of ten minutes each.
  private var gain: Int? {
    let start = Int(account.onset.seconds)
    guard let course = account.temperatures.first, course.count >= start + 3900 else { return nil }
    return mean(0, start + 3300..<start + 3900) - mean(0, start - 300..<start + 300)
  }

  private func mean(_ infant: InfantIndex, _ seconds: Range<Int>) -> Int {
    let course = account.temperatures[infant]
    let span = course[seconds.clamped(to: 0..<course.count)]
    return span.reduce(0) { $0 + Int($1) } / max(span.count, 1)
  }

  private var warmedUp: Timestamp? {
    var warming: Set<InfantIndex> = []
    for state in account.states where state.time >= account.onset {
      if state.quality == .warmup {
        warming.insert(state.infant)
      } else if warming.contains(state.infant), state.quality == .good {
        return state.time
      }
    }
    return nil
  }
}

extension Priority {
  init(named name: String) {
    self = name == "high" ? .high : name == "medium" ? .medium : .low
  }
}
