import Probes

/// Conditions of probes and ports (section 5), each for its own channel.
extension Infant {
  /// Without a valid value for so long: `no-data`, Low; then Medium.
  static let staleAfter = 120 * second
  static let staleForLong = 600 * second

  mutating func judgeProbes(at now: Timestamp, _ announcer: inout Announcer) {
    for place in temperatures.indices { judgeTemperatureProbe(place, at: now, &announcer) }
    for place in hearts.indices { judgeHeartProbe(place, at: now, &announcer) }
  }

  private mutating func judgeTemperatureProbe(
    _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let quality = temperatures[place].quality
    let silence = now.since(temperatures[place].lastValid)
    if quality == .good, silence < Self.staleAfter, !temperatures[place].hasCondition { return }
    let port = temperatures[place].port
    let site = temperatures[place].site
    let onset = temperatures[place].lastValid
    if let cause = temperatures[place].fault {
      var alarm = alarm(.probeFault, .medium, onset: onset, at: now, port: port, site: site)
      alarm.cause = cause
      temperatures[place].probeFault.raise(alarm, &announcer)
    } else if silence < Self.staleAfter {
      temperatures[place].probeFault.end(&announcer)
    }
    // A probe that says that it is broken does say something.
    if silence >= Self.staleAfter, quality != .fault {
      let priority: Priority = silence >= Self.staleForLong ? .medium : .low
      var alarm = alarm(.noData, priority, onset: onset, at: now, port: port, site: site)
      if priority == .medium { alarm.cause = .prolonged }
      temperatures[place].noData.raise(alarm, &announcer)
    } else if silence < Self.staleAfter {
      temperatures[place].noData.end(&announcer)
    }
  }

  private mutating func judgeHeartProbe(
    _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    let port = hearts[place].port
    let silence = now.since(hearts[place].lastValid)
    if hearts[place].isOff {
      var alarm = alarm(
        .probeOff, .medium, onset: hearts[place].offOnset, at: now, port: port)
      alarm.cause = hearts[place].offCause
      hearts[place].probeOff.raise(alarm, &announcer)
    } else {
      hearts[place].probeOff.end(&announcer)
    }
    if silence >= Self.staleAfter, !hearts[place].isOff {
      let priority: Priority = silence >= Self.staleForLong ? .medium : .low
      var alarm = alarm(
        .noData, priority, onset: hearts[place].lastValid, at: now, port: port)
      if priority == .medium { alarm.cause = .prolonged }
      hearts[place].noData.raise(alarm, &announcer)
    } else if silence < Self.staleAfter {
      hearts[place].noData.end(&announcer)
    }
  }

  /// Hands an acknowledgement to the condition that it names.
  mutating func acknowledge(_ id: Int, by: String?, _ announcer: inout Announcer) -> Bool {
    for rule in Rule.allCases where self[rule].acknowledge(id, by: by, &announcer) { return true }
    for place in temperatures.indices {
      if temperatures[place].noData.acknowledge(id, by: by, &announcer)
        || temperatures[place].probeFault.acknowledge(id, by: by, &announcer)
      {
        return true
      }
    }
    for place in hearts.indices {
      if hearts[place].noData.acknowledge(id, by: by, &announcer)
        || hearts[place].probeOff.acknowledge(id, by: by, &announcer)
      {
        return true
      }
    }
    return false
  }
}

extension TemperatureChannel {
  fileprivate var hasCondition: Bool { noData.alarm != nil || probeFault.alarm != nil }
}
