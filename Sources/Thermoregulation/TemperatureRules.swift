import Probes

/// The rules on the infant's primary temperature (section 4). Each runs beside the others.
extension Infant {
  /// At the end of each bin: the rules that do not wait for a minute.
  mutating func judgeBin(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primary, temperatures[place].quality == .good,
      let bin = temperatures[place].bin(age: 0)
    else { return }
    let channel = temperatures[place]
    let start = now.advanced(by: -10 * second)
    deep.step(
      crossed: bin < limits.hypothermiaHigh, clear: bin >= limits.hypothermiaHigh, from: start)
    severe.step(
      crossed: bin < limits.severeHypothermia, clear: bin >= limits.severeHypothermia + 500,
      from: start)
    if deep.crossed >= 6 {
      raise(
        .hypothermia, .high, from: deep.onset, at: now, channel, bin, limits.hypothermiaHigh,
        .beyondLimit, &announcer)
    }
    // Where the heart is watched, a cold number without a heart beat is a fallen probe.
    if severe.crossed >= 6, hearts.isEmpty || primaryHeart(at: now) != nil {
      raise(
        .severeHypothermia, .high, from: severe.onset, at: now, channel, bin,
        limits.severeHypothermia, .none, &announcer)
    } else if severe.clear >= 1 {
      self[.severeHypothermia].end(&announcer)
    }
  }

  /// At the end of each minute: limits and trends.
  mutating func judgeMinute(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primary else { return }
    let channel = temperatures[place]
    marks.update(at: now, channel, limits)
    guard let minute = channel.minute else { return }
    switch channel.quality {
    case .good:
      judgeHyperthermia(minute, channel, at: now, &announcer)
      judgeColdStress(minute, channel, at: now, &announcer)
      judgeHypothermia(minute, channel, at: now, &announcer)
      judgeTrends(channel, at: now, &announcer)
    case .warmup:
      judgeHyperthermia(minute, channel, at: now, &announcer)
      judgeWarmup(minute, channel, at: now, &announcer)
    case .none, .stale, .fault, .off, .suspect, .stuck, .noisy: break
    }
  }

  private mutating func judgeColdStress(
    _ minute: Int, _ channel: TemperatureChannel, at now: Timestamp, _ announcer: inout Announcer
  ) {
    if marks.holdColdStress, !self[.coldStress].isActive {
      coldStress.reset()
      return
    }
    let start = now.advanced(by: -60 * second)
    coldStress.step(
      crossed: minute < limits.coldStress, clear: minute >= limits.coldStress + 200, from: start)
    if coldStress.crossed >= 5 {
      var priority = Priority.low
      var cause = Cause.none
      if now.since(coldStress.onset) >= 1_800 * second { (priority, cause) = (.medium, .prolonged) }
      if channel.line30?.falls(-500) ?? false { (priority, cause) = (.medium, .falling) }
      raise(
        .coldStress, priority, from: coldStress.onset, at: now, channel, minute,
        limits.coldStress, cause, &announcer)
    } else if coldStress.clear >= 5 {
      self[.coldStress].end(&announcer)
    }
  }

  private mutating func judgeHypothermia(
    _ minute: Int, _ channel: TemperatureChannel, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let start = now.advanced(by: -60 * second)
    hypothermia.step(
      crossed: minute < limits.hypothermia, clear: minute >= limits.hypothermia + 200, from: start)
    if hypothermia.crossed >= 2 {
      let isSlow = self[.bradycardia].isActive
      raise(
        .hypothermia, isSlow ? .high : .medium, from: hypothermia.onset, at: now, channel, minute,
        limits.hypothermia, isSlow ? .withBradycardia : .none, &announcer)
    } else if hypothermia.clear >= 5 {
      self[.hypothermia].end(&announcer)
    }
  }

  /// A cold infant must not hide in the warm-up of its probe.
  private mutating func judgeWarmup(
    _ minute: Int, _ channel: TemperatureChannel, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let start = now.advanced(by: -60 * second)
    hypothermia.step(
      crossed: minute < limits.hypothermia, clear: minute >= limits.hypothermia + 200, from: start)
    guard hypothermia.crossed >= 2 else { return }
    let contact = now.since(channel.warmupStart)
    let line = channel.line8
    let isStable = line.map { $0.exceeds(-1_500) && !$0.exceeds(1_499) } ?? false
    if contact >= 900 * second, isStable {
      let isDeep = minute < limits.hypothermiaHigh
      raise(
        .hypothermia, isDeep ? .high : .medium, from: hypothermia.onset, at: now, channel, minute,
        limits.hypothermia, .warmUp, &announcer)
    } else if contact >= 1_200 * second {
      raise(
        .hypothermia, .low, from: hypothermia.onset, at: now, channel, minute,
        limits.hypothermia, .warmUp, &announcer)
    }
  }

