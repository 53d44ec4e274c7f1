import Probes

/// Hyperthermia and the way there, with hints at where the heat may come from.
extension Infant {
  /// At or above, the parent is likely to have a fever.
  private static let parentFever = 38_000
  /// The foot this much colder than the core: the infant makes heat and keeps it (fever).
  private static let coldFoot = 2_000
  /// The foot hardly colder than the core: the infant cannot get rid of heat from outside.
  private static let warmFoot = 1_000

  mutating func judgeHyperthermia(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let start = now.advanced(by: -60 * second)
    let levels = (limits.hyperthermia, limits.hyperthermiaMedium, limits.hyperthermiaHigh)
    hyperthermia.step(
      crossed: minute > levels.0, clear: minute <= levels.0 - 200, for: 5, from: start)
    hyperthermiaMedium.step(
      crossed: minute > levels.1, clear: minute <= levels.1 - 200, for: 5, from: start)
    hyperthermiaHigh.step(
      crossed: minute > levels.2, clear: minute <= levels.2 - 200, for: 5, from: start)
    let found: (priority: Priority, limit: Int)? =
      if hyperthermiaHigh.holds(for: 2) {
        (.high, levels.2)
      } else if hyperthermiaMedium.holds(for: 2) {
        (.medium, levels.1)
      } else if hyperthermia.holds(for: 5) {
        (.low, levels.0)
      } else {
        nil
      }
    if let found {
      let cause = heatHint(minute) ?? (found.priority == .low ? .none : .beyondLimit)
      raise(
        .hyperthermia, found.priority, from: hyperthermia.onset, at: now, place, minute,
        found.limit, cause, &announcer)
    } else if hyperthermia.hasCleared(for: 5) {
      conditions.end(.hyperthermia, &announcer)
    }
  }

  private func heatHint(_ core: Int) -> Cause? {
    if let parent = context(.parentChest), parent >= Self.parentFever { return .parentFever }
    guard let foot = context(.foot) else { return nil }
    if core - foot > Self.coldFoot { return .infection }
    return core - foot < Self.warmFoot ? .overheating : nil
  }

  mutating func judgeWarming(
    _ place: Int, _ offset: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    guard temperatures[place].windows.hasW15, temperatures[place].windows.hasW8 else { return }
    let isActive = conditions.isActive(.warmingTrend)
    var line: Line?
    // Eight minutes bear it out, as they do for fast cooling: a step that is over is no trend.
    if !temperatures[place].windows.falls15(999), !temperatures[place].windows.falls8(599),
      let quarter = temperatures[place].windows.line15?.raised(by: offset),
      quarter.isAtLeast(37_200)
    {
      line = quarter
    }
    warmingTrend.step(
      holds: line != nil, clear: isActive && temperatures[place].windows.falls15(299))
    if warmingTrend.carries(5), let line {
      raise(.warmingTrend, .low, warmingTrend, line, 1_000, place, at: now, &announcer)
    } else if warmingTrend.clear >= 1 {
      conditions.end(.warmingTrend, &announcer)
    }
  }
}
