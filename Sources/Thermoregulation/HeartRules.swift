import Probes

/// The rules on the infant's heart rate (section 4), judged once a second.
extension Infant {
  mutating func judgeHeart(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primaryHeart(at: now) else { return }
    let heart = hearts[place]
    if heart.hasLasted(heart.farBelow, seconds: 5, at: now) {
      raise(.bradycardia, .high, heart.farBelow, heart, limits.bradycardiaHigh, at: now, &announcer)
    } else if heart.hasLasted(heart.below, seconds: 10, at: now) {
      raise(.bradycardia, .medium, heart.below, heart, limits.bradycardia, at: now, &announcer)
    } else if heart.hasLasted(heart.recovered, seconds: 10, at: now) {
      self[.bradycardia].end(&announcer)
    }
    if heart.hasLasted(heart.above, seconds: 60, at: now) {
      raise(.tachycardia, .medium, heart.above, heart, limits.tachycardia, at: now, &announcer)
    } else if heart.hasLasted(heart.calmed, seconds: 10, at: now) {
      self[.tachycardia].end(&announcer)
    }
  }

  private mutating func raise(
    _ rule: Rule, _ priority: Priority, _ run: Run, _ heart: HeartChannel, _ limit: Int,
    at now: Timestamp, _ announcer: inout Announcer
  ) {
    var alarm = alarm(rule, priority, onset: run.since ?? now, at: now, port: heart.port)
    alarm.value = heart.rate * 1000
    alarm.limit = limit * 1000
    self[rule].raise(alarm, &announcer)
  }
}
