import EventStream
import LinuxIO
import Probes
import Thermoregulation

/// The log of lines and all who read it. Nobody waits for anybody here.
struct Broadcast: LineSink, ~Copyable {
  /// Subscribers may come and go with their wishes; a line's number does not depend on them.
  static var numbersUnwanted: Bool { true }

  /// Lines that are kept for those who come back, whether or not anybody is there: all but the
  /// probes' own traffic.
  private static let retained = LineTypes.usual

  private(set) var log = LineLog()
  /// What is to be on disk before it is sent goes through here.
  var gate: CommitGate
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
  /// Pieces of the wire that could not be recorded; nil where nothing is to be.
  var unrecorded: Int?

  init(_ gate: consuming CommitGate) { self.gate = gate }

  func wants(_ type: LineType) -> Bool { wanted.contains(type) }

  /// Place of the first line that may not be sent yet.
  var sendable: Int { gate.barrier ?? log.end }

  mutating func take(_ line: [UInt8], _ type: LineType, infant: InfantIndex?, seq: Int) {
    while !log.hasRoom(for: line.count) {
      let oldest = log.first
      for subscriber in subscribers.values
      where subscriber.place <= oldest && !subscriber.isLeaving && subscriber.walk == nil {
        guard !subscriber.loses(oldest, of: log) else { continue }
        subscriber.isLeaving = true
        tooSlow.append(subscriber)
      }
      log.dropFirst()
    }
    if JournalLine.types.contains(type) { gate.keep(line.span, seq: seq, place: log.end) }
    log.append(line, type, infant: infant, seq: seq)
    if type == .alarm { alarmLines.append(line) }
  }

  /// The infant has been discharged.
  mutating func forget(_ infant: InfantIndex) { present.forget(infant) }

  mutating func note(_ event: Event) { present.note(event) }

  /// Goes on from how things stood before a restart.
  mutating func resume(_ analyzer: Analyzer) { present = PresentState(analyzer) }

  var heartbeat: Heartbeat {
    var beat = Heartbeat()
    beat.dropped = dropped
    beat.subscribers = subscribers.values.count { $0.role == .stream }
    beat.selfCheck = selfChecks
    beat.unrecorded = unrecorded
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
    let sendable = sendable
    // Whoever reads the journal gets to the log's lines later.
    if subscriber.walk != nil || subscriber.backlogEnd > sendable { return false }
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
      guard subscriber.place < sendable else { break }
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

  /// Copies all that is left for a subscriber, on disk or not; false where that is too much for
  /// once, and it gets it bit by bit.
  func copyRest(_ subscriber: Subscriber) -> Bool {
    guard log.end - subscriber.place <= 64, subscriber.backlog.isEmpty else { return false }
    while subscriber.place < log.end {
      let entry = log[subscriber.place]
      if subscriber.wants(entry.type, entry.infant) {
        log.copy(subscriber.place..<subscriber.place + 1, to: &subscriber.outbox)
      }
      subscriber.place += 1
    }
    return true
  }

  /// Lines that a subscriber wants and has not got.
  func outstanding(_ subscriber: Subscriber) -> Int {
    var count = subscriber.backlog.count { $0 == UInt8(ascii: "\n") } + subscriber.missed
    count += subscriber.outbox[subscriber.sent...].count { $0 == UInt8(ascii: "\n") }
    for place in max(subscriber.place, log.first)..<log.end {
      let entry = log[place]
      if subscriber.wants(entry.type, entry.infant) { count += 1 }
    }
    return count
  }

  private func tellMissed(_ subscriber: Subscriber, _ stamp: LineWriter.Stamp) {
    guard subscriber.missed > 0 else { return }
    var writer = LineWriter()
    writer.gap(missed: subscriber.missed, reason: "too-slow", stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    subscriber.missed = 0
  }
}
