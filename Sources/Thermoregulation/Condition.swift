import Probes

/// The life of one alarm condition: absent, active, latched (section 6).
///
///     absent ──raise──▶ active ──end──▶ absent
///                       ▲    └──end, where it latches and nobody has acknowledged──▶ latched
///                       └──raise───────────────────────────────────────────────────────┘ │
///     absent ◀──acknowledge──────────────────────────────────────────────────────────────┘
struct Condition {
  private(set) var alarm: Alarm?

  var isActive: Bool { alarm.map { !$0.isLatched } ?? false }

  /// Raises the condition, or brings a standing one up to date; escalates it where the priority
  /// has risen. A priority never falls while the condition stands.
  mutating func raise(_ fresh: Alarm, _ announcer: inout Announcer) {
    guard var standing = alarm else {
      var new = fresh
      new.id = announcer.nextAlarm()
      alarm = new
      announcer.announce(.raised, new)
      return
    }
    if standing.isLatched {
      standing = fresh.keeping(standing, priority: max(standing.priority, fresh.priority))
      alarm = standing
      announcer.announce(.raised, standing)
    } else if fresh.priority > standing.priority {
      let onset = standing.onset
      let raised = standing.raised
      standing = fresh.keeping(standing, priority: fresh.priority)
      standing.onset = onset
      standing.raised = raised
      alarm = standing
      announcer.announce(.escalated, standing)
    }
  }

  /// The cause has ended. Whether the alarm stays, latched.
  @discardableResult
  mutating func end(_ announcer: inout Announcer) -> Bool {
    guard var standing = alarm, !standing.isLatched else { return alarm != nil }
    if standing.rule.latches(at: standing.priority), !standing.isAcknowledged {
      standing.isLatched = true
      alarm = standing
      announcer.announce(.latched, standing)
      return true
    }
    alarm = nil
    announcer.announce(.cleared, standing)
    return false
  }

  /// Somebody has seen it. Whether this was the alarm meant.
  mutating func acknowledge(_ id: Int, by: String?, _ announcer: inout Announcer) -> Bool {
    guard var standing = alarm, standing.id == id else { return false }
    standing.isAcknowledged = true
    announcer.announce(.acknowledged, standing, by: by)
    if standing.isLatched {
      alarm = nil
      announcer.announce(.cleared, standing)
    } else {
      alarm = standing
    }
    return true
  }
}

/// The conditions of a run of rules, one each.
struct Conditions<let count: Int> {
  var conditions = InlineArray<count, Condition>(repeating: Condition())
  private let first: Rule
  /// A bit for each of them that is active, and for each that is active or latched: what is asked
  /// every second is answered without looking at the conditions themselves.
  var active: UInt32 = 0
  var standing: UInt32 = 0

  init(from first: Rule) { self.first = first }

  /// Whether none of them is active or latched.
  var areQuiet: Bool { standing == 0 }

  func isActive(_ rule: Rule) -> Bool { active & bit(of: rule) != 0 }

  /// The rule's alarm while it is active or latched.
  subscript(rule: Rule) -> Alarm? {
    guard standing & bit(of: rule) != 0 else { return nil }
    return conditions.span[place(of: rule)].alarm
  }

  mutating func raise(_ alarm: Alarm, _ announcer: inout Announcer) {
    conditions[place(of: alarm.rule)].raise(alarm, &announcer)
    active |= bit(of: alarm.rule)
    standing |= bit(of: alarm.rule)
  }

  /// The rule's cause has ended.
  mutating func end(_ rule: Rule, _ announcer: inout Announcer) {
    guard isActive(rule) else { return }
    let isLatched = conditions[place(of: rule)].end(&announcer)
    active &= ~bit(of: rule)
    if !isLatched { standing &= ~bit(of: rule) }
  }

  /// Somebody has seen the alarm of this number. Whether it is one of these.
  mutating func acknowledge(_ id: Int, by: String?, _ announcer: inout Announcer) -> Bool {
    for place in 0..<count where conditions[place].acknowledge(id, by: by, &announcer) {
      let bit: UInt32 = 1 << UInt32(place)
      if active & bit == 0 { standing &= ~bit }
      return true
    }
    return false
  }

  private func place(of rule: Rule) -> Int { Int(rule.rawValue &- first.rawValue) }

  private func bit(of rule: Rule) -> UInt32 { 1 << UInt32(place(of: rule)) }
}

