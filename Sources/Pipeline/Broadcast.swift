import EventStream
import LinuxIO
import Probes
import Thermoregulation

/// The log of lines and all who read it. Nobody waits for anybody here.
struct Broadcast: LineSink, ~Copyable {
  /// Subscribers may come and go with their wishes; a line's number does not depend on them.
  static var numbersUnwanted: Bool { true }

  /// Lines that are kept for those who come back, whether or not anybody is there.
  private static let retained: LineTypes = LineTypes.vital.union(LineTypes(.port))

  private(set) var log = LineLog()
  private(set) var present = PresentState()
  private(set) var subscribers: [UInt64: Subscriber] = [:]
  private var wanted = Self.retained
  /// Those that cannot be served any longer, to be told so.
  private var tooSlow: [Subscriber] = []
  /// Alarm lines since this was last asked, for the daemon's log.
  private var alarmLines: [[UInt8]] = []
  /// Samples that found the ring full, and checks that all threads move; told by others.
  var dropped = 0
  var selfChecks = 0

  func wants(_ type: LineType) -> Bool { wanted.contains(type) }

  mutating func take(_ line: [UInt8], _ type: LineType, infant: InfantIndex?, seq: Int) {
    while !log.hasRoom(for: line.count) {
      let oldest = log.first
      for subscriber in subscribers.values
      where subscriber.place <= oldest && !subscriber.isLeaving {
        guard !subscriber.loses(oldest, of: log) else { continue }
        subscriber.isLeaving = true
        tooSlow.append(subscriber)
      }
      log.dropFirst()
    }
    log.append(line, type, infant: infant, seq: seq)
    if type == .alarm { alarmLines.append(line) }
  }

  /// The infant has been discharged.
  mutating func forget(_ infant: InfantIndex) { present.forget(infant) }

  mutating func note(_ event: Event) { present.note(event) }

  var heartbeat: Heartbeat {
    var beat = Heartbeat()
    beat.dropped = dropped
    beat.subscribers = subscribers.values.count { $0.role == .stream }
    beat.selfCheck = selfChecks
    return beat
  }

  mutating func add(_ subscriber: Subscriber) {
    subscribers[subscriber.token] = subscriber
    reckonWishes()
  }

  mutating func remove(_ token: UInt64) {
    subscribers[token] = nil
    tooSlow.removeAll { $0.token == token }
    reckonWishes()
  }

  /// Those that became too slow since this was last asked.
  mutating func takeTooSlow() -> [Subscriber] {
    if tooSlow.isEmpty { return [] }
    defer { tooSlow = [] }
    reckonWishes()
    return tooSlow
  }

  /// What has become of alarms since this was last asked.
  mutating func takeAlarmLines() -> [[UInt8]] {
    if alarmLines.isEmpty { return [] }
    defer { alarmLines.removeAll(keepingCapacity: true) }
    return alarmLines
  }

  /// Somebody's wishes have changed.
  mutating func reckonWishes() {
    wanted = subscribers.values.reduce(Self.retained) { types, subscriber in
      subscriber.role == .stream && !subscriber.isLeaving
        ? types.union(subscriber.subscription.types) : types
    }
  }

  /// Whether anybody records the wire.
  var isRecorded: Bool { wanted.contains(.wire) }

  /// Fills an empty outbox with what comes next for this subscriber. Whether there was anything.
  func fill(_ subscriber: Subscriber, _ stamp: LineWriter.Stamp) -> Bool {
    precondition(!subscriber.hasUnsent, "an outbox is filled when it is empty")
    if subscriber.isLeaving { return false }
    subscriber.outbox.removeAll(keepingCapacity: true)
    subscriber.sent = 0
    if !subscriber.backlog.isEmpty { swap(&subscriber.outbox, &subscriber.backlog) }
    if subscriber.role == .control { return subscriber.hasUnsent }
    tellMissed(subscriber, stamp)
    // Lines that follow each other in the log are copied together.
    var run = subscriber.place..<subscriber.place
    var length = 0
    while subscriber.outbox.count + length < Subscriber.outboxLimit {
      if let live = subscriber.liveAt, subscriber.place >= live {
        subscriber.liveAt = nil
        log.copy(run, to: &subscriber.outbox)
        (run, length) = (live..<live, 0)
        var writer = LineWriter()
        writer.live(stamp)
        subscriber.outbox.append(contentsOf: writer.line)
      }
      guard subscriber.place < log.end else { break }
      let entry = log[subscriber.place]
      defer { subscriber.place += 1 }
      guard subscriber.wants(entry.type, entry.infant) else { continue }
      if entry.type == .sample, log.end - subscriber.place > LineLog.mostLines / 2 {
        // Far behind: samples are what it can best do without.
        subscriber.missed += 1
        continue
      }
      if subscriber.missed > 0 || run.upperBound != subscriber.place {
        log.copy(run, to: &subscriber.outbox)
        (run, length) = (subscriber.place..<subscriber.place, 0)
        tellMissed(subscriber, stamp)
      }
      run = run.lowerBound..<subscriber.place + 1
      length += entry.length
    }
    log.copy(run, to: &subscriber.outbox)
    return subscriber.hasUnsent
  }

  private func tellMissed(_ subscriber: Subscriber, _ stamp: LineWriter.Stamp) {
    guard subscriber.missed > 0 else { return }
    var writer = LineWriter()
    writer.gap(missed: subscriber.missed, reason: "too-slow", stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    subscriber.missed = 0
  }
}
