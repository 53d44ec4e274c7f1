import Probes

/// The rules on the infant's primary temperature (section 4). Each runs beside the others.
extension Infant {
  /// At the end of each bin: the rules that do not wait for a minute.
  mutating func judgeBin(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primary, let raw = temperatures[place].bin(age: 0) else { return }
    let bin = raw + offset(of: place, at: now)
    switch temperatures[place].quality {
    case .good:
      judgeDeep(bin, place, at: now, &announcer)
      judgeSevere(bin, place, at: now, &announcer)
    case .suspect:
      // With a heart beat, and without a fall that no body makes, this may well be the infant.
      if primaryHeart(at: now) != nil, !temperatures[place].contact.hasJumped {
        judgeDeep(bin, place, at: now, &announcer)
      }
    case .none, .stale, .fault, .off, .stuck, .noisy, .warmup: break
    }
  }

  /// At the end of each minute: limits and trends.
  mutating func judgeMinute(at now: Timestamp, _ announcer: inout Announcer) {
    defer { for place in temperatures.indices { temperatures[place].forgetRestored() } }
    guard let place = primary else { return }
    marks.update(at: now, temperatures[place], limits)
    let offset = offset(of: place, at: now)
    guard let raw = temperatures[place].minute else { return }
    let minute = raw + offset
    switch temperatures[place].quality {
    case .good:
      catchUp(place, offset, at: now)
      judgeHyperthermia(minute, place, at: now, &announcer)
      judgeColdStress(minute, place, at: now, &announcer)
      judgeRewarming(place, at: now, &announcer)
      judgeHypothermia(minute, place, at: now, &announcer)
      judgeCooling(place, offset, at: now, &announcer)
      judgeWarming(place, offset, at: now, &announcer)
      judgePeripheralGap(minute, place, offset, at: now, &announcer)
    case .warmup:
      judgeHyperthermia(minute, place, at: now, &announcer)
      judgeWarmup(minute, place, at: now, &announcer)
    case .none, .stale, .fault, .off, .suspect, .stuck, .noisy: break
    }
  }

  /// Minutes that were held back while contact was in doubt count once that is settled.
  private mutating func catchUp(_ place: Int, _ offset: Int, at now: Timestamp) {
    var age = temperatures[place].restoredMinutes
    while age > 0 {
      if let raw = temperatures[place].windows.minutes[age: age] {
        let start = now.advanced(by: Int64(-60 * (age + 1)) * second)
        stepColdStress(Int(raw) + offset, from: start)
        stepHypothermia(Int(raw) + offset, from: start)
      }
      age -= 1
    }
  }

  mutating func raise(
    _ rule: Rule, _ priority: Priority, from onset: Timestamp, at now: Timestamp,
    _ place: Int, _ value: Int, _ limit: Int, _ cause: Cause, _ announcer: inout Announcer
  ) {
    var alarm = alarm(
      rule, priority, onset: onset, at: now, port: temperatures[place].port,
      site: temperatures[place].site)
    alarm.value = value
    alarm.limit = limit
    alarm.cause = cause
    conditions.raise(alarm, &announcer)
  }

  /// Raises a rule that looks at a line, whose slope is beyond `limit`.
  mutating func raise(
    _ rule: Rule, _ priority: Priority, _ vote: MinuteVote, _ line: Line, _ limit: Int,
    _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let onset = now.advanced(by: -60 * second * Int64(vote.age))
    var alarm = alarm(
      rule, priority, onset: onset, at: now, port: temperatures[place].port,
      site: temperatures[place].site)
    alarm.value = line.slopePerHour
    alarm.limit = limit
    alarm.level = line.levelThousandths
    alarm.minutesToColdStress = line.minutes(to: limits.coldStress)
    conditions.raise(alarm, &announcer)
  }
}
