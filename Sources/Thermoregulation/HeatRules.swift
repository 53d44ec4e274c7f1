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
    guard let line = temperatures[place].windows.line15?.raised(by: offset),
      let short = temperatures[place].windows.line8
    else { return }
    // Eight minutes bear it out, as they do for fast cooling: a step that is over is no trend.
    warmingTrend.step(
      holds: line.exceeds(999) && line.isAtLeast(37_200) && short.exceeds(599),
      clear: !line.exceeds(299))
    settle(
      .warmingTrend, .low, warmingTrend, isClear: warmingTrend.clear >= 1, line, 1_000, place,
      at: now, &announcer)
  }
}
