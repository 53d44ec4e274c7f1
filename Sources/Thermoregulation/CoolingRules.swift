import Probes

/// The three cooling rules: a falling trend over 30, 15 and 8 minutes.
extension Infant {
  mutating func judgeCooling(
    _ place: Int, _ offset: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let windows = temperatures[place].windows
    guard let raw = windows.reference else { return }
    let reference = raw + Int32(offset)
    let held = marks.holdCooling
    let long = windows.line30?.raised(by: offset)
    let middle = windows.line15?.raised(by: offset)
    let short = windows.line8?.raised(by: offset)
    if let long, middle != nil {
      let nearReference = !long.lies(200, below: reference)
      coolingTrend.step(
        holds: !held && long.falls(limits.coolingTrend) && long.lies(400, below: reference)
          && long.reaches(limits.coldStress, withinMinutes: 45)
          && temperatures[place].fallsLately(-250),
        clear: long.exceeds(-200))
      settle(
        .coolingTrend, .low, coolingTrend, isClear: coolingTrend.clear >= 5 || nearReference, long,
        limits.coolingTrend, place, at: now, &announcer)
    }
    if let middle, let short {
      coolingFast.step(
        holds: !held && middle.falls(limits.coolingFast) && middle.lies(400, below: reference)
          && middle.reaches(limits.coldStress, withinMinutes: 20) && short.falls(-600),
        clear: middle.exceeds(-500))
      settle(
        .coolingFast, .medium, coolingFast, isClear: coolingFast.clear >= 5, middle,
        limits.coolingFast, place, at: now, &announcer)
    }
    if let short {
      coolingRapid.step(
        holds: !held && short.falls(limits.coolingRapid) && short.lies(600, below: reference)
          && short.reaches(limits.hypothermia, withinMinutes: 12),
        clear: short.exceeds(-1_000))
      settle(
        .coolingRapid, .medium, coolingRapid, isClear: coolingRapid.clear >= 1, short,
        limits.coolingRapid, place, at: now, &announcer)
    }
  }

  /// The highest priority among the cooling rules that are active; nil where none is.
  var coolingPriority: Priority? {
    var highest: Priority?
    if conditions.isActive(.coolingTrend) { highest = .low }
    if conditions.isActive(.coolingFast) || conditions.isActive(.coolingRapid) { highest = .medium }
    return highest
  }
}
