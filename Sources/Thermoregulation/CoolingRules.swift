import Probes

/// The three cooling rules: a falling trend over 30 or 60, over 15 and over 8 minutes.
///
/// Three minutes of the last six carry each of them, where in addition the newest minutes
/// themselves still fall at the rule's own limit: that turns away an infant that was moved and is
/// coming back, which no window of a quarter of an hour shows in time. Where that is not so, six
/// minutes of six do.
extension Infant {
  /// By how much the level must lie below the reference.
  private static let rapidDrop = 600
  /// Minutes over which the newest ones must still fall.
  private static let trendSpan = 3
  private static let fastSpan = 2

  private var rules: CoolingRuleSet { limits.cooling }

  mutating func judgeCooling(
    _ place: Int, _ offset: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    guard let raw = temperatures[place].windows.reference else { return }
    let reference = raw + Int32(offset)
    let hasW15 = temperatures[place].windows.hasW15
    let hasW8 = temperatures[place].windows.hasW8
    if hasW15 { judgeTrend(place, offset, reference, hasW8, at: now, &announcer) }
    if hasW15, hasW8 { judgeFast(place, offset, reference, at: now, &announcer) }
    if hasW8 { judgeRapid(place, offset, reference, at: now, &announcer) }
  }

  private mutating func judgeTrend(
    _ place: Int, _ offset: Int, _ reference: Int32, _ hasW8: Bool, at now: Timestamp,
    _ announcer: inout Announcer
  ) {
    guard let long = temperatures[place].windows.line30?.raised(by: offset) else { return }
    var steepest: (line: Line, limit: Int)?
    if long.falls(limits.coolingTrend), long.lies(rules.trendDrop, below: reference),
      long.reaches(limits.coldStress, withinMinutes: 45),
      temperatures[place].fallsLately(limits.coolingTrend / 2)
    {
      // The last eight minutes bear it out; coarse steps are mostly level over so few.
      let least = temperatures[place].isCoarse ? 0 : limits.coolingTrend / 2
      let isBorneOut = !hasW8 || !rules.asksShort || temperatures[place].windows.falls8(least)
      if isBorneOut, rules.leastLeave.map({ hasLeftUsual(by: $0, place) }) ?? true {
        steepest = (long, limits.coolingTrend)
      }
    }
    let slow = slowFall(place, offset, hasW8)
    if steepest == nil { steepest = slow.map { ($0, limits.coolingTrend / 2) } }
    let isNews = conditions.isActive(.coolingTrend) || isNews(slow, place, offset, at: now)
    coolingTrend.step(
      holds: !marks.holdCooling && steepest != nil && isNews,
      clear: slow == nil && long.exceeds(-200))
    let nearReference = slow == nil && !long.lies(200, below: reference)
    if coolingTrend.carries(rules.votes), let (line, limit) = steepest,
      stillFalls(coolingTrend, place, limits.coolingTrend, Self.trendSpan)
    {
      raise(.coolingTrend, .low, coolingTrend, line, limit, place, at: now, &announcer)
    } else if !coolingTrend.holds, coolingTrend.clear >= 5 || nearReference {
      conditions.end(.coolingTrend, &announcer)
    }
  }

  /// The line of an hour, where it falls at half the trend's limit at least, and the infant has
  /// left its usual temperature: a slow fall, which half an hour does not tell from its wander.
  private func slowFall(_ place: Int, _ offset: Int, _ hasW8: Bool) -> Line? {
    guard let drop = rules.hourDrop, let level = temperatures[place].recentLevel,
      hasLeftUsual(
        by: level + offset <= limits.coldStress + 50 ? rules.hourDropNear : drop, place),
      temperatures[place].windows.falls15(0), !hasW8 || temperatures[place].windows.falls8(0),
      let hour = temperatures[place].windows.line60?.raised(by: offset),
      hour.falls(limits.coolingTrend / 2), hour.reaches(limits.coldStress, withinMinutes: 30)
    else { return nil }
    return hour
  }

