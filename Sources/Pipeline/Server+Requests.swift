import Configuration
import EventStream
import LinuxIO
import Probes
import Thermoregulation

/// What subscribers ask for, and what they are told.
extension Server {
  mutating func answer(_ subscriber: Subscriber, _ line: [UInt8]) {
    do throws(RequestError) {
      switch subscriber.role {
      case .stream: try subscribe(subscriber, try Request(parsing: line.span))
      case .control: try obey(subscriber, try Command.parse(line.span), line)
      }
    } catch {
      refuse(subscriber, error)
    }
  }

  func refuse(_ subscriber: Subscriber, _ error: RequestError) {
    var writer = LineWriter()
    writer.error(error, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
  }

  private mutating func subscribe(
    _ subscriber: Subscriber, _ request: Request
  ) throws(RequestError) {
    var infants: [InfantIndex]?
    if let names = request.subscription.infants {
      infants = []
      for name in names {
        guard let index = analysis.publisher.roster.infant(named: name) else {
          throw RequestError(
            id: request.id, code: .notFound, at: 0, message: "found no infant “\(name)” here")
        }
        infants?.append(index)
      }
    }
    subscriber.subscription = request.subscription
    subscriber.infants = infants
    broadcast.reckonWishes()
    // Before the reply: whoever has it may rely on being told everything from then on.
    turnTap()
    var writer = LineWriter()
    writer.subscribed(request.subscription, id: request.id, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    welcome(subscriber)
  }

  private mutating func obey(
    _ subscriber: Subscriber, _ order: (id: Int?, command: Command), _ line: [UInt8]
  ) throws(RequestError) {
    let now = analysis.now ?? .zero
    let peer = subscriber.peer
    switch order.command {
    case .status: break
    case .mark(let mark, let name, let by):
      let infant = try infant(named: name, order.id)
      Log.notice("mark \(mark.name) for \(name) by \(by ?? "-"), user \(peer?.user ?? 0)")
      record(line, at: now)
      take(.mark(mark, infant: infant, by: by, now))
    case .acknowledge(let alarm, let by):
      guard analysis.analyzer.hasAlarm(alarm) else {
        throw RequestError(
          id: order.id, code: .notFound, at: 0, message: "found no alarm \(alarm) that stands")
      }
      Log.notice("alarm \(alarm) acknowledged by \(by ?? "-"), user \(peer?.user ?? 0)")
      record(line, at: now)
      take(.acknowledge(alarm: alarm, by: by, now))
    case .spotCheck(let value, let site, let name, let by):
      let infant = try infant(named: name, order.id)
      Log.notice("spot check for \(name) by \(by ?? "-"), user \(peer?.user ?? 0)")
      record(line, at: now)
      take(.spotCheck(value, site, infant: infant, by: by, now))
      if let refusal = broadcast.present.spotCheck?.outcome.refusal {
        throw RequestError(id: order.id, code: .unknownValue, at: 0, message: refusal)
      }
    }
    var writer = LineWriter()
    writer.obeyed(
      id: order.id, daemon: Daemon.nameAndVersion, stream: identity.stream,
      infants: analysis.publisher.roster.infants.count - analysis.publisher.roster.discharged.count,
      ports: analysis.publisher.roster.ports.count { !$0.isRetired },
      alarms: broadcast.present.alarms.count,
      behind: broadcast.gate.door.given - broadcast.gate.door.state.done, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    // Whoever is told that it was taken may rely on its being kept.
    subscriber.heldUntil = broadcast.log.end
  }

  /// Recorded is what the analyzer is told, and nothing that was refused before.
  private mutating func record(_ line: [UInt8], at now: Timestamp) {
    recorder?.command(line, at: now, analysis.publisher.roster)
  }

  private func infant(named name: String, _ id: Int?) throws(RequestError) -> InfantIndex {
    if let infant = analysis.publisher.roster.infant(named: name) { return infant }
    throw RequestError(
      id: id, code: .notFound, at: 0, message: "found no infant “\(name)” here")
  }
}

extension SpotCheck.Outcome {
  /// Why the difference is not used; nil where it is.
  fileprivate var refusal: String? {
    switch self {
    case .accepted: nil
    case .differs: "thermometer and probe differ by more than 0.7 °C: measure again"
    case .unstable: "the temperature has not been stable for 15 minutes: check again later"
    case .noValue: "there is no trustworthy temperature to compare with"
    }
  }
}
