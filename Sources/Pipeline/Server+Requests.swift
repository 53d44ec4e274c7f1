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
      case .control: try obey(subscriber, try Command.parse(line.span))
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
    _ subscriber: Subscriber, _ order: (id: Int?, command: Command)
  ) throws(RequestError) {
    let now = analysis.now ?? .zero
    let peer = subscriber.peer
    switch order.command {
    case .status: break
    case .mark(let mark, let name, let by):
      guard let infant = analysis.publisher.roster.infant(named: name) else {
        throw RequestError(
          id: order.id, code: .notFound, at: 0, message: "found no infant “\(name)” here")
      }
      Log.notice("mark \(mark.name) for \(name) by \(by ?? "-"), user \(peer?.user ?? 0)")
      analysis.take(.mark(mark, infant: infant, by: by, now), to: &broadcast)
    case .acknowledge(let alarm, let by):
      guard analysis.analyzer.hasAlarm(alarm) else {
        throw RequestError(
          id: order.id, code: .notFound, at: 0, message: "found no alarm \(alarm) that stands")
      }
      Log.notice("alarm \(alarm) acknowledged by \(by ?? "-"), user \(peer?.user ?? 0)")
      analysis.take(.acknowledge(alarm: alarm, by: by, now), to: &broadcast)
    case .spotCheck:
      throw RequestError(
        id: order.id, code: .unknownCommand, at: 0,
        message: "spot checks are not taken by this version")
    }
    var writer = LineWriter()
    writer.obeyed(
      id: order.id, daemon: Daemon.nameAndVersion, stream: identity.stream,
      infants: analysis.publisher.roster.infants.count,
      ports: analysis.publisher.roster.ports.count, alarms: broadcast.present.alarms.count, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
  }
}