/// The conditions of the daemon itself.
typealias HouseConditions = Conditions<2>

/// The conditions of one probe's channel.
typealias ProbeConditions = Conditions<6>

extension Conditions where count == 6 {
  init() { self.init(from: .noData) }
}

extension Alarm {
  /// This alarm under the number of the one that stands; what was acknowledged is so no more.
  fileprivate func keeping(_ standing: Alarm, priority: Priority) -> Alarm {
    var alarm = self
    alarm.id = standing.id
    alarm.priority = priority
    return alarm
  }
}

/// Counts how long a limit has been crossed, minute by minute or bin by bin.
///
/// Only steps that cross the limit count, and only the rule's clear rule takes the count back to
/// none: an infant that hovers at its limit gains no respite by touching the good side. A step
/// without a value is not made at all, which freezes both counts: a gap neither raises nor clears.
struct Dwell {
  private var crossed = 0
  private var isCrossed = false
  private var clear = 0
  /// When the first step that counts began.
  private(set) var onset = Timestamp.zero

  /// One more step, which began at `start`; so many clear ones in a row take the count back.
  mutating func step(
    crossed isCrossed: Bool, clear isClear: Bool, for steps: Int, from start: Timestamp
  ) {
    self.isCrossed = isCrossed
    if isCrossed {
      if crossed == 0 { onset = start }
      crossed += 1
    }
    clear = isClear ? clear + 1 : 0
    if clear >= steps { crossed = 0 }
  }

  /// Whether the limit is crossed now, and has been for so many steps.
  func holds(for steps: Int) -> Bool { isCrossed && crossed >= steps }

  func hasCleared(for steps: Int) -> Bool { clear >= steps }

  mutating func reset() { self = Dwell() }
}

/// So many of the last six minutes, and as many clear ones in a row.
struct MinuteVote {
  private var history: UInt8 = 0
  private(set) var clear = 0

  mutating func step(holds: Bool, clear isClear: Bool) {
    history = history << 1 | (holds ? 1 : 0)
    clear = isClear ? clear + 1 : 0
  }

  /// Whether the newest minute held.
  var holds: Bool { history & 1 == 1 }

  /// Held now, and in at least so many of the last six minutes.
  func carries(_ least: Int) -> Bool { holds && (history & 0x3F).nonzeroBitCount >= least }

  /// Minutes since the first of those that carried it.
  var age: Int { 8 - (history & 0x3F).leadingZeroBitCount }

  mutating func reset() { self = MinuteVote() }
}

/// Since when a heart rate has been beyond a limit, frozen while there is none.
struct Run {
  private(set) var since: Timestamp?

  mutating func step(_ holds: Bool, at time: Timestamp, frozenFor gap: Int64) {
    guard holds else {
      since = nil
      return
    }
    since = since.map { $0.advanced(by: gap) } ?? time
  }

  func hasLasted(seconds: Int64, at now: Timestamp) -> Bool {
    since.map { now.since($0) >= seconds * 1_000_000_000 } ?? false
  }

  mutating func reset() { since = nil }
}

extension Condition {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    let blank = Alarm(
      id: 0, rule: .noData, priority: .low, infant: nil, port: nil, onset: .zero, raised: .zero)
    try archive.pass(&alarm, from: blank) { alarm, archive throws(ArchiveError) in
      try alarm.pass(through: &archive)
    }
  }
}

extension Conditions {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    active = 0
    standing = 0
    for place in 0..<count {
      var condition = conditions.span[place]
      try condition.pass(through: &archive)
      conditions[place] = condition
      guard let alarm = condition.alarm else { continue }
      guard alarm.rule.rawValue == first.rawValue + UInt8(place) else {
        throw archive.error("an alarm of \(alarm.rule.name)", "one of the rule in its place")
      }
      standing |= 1 << UInt32(place)
      if !alarm.isLatched { active |= 1 << UInt32(place) }
    }
  }

  /// Calls `body` with each alarm that stands.
  func forEachAlarm(_ body: (Alarm) -> Void) {
    guard standing != 0 else { return }
    for place in 0..<count { if let alarm = conditions[place].alarm { body(alarm) } }
  }
}

extension Dwell {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&crossed)
    try archive.pass(&isCrossed)
    try archive.pass(&clear)
    try archive.pass(&onset)
  }
}

extension MinuteVote {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&history)
    try archive.pass(&clear)
  }
}

extension Run {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&since)
  }
}
