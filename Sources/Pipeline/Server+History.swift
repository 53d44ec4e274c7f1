import EventStream
import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// Telling what is no longer in memory: counted first, so that the gap is told before the lines.
///
/// The storage thread reads a piece at a time, and only for one who has taken the last.
extension Server {
  /// Begins the walk through the journal of one who has seen everything up to `since`.
  func beginWalk(_ subscriber: Subscriber, since: Subscription.Position) {
    subscriber.walk = HistoryWalk(
      stream: since.stream, seq: since.seq, own: identity.stream, until: oldestSeq,
      wanting: subscriber.subscription)
  }

  /// Asks for the next piece, where none is under way.
  mutating func goOnWalking(_ subscriber: Subscriber) {
    guard let walk = subscriber.walk, subscriber.recall == nil else { return }
    let request = Array(walk.text.utf8)
    guard broadcast.gate.door.recall(request.span, for: nextRecall) else { return }
    subscriber.recall = nextRecall
    nextRecall += 1
    broadcast.gate.door.ring()
  }

  mutating func takeAnswers() {
    if broadcast.gate.trouble != nil { giveUpWalks() }
    var bytes: [UInt8] = []
    while let token = broadcast.gate.door.answers.pop(into: &bytes) {
      defer { bytes.removeAll(keepingCapacity: true) }
      // Who has gone meanwhile, or no longer wants it, is passed over.
      guard let subscriber = broadcast.subscribers.values.first(where: { $0.recall == token })
      else { continue }
      subscriber.recall = nil
      guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
        let walk = HistoryWalk(String(decoding: bytes[..<end], as: UTF8.self)[...])
      else { preconditionFailure("an answer begins with a walk") }
      subscriber.outbox.append(contentsOf: bytes[(end + 1)...])
      take(walk, subscriber)
    }
  }

  private mutating func take(_ walk: HistoryWalk, _ subscriber: Subscriber) {
    guard walk.isKnown else { return endWalk(subscriber, missed: nil, "other-stream") }
    guard walk.isOver else {
      subscriber.walk = walk
      return
    }
    switch walk.phase {
    case .counting:
      guard let since = subscriber.subscription.since else {
        preconditionFailure("a walk begins at a place that was asked for")
      }
      let isOurs = since.stream == identity.stream
      subscriber.hasGap = !isOurs || walk.missed > 0
      if subscriber.hasGap {
        tellGap(subscriber, missed: walk.missed, isOurs ? "no-longer-held" : "restarted")
      }
      subscriber.counted = walk.missed
      var telling = HistoryWalk(
        stream: since.stream, seq: since.seq, own: walk.own, until: walk.until,
        wanting: subscriber.subscription)
      telling.phase = .telling
      subscriber.walk = telling
    case .telling:
      // What was given up while it was told.
      if walk.missed > subscriber.counted {
        tellGap(subscriber, missed: walk.missed - subscriber.counted, "no-longer-held")
        subscriber.hasGap = true
      }
      subscriber.counted = 0
      if oldestSeq > walk.until {
        var rest = HistoryWalk(
          stream: walk.own, seq: walk.until - 1, own: walk.own, until: oldestSeq,
          wanting: subscriber.subscription)
        rest.phase = .telling
        subscriber.walk = rest
      } else {
        endWalk(subscriber, at: broadcast.log.place(from: walk.until))
        // Who has missed nothing knows how things stand.
        if !subscriber.hasGap {
          subscriber.isOwedState = false
          subscriber.liveAt = broadcast.log.end
        }
      }
    }
  }

  /// A disk that does not answer keeps nobody from what happens now.
  private mutating func giveUpWalks() {
    for subscriber in broadcast.subscribers.values where subscriber.walk != nil {
      subscriber.recall = nil
      endWalk(subscriber, missed: nil, "storage")
    }
  }

  /// Nothing of the past can be told: how many lines that are, and how things stand.
  func endWalk(_ subscriber: Subscriber, missed: Int?, _ reason: String) {
    tellGap(subscriber, missed: missed, reason)
    endWalk(subscriber, at: broadcast.log.end)
  }

  private func endWalk(_ subscriber: Subscriber, at place: Int) {
    subscriber.walk = nil
    subscriber.place = place
    subscriber.isOwedState = true
  }

  /// `missed`: nil where nobody can know.
  func tellGap(_ subscriber: Subscriber, missed: Int?, _ reason: String) {
    var writer = LineWriter()
    writer.gap(missed: missed, reason: reason, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
  }

  var oldestSeq: Int {
    broadcast.log.first < broadcast.log.end
      ? broadcast.log[broadcast.log.first].seq : analysis.publisher.seq + 1
  }
}