  /// Whether the last ten minutes lie so far below the infant's usual temperature.
  private func hasLeftUsual(by least: Int, _ place: Int) -> Bool {
    // The reference is cheaper to have than the usual temperature, and never below it.
    guard let level = temperatures[place].recentLevel,
      let reference = temperatures[place].windows.reference, Int(reference) - level >= least,
      let usual = temperatures[place].windows.usual
    else { return false }
    return Int(usual) - level >= least
  }

  /// Once cold stress has been told, a trend is worth telling only where it is beyond doubt.
  private func isNews(
    _ slow: Line?, _ place: Int, _ offset: Int, at now: Timestamp
  ) -> Bool {
    guard rules.asksNews, conditions.isActive(.coldStress), let cold = conditions[.coldStress],
      now.since(cold.raised) >= 300 * second
    else { return true }
    let hour = slow ?? temperatures[place].windows.line60?.raised(by: offset)
    return hour?.falls(limits.coolingTrend) ?? true
  }

  private mutating func judgeFast(
    _ place: Int, _ offset: Int, _ reference: Int32, at now: Timestamp,
    _ announcer: inout Announcer
  ) {
    let isActive = conditions.isActive(.coolingFast)
    let near = limits.coolingFast * 5 / 6
    var fall: (line: Line, limit: Int)?
    if temperatures[place].windows.falls15(near),
      temperatures[place].windows.falls8(limits.coolingFast * rules.fastShort / 4),
      let middle = temperatures[place].windows.line15?.raised(by: offset),
      middle.lies(rules.fastDrop, below: reference),
      middle.reaches(limits.coldStress, withinMinutes: 20)
    {
      if middle.falls(limits.coolingFast) {
        fall = (middle, limits.coolingFast)
      } else if middle.reaches(limits.coldStress, withinMinutes: rules.fastNear) {
        fall = (middle, near)
      }
    }
    coolingFast.step(
      holds: !marks.holdCooling && fall != nil,
      clear: isActive && !temperatures[place].windows.falls15(-500))
    if coolingFast.carries(rules.votes), let (line, limit) = fall,
      stillFalls(coolingFast, place, limits.coolingFast, Self.fastSpan)
    {
      raise(.coolingFast, .medium, coolingFast, line, limit, place, at: now, &announcer)
    } else if coolingFast.clear >= 5 {
      conditions.end(.coolingFast, &announcer)
    }
  }

  private mutating func judgeRapid(
    _ place: Int, _ offset: Int, _ reference: Int32, at now: Timestamp,
    _ announcer: inout Announcer
  ) {
    let isActive = conditions.isActive(.coolingRapid)
    var line: Line?
    if temperatures[place].windows.falls8(limits.coolingRapid),
      let short = temperatures[place].windows.line8?.raised(by: offset),
      short.lies(Self.rapidDrop, below: reference),
      short.reaches(limits.hypothermia, withinMinutes: 12)
    {
      line = short
    }
    coolingRapid.step(
      holds: !marks.holdCooling && line != nil,
      clear: isActive && !temperatures[place].windows.falls8(-1_000))
    if coolingRapid.carries(rules.votes), let line,
      stillFalls(coolingRapid, place, limits.coolingRapid, Self.fastSpan)
    {
      raise(
        .coolingRapid, .medium, coolingRapid, line, limits.coolingRapid, place, at: now, &announcer)
    } else if coolingRapid.clear >= 1 {
      conditions.end(.coolingRapid, &announcer)
    }
  }

  private func stillFalls(_ vote: MinuteVote, _ place: Int, _ slope: Int, _ minutes: Int) -> Bool {
    !rules.asksNewest || vote.carries(6) || temperatures[place].stillFalls(slope, minutes: minutes)
  }

  /// The highest priority among the cooling rules that are active; nil where none is.
  var coolingPriority: Priority? {
    var highest: Priority?
    if conditions.isActive(.coolingTrend) { highest = .low }
    if conditions.isActive(.coolingFast) || conditions.isActive(.coolingRapid) { highest = .medium }
    return highest
  }
}
