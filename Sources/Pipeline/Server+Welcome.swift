import EventStream
import LinuxIO
import Probes
import Thermoregulation

/// What a subscriber is told first: who speaks, and how things stand or what it missed.
extension Server {
  /// Hello, the present state, and from here on what happens.
  func welcome(_ subscriber: Subscriber) {
    var writer = LineWriter()
    writer.hello(
      daemon: Daemon.nameAndVersion, stream: identity.stream, lastSeq: analysis.publisher.seq,
      clock: clockLabel, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    guard let since = subscriber.subscription.since else { return tellState(subscriber) }
    let isOurs = since.stream == identity.stream
    if isOurs, since.seq > analysis.publisher.seq {
      // Nobody has seen that yet: it is a place in some other stream, taken for one in this.
      endWalk(subscriber, missed: nil, "other-stream")
    } else if isOurs, let place = resume(after: since.seq) {
      tellNotKept(subscriber, since: since.seq, place)
      subscriber.place = place
      subscriber.liveAt = broadcast.log.end
    } else if broadcast.gate.trouble != nil {
      // Whatever the disk holds, it is not to be waited for.
      endWalk(
        subscriber, missed: isOurs ? analysis.publisher.seq - since.seq : nil, "storage")
    } else if HistoryWalk.isStream(since.stream) {
      beginWalk(subscriber, since: since)
    } else {
      endWalk(subscriber, missed: nil, "other-stream")
    }
  }

  /// The present state, and from here on what happens.
  func tellState(_ subscriber: Subscriber) {
    var writer = LineWriter()
    tellPresentState(subscriber, &writer)
    writer.live(stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    subscriber.place = broadcast.log.end
    subscriber.liveAt = nil
    subscriber.isOwedState = false
    // It may show what is not on disk yet.
    subscriber.heldUntil = broadcast.log.end
  }

  /// Lines have numbers though nobody wanted them when they came: the probes' own traffic.
  private func tellNotKept(_ subscriber: Subscriber, since seq: Int, _ place: Int) {
    let types = subscriber.subscription.types
    let missed = analysis.publisher.seq - seq - (broadcast.log.end - place)
    guard missed > 0, types.contains(.sample) || types.contains(.wire) else { return }
    tellGap(subscriber, missed: missed, "not-kept")
  }

  /// Where in the log one goes on that has seen everything up to `seq`.
  private func resume(after seq: Int) -> Int? {
    if seq == analysis.publisher.seq { return broadcast.log.end }
    return broadcast.log.place(after: seq)
  }

  private func tellPresentState(_ subscriber: Subscriber, _ writer: inout LineWriter) {
    let roster = analysis.publisher.roster
    if subscriber.subscription.types.contains(.infant) {
      for (index, profile) in roster.infants.enumerated()
      where subscriber.wants(.infant, index) && !roster.discharged.contains(index) {
        writer.infant(profile, stamp)
        subscriber.outbox.append(contentsOf: writer.line)
      }
    }
    for port in roster.ports
    where !port.isRetired && subscriber.wants(.port, port.assignment.infant) {
      writer.port(port, roster, stamp)
      subscriber.outbox.append(contentsOf: writer.line)
    }
    for case let state? in broadcast.present.assessments
    where subscriber.wants(.assessment, state.infant) {
      writer.assessment(state, roster, stamp)
      subscriber.outbox.append(contentsOf: writer.line)
    }
    for alarm in broadcast.present.alarms where subscriber.wants(.alarm, alarm.infant) {
      writer.alarm(AlarmEvent(change: .active, alarm: alarm), roster, stamp)
      subscriber.outbox.append(contentsOf: writer.line)
    }
    for session in broadcast.present.sessions where subscriber.wants(.session, session.infant) {
      writer.session(session, roster, stamp)
      subscriber.outbox.append(contentsOf: writer.line)
    }
  }
}
