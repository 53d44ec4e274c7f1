public import Probes

/// Ports and infants that are no longer ours to judge: discharged, or configured otherwise.
///
/// Their numbers are never given to others. What stood is said to be cleared, since nobody would
/// ever look after it again.
extension Analyzer {
  /// The port's samples are nobody's from here on.
  public mutating func retire(port: PortIndex) {
    guard ports.indices.contains(Int(port)) else { return }
    let place = Int(port)
    ports[place].portLost.withdraw(&announcer)
    ports[place].noData.withdraw(&announcer)
    ports[place] = Port(assignment: PortAssignment())
    for infant in infants.indices { infants[infant].drop(port, &announcer) }
  }

  /// The infant is judged no more.
  public mutating func retire(infant: InfantIndex, at now: Timestamp) {
    for port in ports.indices where ports[port].assignment.infant == infant {
      retire(port: PortIndex(port))
    }
    infants[infant].discharge(at: now, &announcer)
  }
}

extension Infant {
  fileprivate mutating func drop(_ port: PortIndex, _ announcer: inout Announcer) {
    for place in temperatures.indices where temperatures[place].port == port {
      temperatures[place].conditions.withdrawAll(&announcer)
    }
    for place in hearts.indices where hearts[place].port == port {
      hearts[place].conditions.withdrawAll(&announcer)
    }
    // Places change with it, and its offset was perhaps this one's.
    if temperatures.contains(where: { $0.port == port }) { calibration = nil }
    temperatures.removeAll { $0.port == port }
    hearts.removeAll { $0.port == port }
    isStirred = true
  }

  fileprivate mutating func discharge(at now: Timestamp, _ announcer: inout Announcer) {
    sessions.close(temperature: trustworthyTemperature(at: now), at: now, &announcer)
    for place in temperatures.indices { temperatures[place].conditions.withdrawAll(&announcer) }
    for place in hearts.indices { hearts[place].conditions.withdrawAll(&announcer) }
    temperatures.removeAll()
    hearts.removeAll()
    conditions.withdrawAll(&announcer)
    possibleSwap.withdraw(&announcer)
    isDischarged = true
  }
}

extension Condition {
  /// Nobody looks after it any longer: cleared, latched or not.
  fileprivate mutating func withdraw(_ announcer: inout Announcer) {
    guard let standing = alarm else { return }
    self = Condition()
    announcer.announce(.cleared, standing)
  }
}

extension Conditions {
  fileprivate mutating func withdrawAll(_ announcer: inout Announcer) {
    for place in 0..<count { conditions[place].withdraw(&announcer) }
    active = 0
    standing = 0
  }
}
