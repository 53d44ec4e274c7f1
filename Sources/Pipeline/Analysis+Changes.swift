import EventStream
import Probes
import Thermoregulation

/// Ports and infants that come and go with the configuration. Numbers are never used again.
extension Analysis {
  /// Adds a port whose number the reading thread has given.
  ///
  /// Numbers that were skipped stand for nothing: only a notice that was lost can leave a hole.
  mutating func add(_ entry: PortEntry, as port: PortIndex) {
    while publisher.roster.ports.count < Int(port) {
      var hole = entry
      hole.isRetired = true
      hole.assignment = PortAssignment()
      add(hole)
    }
    guard publisher.roster.ports.count == Int(port) else { return }
    add(entry)
  }

  /// The port's section has gone: a last line says so.
  mutating func retire<Sink: LineSink & ~Copyable>(
    port: PortIndex, at now: Timestamp, to sink: inout Sink
  ) {
    guard knows(port) else { return }
    advance(to: now, &sink)
    analyzer.retire(port: port)
    publishEvents(to: &sink)
    change(Int(port), at: now, &sink) { entry in
      entry.link = .unclaimed
      entry.data = .none
      entry.path = nil
      entry.detail = "no longer in the configuration"
    }
    publisher.roster.ports[Int(port)].isRetired = true
  }

  /// Admits an infant, or corrects what is known of one that is here.
  mutating func settle<Sink: LineSink & ~Copyable>(
    _ profile: InfantProfile, at now: Timestamp, to sink: inout Sink
  ) {
    guard let index = publisher.roster.infant(named: profile.name) else {
      admit(profile)
      publisher.publish(infant: profile, at: now, to: &sink)
      return
    }
    guard publisher.roster.infants[index] != profile else { return }
    publisher.roster.infants[index] = profile
    analyzer.correct(index, to: profile)
    publisher.publish(infant: profile, at: now, to: &sink)
  }

  /// The infant is no longer here: what stood for it is cleared, and its session ends.
  mutating func discharge<Sink: LineSink & ~Copyable>(
    _ infant: InfantIndex, at now: Timestamp, to sink: inout Sink
  ) {
    advance(to: now, &sink)
    analyzer.retire(infant: infant, at: now)
    publishEvents(to: &sink)
    publisher.roster.discharged.insert(infant)
  }
}
