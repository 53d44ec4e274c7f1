import EventStream
import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// What a restarted daemon takes over from the one before it.
extension Server {
  /// Before anybody is served: says what stands, and judges the time that nobody was there for.
  ///
  /// A stream begins with the alarms that stand, so that it can be read without the one before.
  mutating func takeUpThePast(_ recovery: borrowing Recovery) {
    for remark in recovery.remarks {
      if remark.isWarning { Log.warning(remark.text) } else { Log.notice(remark.text) }
    }
    guard recovery.hasPast else { return }
    broadcast.resume(analysis.analyzer)
    analysis.publishStanding(to: &broadcast)
    for event in recovery.cleared { analysis.publish(event, to: &broadcast) }
    // What was wrong with the daemon before is found anew where it still is.
    let then = analysis.analyzer.time
    for rule in Rule.allCases where rule.isOfTheHouse { take(.house(rule, nil, then)) }
    analysis.catchUp(to: recovery.clock.now, &broadcast)
    for port in analysis.publisher.roster.ports.indices
    where analysis.analyzer.isAttached(PortIndex(port)) { awaited.insert(PortIndex(port)) }
  }

  /// Tells the analyzer something that did not come over the ring.
  mutating func take(_ input: Input) {
    keeper.note(input, &broadcast.gate.door)
    keeper.flush(&broadcast.gate.door)
    analysis.take(input, to: &broadcast)
  }

  /// Takes deliveries in batches: what the analyzer is told is on its way to the disk before what
  /// it makes of it.
  mutating func takeDeliveries() {
    while true {
      batch.removeAll(keepingCapacity: true)
      while batch.count < Self.batchLimit, let delivery = deliveries.pop() {
        batch.append(delivery)
        if let input = delivery.input { keeper.note(input, &broadcast.gate.door) }
      }
      if batch.isEmpty { return }
      keeper.flush(&broadcast.gate.door)
      for place in batch.indices {
        let delivery = batch[place]
        // What was said of a port that comes or goes belongs into the line that tells of it.
        if delivery.kind == .attached || delivery.kind == .detached {
          takePortChanges()
          takeNotices()
        }
        if delivery.kind == .attached { awaited.remove(delivery.port) }
        analysis.take(delivery, to: &broadcast)
        if delivery.kind == .detached { tellAfterwards(delivery) }
      }
    }
  }

  static let batchLimit = 256

  /// A port was there when the daemon before this one ended, and is not there now.
  mutating func missAwaited(_ notice: Notice) {
    guard notice.link != .open, awaited.remove(notice.port) != nil else { return }
    let lost = Delivery(.detached, port: notice.port, at: max(notice.time, analysis.now ?? .zero))
    if let input = lost.input { keeper.note(input, &broadcast.gate.door) }
    keeper.flush(&broadcast.gate.door)
    analysis.take(lost, to: &broadcast)
    // It may be there and be refused: two that fit one section are not "unplugged".
    tellAfterwards(lost)
  }
}

extension Delivery {
  /// What the analyzer is told by it, if anything.
  var input: Input? {
    switch kind {
    case .sample: .sample(sample)
    case .attached: .attached(port, time)
    case .detached: .detached(port, time)
    case .passed: .passed(time)
    case .rejected, .jitter: nil
    }
  }
}
