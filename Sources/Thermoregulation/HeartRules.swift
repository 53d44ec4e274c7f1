import Probes

/// The rules on the infant's heart rate (section 4), judged once a second.
extension Infant {
  mutating func judgeHeart(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primaryHeart(at: now) else { return }
    // What samples say, and no longer: silence adds nothing.
    let end = min(now, hearts[place].spokenUntil)
    let below = hearts[place].below
    let farBelow = hearts[place].farBelow
    if farBelow.hasLasted(seconds: 5, at: end) {
      raise(.bradycardia, .high, farBelow, place, limits.bradycardiaHigh, at: now, &announcer)
    } else if below.hasLasted(seconds: 10, at: end) {
      raise(.bradycardia, .medium, below, place, limits.bradycardia, at: now, &announcer)
    } else if hearts[place].recovered.hasLasted(seconds: 10, at: end) {
      conditions.end(.bradycardia, &announcer)
    }
    let above = hearts[place].above
    if above.hasLasted(seconds: 60, at: end) {
      raise(.tachycardia, .medium, above, place, limits.tachycardia, at: now, &announcer)
    } else if hearts[place].calmed.hasLasted(seconds: 10, at: end) {
      conditions.end(.tachycardia, &announcer)
    }
  }

  private mutating func raise(
    _ rule: Rule, _ priority: Priority, _ run: Run, _ place: Int, _ limit: Int,
    at now: Timestamp, _ announcer: inout Announcer
  ) {
    var alarm = alarm(
      rule, priority, onset: run.since ?? now, at: now, port: hearts[place].port)
    alarm.value = hearts[place].rate * 1000
    alarm.limit = limit * 1000
    conditions.raise(alarm, &announcer)
  }
}
