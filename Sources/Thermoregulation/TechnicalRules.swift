import Probes

/// Conditions of probes (section 5), each for its own channel.
extension Infant {
  /// Without a valid value for so long: `no-data`, Low; then Medium.
  static let staleAfter = 120 * second
  static let staleForLong = 600 * second
  /// In doubt about its contact for so long: `check-probe`.
  private static let suspectFor = 60 * second

  mutating func judgeProbes(at now: Timestamp, _ announcer: inout Announcer) {
    for place in temperatures.indices {
      let quality = temperatures[place].quality
      let silence = now.since(temperatures[place].lastValid)
      let isQuiet = temperatures[place].conditions.areQuiet
      if quality >= .warmup, silence < Self.staleAfter, isQuiet { continue }
      judgeSilence(place, quality, silence, at: now, &announcer)
      judgeContact(place, at: now, &announcer)
      judgeSignal(place, at: now, &announcer)
    }
    for place in hearts.indices { judgeHeartProbe(place, at: now, &announcer) }
  }

  private mutating func judgeSilence(
    _ place: Int, _ quality: Quality, _ silence: Int64, at now: Timestamp,
    _ announcer: inout Announcer
  ) {
    // Nobody has plugged anything into a unit's second socket, nor said that somebody would.
    if temperatures[place].isVacant { return }
    if let cause = temperatures[place].fault {
      raise(
        .probeFault, .medium, place, onset: temperatures[place].lastValid, cause, at: now,
        &announcer)
    } else if silence < Self.staleAfter {
      temperatures[place].conditions.end(.probeFault, &announcer)
    }
    // A probe that says that it is broken does say something.
    if silence >= Self.staleAfter, quality != .fault {
      let isLong = silence >= Self.staleForLong
      raise(
        .noData, isLong ? .medium : .low, place, onset: temperatures[place].lastValid,
        isLong ? .prolonged : .none, at: now, &announcer)
    } else if silence < Self.staleAfter {
      temperatures[place].conditions.end(.noData, &announcer)
    }
  }

  private mutating func judgeContact(
    _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let contact = temperatures[place].contact
    if contact.state == .off {
      raise(.probeOff, .medium, place, onset: contact.suspectedAt, .none, at: now, &announcer)
    } else {
      temperatures[place].conditions.end(.probeOff, &announcer)
    }
    // What jumps about falls all the time; that is said already.
    let isInDoubt = contact.state == .suspect && !temperatures[place].jitter.isNoisy
    if isInDoubt, now.since(contact.since) >= Self.suspectFor {
      raise(.checkProbe, .low, place, onset: contact.since, .suspected, at: now, &announcer)
    }
    guard let standing = temperatures[place].conditions[.checkProbe] else { return }
    let isOver =
      standing.cause == .suspected
      ? !isInDoubt : temperatures[place].warmupStart > standing.raised
    if isOver { temperatures[place].conditions.end(.checkProbe, &announcer) }
  }

  private mutating func judgeSignal(_ place: Int, at now: Timestamp, _ announcer: inout Announcer) {
    if temperatures[place].constancy.isStuck {
      raise(
        .probeStuck, .low, place, onset: temperatures[place].constancy.onset, .none,
        value: temperatures[place].temperature, at: now, &announcer)
    } else {
      temperatures[place].conditions.end(.probeStuck, &announcer)
    }
    let jitter = temperatures[place].jitter
    if jitter.isNoisy {
      raise(
        .probeNoisy, .low, place, onset: jitter.onset, .none, value: jitter.scale,
        limit: Jitter.limit, at: now, &announcer)
    } else {
      temperatures[place].conditions.end(.probeNoisy, &announcer)
    }
  }

  private mutating func raise(
    _ rule: Rule, _ priority: Priority, _ place: Int, onset: Timestamp, _ cause: Cause,
    value: Int? = nil, limit: Int? = nil, at now: Timestamp, _ announcer: inout Announcer
  ) {
    var alarm = alarm(
      rule, priority, onset: onset, at: now, port: temperatures[place].port,
      site: temperatures[place].site)
    alarm.cause = cause
    alarm.value = value
    alarm.limit = limit
    temperatures[place].conditions.raise(alarm, &announcer)
  }

  private mutating func judgeHeartProbe(
    _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let silence = now.since(hearts[place].lastValid)
    let isOff = hearts[place].isOff
    if !isOff, silence < Self.staleAfter, hearts[place].conditions.areQuiet { return }
    if isOff {
      var alarm = alarm(
        .probeOff, .medium, onset: hearts[place].offOnset, at: now, port: hearts[place].port)
      alarm.cause = hearts[place].offCause
      hearts[place].conditions.raise(alarm, &announcer)
    } else {
      hearts[place].conditions.end(.probeOff, &announcer)
    }
    if silence >= Self.staleAfter, !isOff {
      let isLong = silence >= Self.staleForLong
      var alarm = alarm(
        .noData, isLong ? .medium : .low, onset: hearts[place].lastValid, at: now,
        port: hearts[place].port)
      alarm.cause = isLong ? .prolonged : .none
      hearts[place].conditions.raise(alarm, &announcer)
    } else if silence < Self.staleAfter {
      hearts[place].conditions.end(.noData, &announcer)
    }
  }

  /// Hands an acknowledgement to the condition that it names.
  mutating func acknowledge(_ id: Int, by: String?, _ announcer: inout Announcer) -> Bool {
    if conditions.acknowledge(id, by: by, &announcer)
      || possibleSwap.acknowledge(id, by: by, &announcer)
    {
      return true
    }
    for place in temperatures.indices
    where temperatures[place].conditions.acknowledge(id, by: by, &announcer) { return true }
    for place in hearts.indices
    where hearts[place].conditions.acknowledge(id, by: by, &announcer) { return true }
    return false
  }
}