  private mutating func judgeHyperthermia(
    _ minute: Int, _ channel: TemperatureChannel, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let start = now.advanced(by: -60 * second)
    hyperthermia.step(
      crossed: minute > limits.hyperthermia, clear: minute <= limits.hyperthermia - 200, from: start
    )
    hyperthermiaMedium.step(crossed: minute > limits.hyperthermiaMedium, clear: false, from: start)
    hyperthermiaHigh.step(crossed: minute > limits.hyperthermiaHigh, clear: false, from: start)
    let found: (priority: Priority, limit: Int, dwell: Dwell)? =
      if hyperthermiaHigh.crossed >= 2 {
        (.high, limits.hyperthermiaHigh, hyperthermiaHigh)
      } else if hyperthermiaMedium.crossed >= 2 {
        (.medium, limits.hyperthermiaMedium, hyperthermiaMedium)
      } else if hyperthermia.crossed >= 5 {
        (.low, limits.hyperthermia, hyperthermia)
      } else {
        nil
      }
    if let found {
      raise(
        .hyperthermia, found.priority, from: hyperthermia.onset, at: now, channel, minute,
        found.limit, found.priority == .low ? .none : .beyondLimit, &announcer)
    } else if hyperthermia.clear >= 5 {
      self[.hyperthermia].end(&announcer)
    }
  }

  private mutating func judgeTrends(
    _ channel: TemperatureChannel, at now: Timestamp, _ announcer: inout Announcer
  ) {
    guard let reference = channel.reference else { return }
    let held = marks.holdCooling
    if let long = channel.line30, let middle = channel.line15 {
      let nearReference = !long.lies(200, below: reference)
      coolingTrend.step(
        holds: !held && long.falls(limits.coolingTrend) && long.lies(400, below: reference)
          && long.reaches(limits.coldStress, withinMinutes: 45) && middle.falls(-250),
        clear: long.exceeds(-200))
      settle(
        .coolingTrend, .low, coolingTrend, isClear: coolingTrend.clear >= 5 || nearReference, long,
        limits.coolingTrend, channel, at: now, &announcer)
    }
    if let middle = channel.line15, let short = channel.line8 {
      coolingFast.step(
        holds: !held && middle.falls(limits.coolingFast) && middle.lies(400, below: reference)
          && middle.reaches(limits.coldStress, withinMinutes: 20) && short.falls(-600),
        clear: middle.exceeds(-500))
      settle(
        .coolingFast, .medium, coolingFast, isClear: coolingFast.clear >= 5, middle,
        limits.coolingFast, channel, at: now, &announcer)
    }
    if let short = channel.line8 {
      coolingRapid.step(
        holds: !held && short.falls(limits.coolingRapid) && short.lies(600, below: reference)
          && short.reaches(limits.hypothermia, withinMinutes: 12),
        clear: short.exceeds(-1_000))
      settle(
        .coolingRapid, .medium, coolingRapid, isClear: coolingRapid.clear >= 1, short,
        limits.coolingRapid, channel, at: now, &announcer)
    }
  }

  private mutating func settle(
    _ rule: Rule, _ priority: Priority, _ vote: MinuteVote, isClear: Bool, _ line: Line,
    _ limit: Int, _ channel: TemperatureChannel, at now: Timestamp, _ announcer: inout Announcer
  ) {
    if vote.carries {
      let onset = now.advanced(by: -60 * second * Int64(vote.age))
      var alarm = alarm(
        rule, priority, onset: onset, at: now, port: channel.port, site: channel.site)
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
    _ channel: TemperatureChannel, _ value: Int, _ limit: Int, _ cause: Cause,
    _ announcer: inout Announcer
  ) {
    var alarm = alarm(rule, priority, onset: onset, at: now, port: channel.port, site: channel.site)
    alarm.value = value
    alarm.limit = limit
    alarm.cause = cause
    self[rule].raise(alarm, &announcer)
  }
}
