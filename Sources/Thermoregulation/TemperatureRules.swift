import Probes

/// The rules on the infant's primary temperature (section 4). Each runs beside the others.
extension Infant {
  /// At the end of each bin: the rules that do not wait for a minute.
  mutating func judgeBin(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primary, temperatures[place].quality == .good,
      let bin = temperatures[place].bin(age: 0)
    else { return }
    let start = now.advanced(by: -10 * second)
    deep.step(
      crossed: bin < limits.hypothermiaHigh, clear: bin >= limits.hypothermiaHigh + 100, for: 1,
      from: start)
    severe.step(
      crossed: bin < limits.severeHypothermia, clear: bin >= limits.severeHypothermia + 500,
      for: 1, from: start)
    if deep.holds(for: 6) {
      raise(
        .hypothermia, .high, from: deep.onset, at: now, place, bin, limits.hypothermiaHigh,
        .beyondLimit, &announcer)
    }
    // Where the heart is watched, a cold number without a heart beat is a fallen probe.
    if severe.holds(for: 6), hearts.isEmpty || primaryHeart(at: now) != nil {
      raise(
        .severeHypothermia, .high, from: severe.onset, at: now, place, bin,
        limits.severeHypothermia, .none, &announcer)
    } else if severe.hasCleared(for: 1) {
      self[.severeHypothermia].end(&announcer)
    }
  }

  /// At the end of each minute: limits and trends.
  mutating func judgeMinute(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primary else { return }
    marks.update(at: now, temperatures[place], limits)
    guard let minute = temperatures[place].minute else { return }
    switch temperatures[place].quality {
    case .good:
      judgeHyperthermia(minute, place, at: now, &announcer)
      judgeColdStress(minute, place, at: now, &announcer)
      judgeHypothermia(minute, place, at: now, &announcer)
      judgeTrends(temperatures[place], place, at: now, &announcer)
    case .warmup:
      judgeHyperthermia(minute, place, at: now, &announcer)
      judgeWarmup(minute, place, at: now, &announcer)
    case .none, .stale, .fault, .off, .suspect, .stuck, .noisy: break
    }
  }

  private mutating func judgeColdStress(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    if marks.holdColdStress, !self[.coldStress].isActive {
      coldStress.reset()
      resumedLower.reset()
      return
    }
    let start = now.advanced(by: -60 * second)
    coldStress.step(
      crossed: minute < limits.coldStress, clear: minute >= limits.coldStress + 200, for: 5,
      from: start)
    let gapLimit = judgeResumption(place, at: now)
    if coldStress.holds(for: 5) || gapLimit != nil {
      var priority = Priority.low
      var cause = gapLimit == nil ? Cause.none : .duringGap
      if coldStress.holds(for: 30) { (priority, cause) = (.medium, .prolonged) }
      if temperatures[place].line30?.falls(-500) ?? false {
        (priority, cause) = (.medium, .falling)
      }
      let isBelow = coldStress.holds(for: 5)
      raise(
        .coldStress, priority, from: isBelow ? coldStress.onset : resumedLower.onset, at: now,
        place, minute, isBelow ? limits.coldStress : gapLimit!, cause, &announcer)
    } else if coldStress.hasCleared(for: 5) {
      self[.coldStress].end(&announcer)
    }
  }

  /// After a gap: whether the infant has come back half a degree colder, and stayed so for the
  /// normal dwell. Answers the limit then crossed.
  private mutating func judgeResumption(_ place: Int, at now: Timestamp) -> Int? {
    guard let resumed = temperatures[place].resumedLevel,
      let reference = temperatures[place].reference
    else {
      resumedLower.reset()
      return nil
    }
    let limit = Int(reference) - 500
    resumedLower.step(
      crossed: resumed <= limit, clear: resumed > limit + 200, for: 1,
      from: now.advanced(by: -60 * second))
    return resumedLower.holds(for: 5) ? limit : nil
  }

  private mutating func judgeHypothermia(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    stepHypothermia(minute, at: now)
    if hypothermia.holds(for: 2) {
      let isSlow = self[.bradycardia].isActive
      raise(
        .hypothermia, isSlow ? .high : .medium, from: hypothermia.onset, at: now, place, minute,
        limits.hypothermia, isSlow ? .withBradycardia : .none, &announcer)
    } else if hypothermia.hasCleared(for: 5) {
      self[.hypothermia].end(&announcer)
    }
  }

  private mutating func stepHypothermia(_ minute: Int, at now: Timestamp) {
    hypothermia.step(
      crossed: minute < limits.hypothermia, clear: minute >= limits.hypothermia + 200, for: 5,
      from: now.advanced(by: -60 * second))
  }

