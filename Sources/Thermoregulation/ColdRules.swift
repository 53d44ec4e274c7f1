import Probes

/// Cold stress, hypothermia, and what they turn into.
extension Infant {
  mutating func judgeColdStress(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    if marks.holdColdStress, !conditions.isActive(.coldStress) {
      coldStress.reset()
      resumedLower.reset()
      return
    }
    stepColdStress(minute, from: now.advanced(by: -60 * second))
    let gapLimit = judgeResumption(place, at: now)
    let isBelow = coldStress.holds(for: 5)
    if isBelow || gapLimit != nil {
      var priority = Priority.low
      var cause = gapLimit == nil ? Cause.none : .duringGap
      if coldStress.holds(for: 30) { (priority, cause) = (.medium, .prolonged) }
      if temperatures[place].windows.line30?.falls(-500) ?? false {
        // What fell during a gap falls in the window too: the gap is the better explanation.
        (priority, cause) = (.medium, cause == .duringGap ? .duringGap : .falling)
      }
      raise(
        .coldStress, priority, from: isBelow ? coldStress.onset : resumedLower.onset, at: now,
        place, minute, isBelow ? limits.coldStress : gapLimit!, cause, &announcer)
    } else if coldStress.hasCleared(for: 5) {
      conditions.end(.coldStress, &announcer)
    }
  }

  mutating func stepColdStress(_ minute: Int, from start: Timestamp) {
    coldStress.step(
      crossed: minute < limits.coldStress, clear: minute >= limits.coldStress + 200, for: 5,
      from: start)
  }

  /// After a gap: whether the infant has come back half a degree colder, and stayed so for the
  /// normal dwell. Answers the limit then crossed.
  private mutating func judgeResumption(_ place: Int, at now: Timestamp) -> Int? {
    guard let resumed = temperatures[place].resumedLevel,
      let reference = temperatures[place].windows.reference
    else {
      resumedLower.reset()
      return nil
    }
    let limit = Int(reference) - 500
    resumedLower.step(
      crossed: resumed <= limit, clear: resumed > limit + 200, for: 1,
      from: now.advanced(by: -60 * second))
    return resumedLower.holds(for: 5) ? limit + offset(of: place, at: now) : nil
  }

  /// An hour of cold stress without coming back up.
  mutating func judgeRewarming(_ place: Int, at now: Timestamp, _ announcer: inout Announcer) {
    guard let standing = conditions[.coldStress], !standing.isLatched else {
      notRewarming.reset()
      conditions.end(.notRewarming, &announcer)
      return
    }
    guard let line = temperatures[place].windows.line30 else { return }
    // Half an hour may rise by the infant's own wander; an hour that does not rise is enough.
    let isLong = now.since(standing.onset) >= 3_600 * second
    let rises =
      line.exceeds(199) && !(isLong && temperatures[place].windows.line60?.falls(199) ?? false)
    notRewarming.step(holds: !rises, clear: rises)
    if isLong, !rises, coldStress.holds(for: 1) {
      raise(
        .notRewarming, .medium, from: standing.onset, at: now, place, line.slopePerHour, 200,
        .none, &announcer)
    } else if notRewarming.clear >= 5 {
      conditions.end(.notRewarming, &announcer)
    }
  }

  mutating func judgeHypothermia(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    stepHypothermia(minute, from: now.advanced(by: -60 * second))
    if hypothermia.holds(for: 2) {
      let isSlow = conditions.isActive(.bradycardia)
      raise(
        .hypothermia, isSlow ? .high : .medium, from: hypothermia.onset, at: now, place, minute,
        limits.hypothermia, isSlow ? .withBradycardia : .none, &announcer)
    } else if hypothermia.hasCleared(for: 5) {
      conditions.end(.hypothermia, &announcer)
    }
  }

  mutating func stepHypothermia(_ minute: Int, from start: Timestamp) {
    hypothermia.step(
      crossed: minute < limits.hypothermia, clear: minute >= limits.hypothermia + 200, for: 5,
      from: start)
  }

  /// A cold infant must not hide in the warm-up of its probe.
  mutating func judgeWarmup(
    _ minute: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    stepHypothermia(minute, from: now.advanced(by: -60 * second))
    guard hypothermia.holds(for: 2) else { return }
    let contact = now.since(temperatures[place].warmupStart)
    let line = temperatures[place].windows.line8
    let isRising = line?.exceeds(0) ?? false
    // Only a rise that will be over by the twentieth minute is worth waiting for: the slope of
    // eight minutes alone is too uncertain to tell a settling probe from a cold infant.
    let willBeWarm = line?.rises(to: limits.hypothermia, withinMinutes: 5) ?? false
    let isStable = line?.isLevel(within: 1_500) ?? false
    let priority: Priority
    if contact >= 900 * second, isStable || (line != nil && !willBeWarm) {
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

  /// Below 35.0 °C for a minute, bin by bin.
  mutating func judgeDeep(
    _ bin: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    deep.step(
      crossed: bin < limits.hypothermiaHigh, clear: bin >= limits.hypothermiaHigh + 100, for: 1,
      from: now.advanced(by: -10 * second))
    guard deep.holds(for: 6) else { return }
    raise(
      .hypothermia, .high, from: deep.onset, at: now, place, bin, limits.hypothermiaHigh,
      .beyondLimit, &announcer)
  }

  /// Below 32.0 °C for a minute, bin by bin.
  mutating func judgeSevere(
    _ bin: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    severe.step(
      crossed: bin < limits.severeHypothermia, clear: bin >= limits.severeHypothermia + 500,
      for: 1, from: now.advanced(by: -10 * second))
    // Where the heart is watched, a cold number without a heart beat is a fallen probe.
    if severe.holds(for: 6), hearts.isEmpty || primaryHeart(at: now) != nil {
      raise(
        .severeHypothermia, .high, from: severe.onset, at: now, place, bin,
        limits.severeHypothermia, .none, &announcer)
    } else if severe.hasCleared(for: 1) {
      conditions.end(.severeHypothermia, &announcer)
    }
  }
}