  /// A cold infant must not hide in the warm-up of its probe.
  private mutating func judgeWarmup(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    stepHypothermia(minute, at: now)
    guard hypothermia.holds(for: 2) else { return }
    let contact = now.since(temperatures[place].warmupStart)
    let isStable = temperatures[place].line8?.isLevel(within: 1_500) ?? false
    let isRising = temperatures[place].line8?.exceeds(0) ?? false
    let priority: Priority
    if contact >= 900 * second, isStable {
      priority = minute < limits.hypothermiaHigh ? .high : .medium
    } else if contact >= 1_200 * second {
      priority = isRising ? .low : .medium
    } else {
      return
    }
    raise(
      .hypothermia, priority, from: hypothermia.onset, at: now, place, minute,
      limits.hypothermia, .warmUp, &announcer)
  }

  private mutating func judgeHyperthermia(
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
    let found: (priority: Priority, limit: Int, dwell: Dwell)? =
      if hyperthermiaHigh.holds(for: 2) {
        (.high, levels.2, hyperthermiaHigh)
      } else if hyperthermiaMedium.holds(for: 2) {
        (.medium, levels.1, hyperthermiaMedium)
      } else if hyperthermia.holds(for: 5) {
        (.low, levels.0, hyperthermia)
      } else {
        nil
      }
    if let found {
      raise(
        .hyperthermia, found.priority, from: hyperthermia.onset, at: now, place, minute,
        found.limit, found.priority == .low ? .none : .beyondLimit, &announcer)
    } else if hyperthermia.hasCleared(for: 5) {
      self[.hyperthermia].end(&announcer)
    }
  }

  private mutating func judgeTrends(
    _ channel: TemperatureChannel, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    guard let reference = channel.reference else { return }
    let held = marks.holdCooling
    if let long = channel.line30, channel.line15 != nil {
      let nearReference = !long.lies(200, below: reference)
      coolingTrend.step(
        holds: !held && long.falls(limits.coolingTrend) && long.lies(400, below: reference)
          && long.reaches(limits.coldStress, withinMinutes: 45) && channel.fallsLately(-250),
        clear: long.exceeds(-200))
      settle(
        .coolingTrend, .low, coolingTrend, isClear: coolingTrend.clear >= 5 || nearReference, long,
        limits.coolingTrend, place, at: now, &announcer)
    }
    if let middle = channel.line15, let short = channel.line8 {
      coolingFast.step(
        holds: !held && middle.falls(limits.coolingFast) && middle.lies(400, below: reference)
          && middle.reaches(limits.coldStress, withinMinutes: 20) && short.falls(-600),
        clear: middle.exceeds(-500))
      settle(
        .coolingFast, .medium, coolingFast, isClear: coolingFast.clear >= 5, middle,
        limits.coolingFast, place, at: now, &announcer)
    }
    if let short = channel.line8 {
      coolingRapid.step(
        holds: !held && short.falls(limits.coolingRapid) && short.lies(600, below: reference)
          && short.reaches(limits.hypothermia, withinMinutes: 12),
        clear: short.exceeds(-1_000))
      settle(
        .coolingRapid, .medium, coolingRapid, isClear: coolingRapid.clear >= 1, short,
        limits.coolingRapid, place, at: now, &announcer)
    }
  }

  private mutating func settle(
    _ rule: Rule, _ priority: Priority, _ vote: MinuteVote, isClear: Bool, _ line: Line,
    _ limit: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    if vote.carries {
      let onset = now.advanced(by: -60 * second * Int64(vote.age))
      var alarm = alarm(
        rule, priority, onset: onset, at: now, port: temperatures[place].port,
        site: temperatures[place].site)
      alarm.value = line.slopePerHour
      alarm.limit = limit
      alarm.level = line.levelThousandths
      alarm.minutesToColdStress = line.minutes(to: limits.coldStress)
      self[rule].raise(alarm, &announcer)
    } else if isClear {
      self[rule].end(&announcer)
    }
  }

  private mutating func raise(
    _ rule: Rule, _ priority: Priority, from onset: Timestamp, at now: Timestamp,
    _ place: Int, _ value: Int, _ limit: Int, _ cause: Cause, _ announcer: inout Announcer
  ) {
    var alarm = alarm(
      rule, priority, onset: onset, at: now, port: temperatures[place].port,
      site: temperatures[place].site)
    alarm.value = value
    alarm.limit = limit
    alarm.cause = cause
    self[rule].raise(alarm, &announcer)
  }
}
