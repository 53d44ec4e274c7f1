import Captures
import Configuration
import EventStream
import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// The analysing and serving loop: judges what comes over the ring and serves both sockets.
///
/// Ingestion waits for nobody here, and nobody here waits for a subscriber.
struct Server: ~Copyable {
  enum Token {
    static let bell: UInt64 = 0
    static let signals: UInt64 = 1
    static let stream: UInt64 = 2
    static let control: UInt64 = 3
    static let firstSubscriber: UInt64 = 16
  }

  var epoll: Epoll
  private let bell: Doorbell
  private let signals: SignalSource
  private let streamListener: UnixListener
  private let controlListener: UnixListener
  private let stop: DoorbellButton
  private var deliveries: Ring<Delivery>.Consumer
  private var notices: Ring<Notice>.Consumer
  private var chunks: Ring<WireChunk>.Consumer
  private let tap: TapSwitch
  private var lostChunks = 0
  private let clockLabel: String?

  var analysis: Analysis
  var broadcast = Broadcast()
  var writer = LineWriter()
  let identity: StreamIdentity
  private var nextToken = Token.firstSubscriber
  private var buffer = [UInt8](repeating: 0, count: 4096)
  /// When accepting is tried again after descriptors ran short.
  private var acceptAgain: Int64?

  init(
    _ parts: consuming ServerParts, analysis: consuming Analysis
  ) throws(Errno) {
    let epoll = try Epoll()
    try epoll.add(parts.bell, for: .input, token: Token.bell)
    try epoll.add(parts.signals, for: .input, token: Token.signals)
    try epoll.add(parts.streamListener, for: .input, token: Token.stream)
    try epoll.add(parts.controlListener, for: .input, token: Token.control)
    self.epoll = epoll
    self.analysis = analysis
    bell = parts.bell
    signals = parts.signals
    streamListener = parts.streamListener
    controlListener = parts.controlListener
    stop = parts.stop
    deliveries = parts.deliveries
    notices = parts.notices
    chunks = parts.chunks
    tap = parts.tap
    identity = parts.identity
    clockLabel = parts.clockLabel
  }

  /// Serves until a signal ends it.
  mutating func run() throws(Errno) {
    var isRunning = true
    while isRunning {
      let count = try epoll.wait(milliseconds: 1000)
      for index in 0..<count {
        let event = epoll[index]
        switch event.token {
        case Token.bell: bell.answer()
        case Token.signals: isRunning = !isToldToEnd()
        case Token.stream: accept(.stream)
        case Token.control: accept(.control)
        default: serve(event)
        }
      }
      drain()
      flushAll()
    }
    sayGoodbye()
    stop.press()
  }

  /// As of now, for lines that are made for one subscriber.
  var stamp: LineWriter.Stamp {
    analysis.publisher.stamp(at: analysis.now ?? .zero, seq: nil)
  }

  private func isToldToEnd() -> Bool {
    while let signal = signals.next() {
      switch signal {
      case .terminate, .interrupt:
        Log.notice("\(signal): ending")
        return true
      default:
        Log.warning("\(signal): the configuration is read at start only; restart to change it")
      }
    }
    return false
  }

  private mutating func drain() {
    while let notice = notices.pop() { take(notice) }
    while let delivery = deliveries.pop() { analysis.take(delivery, to: &broadcast) }
    broadcast.dropped = Int(deliveries.dropped)
    broadcast.selfChecks += 1
    if tap.isOpen != broadcast.isRecorded { tap.isOpen = broadcast.isRecorded }
    while let chunk = chunks.pop() {
      analysis.publisher.publish(chunk, to: &broadcast)
    }
    let lost = Int(chunks.dropped)
    if lost != lostChunks {
      analysis.publisher.publishLostChunks(
        lost - lostChunks, at: analysis.now ?? .zero, to: &broadcast)
      lostChunks = lost
    }
  }

  private mutating func take(_ notice: Notice) {
    let port = Int(notice.port)
    let name = analysis.publisher.roster.ports[port].name
    analysis.publisher.roster.ports[port].detail = notice.detail.text
    analysis.publisher.roster.ports[port].path = notice.path.text
    if let device = notice.device.text {
      analysis.publisher.roster.ports[port].device = device
      analysis.publisher.roster.ports[port].match = notice.isByPath ? "path" : "serial"
    }
    if let detail = notice.detail.text {
      Log.warning("port \(name): \(notice.link.name), \(detail)")
    } else {
      Log.info("port \(name): \(notice.link.name)")
    }
    // Opening and losing a port are deliveries too, which tell of them in their turn.
    guard notice.link != .open, analysis.publisher.roster.ports[port].link != .open else { return }
    analysis.tell(port: notice.port, notice.link, at: notice.time, to: &broadcast)
  }

  private mutating func accept(_ role: Subscriber.Role) {
    while true {
      do throws(Errno) {
        let accepted =
          role == .stream ? try streamListener.accept() : try controlListener.accept()
        guard let stream = accepted else { return }
        admit(consume stream, role)
      } catch {
        // Descriptors are short: the connection waits, and is looked at again at the next wake-up.
        Log.warning("a connection cannot be accepted: \(error)")
        return
      }
    }
  }

  private mutating func admit(_ stream: consuming UnixStream, _ role: Subscriber.Role) {
    let subscriber = Subscriber(role: role, token: nextToken, stream: stream)
    nextToken += 1
    do throws(Errno) {
      try epoll.add(subscriber.stream, for: .input, token: subscriber.token)
    } catch {
      Log.warning("a connection cannot be served: \(error)")
      return
    }
    broadcast.add(subscriber)
    if role == .stream { welcome(subscriber) }
    flush(subscriber)
  }

  /// Hello, the present state, and from here on what happens.
  func welcome(_ subscriber: Subscriber) {
    var writer = LineWriter()
    writer.hello(
      daemon: Daemon.nameAndVersion, stream: identity.stream, lastSeq: analysis.publisher.seq,
      clock: clockLabel, stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    if let since = subscriber.subscription.since {
      if since.stream == identity.stream, let place = resume(after: since.seq) {
        subscriber.place = place
        subscriber.liveAt = broadcast.log.end
        return
      }
      let isOurs = since.stream == identity.stream
      writer.gap(
        missed: isOurs ? max(0, oldestSeq - 1 - since.seq) : 0,
        reason: isOurs ? "no-longer-held" : "other-stream", stamp)
      subscriber.outbox.append(contentsOf: writer.line)
    }
    tellPresentState(subscriber, &writer)
    writer.live(stamp)
    subscriber.outbox.append(contentsOf: writer.line)
    subscriber.place = broadcast.log.end
    subscriber.liveAt = nil
  }

  private var oldestSeq: Int {
    broadcast.log.first < broadcast.log.end
      ? broadcast.log[broadcast.log.first].seq : analysis.publisher.seq + 1
  }

  /// Where in the log one goes on that has seen everything up to `seq`.
  private func resume(after seq: Int) -> Int? {
    if seq >= analysis.publisher.seq { return broadcast.log.end }
    return broadcast.log.place(after: seq)
  }

  private func tellPresentState(_ subscriber: Subscriber, _ writer: inout LineWriter) {
    let roster = analysis.publisher.roster
    if subscriber.subscription.types.contains(.infant) {
      for (index, profile) in roster.infants.enumerated()
      where subscriber.wants(.infant, index) {
        writer.infant(profile, stamp)
        subscriber.outbox.append(contentsOf: writer.line)
      }
    }
    for port in roster.ports where subscriber.wants(.port, port.assignment.infant) {
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

  private mutating func serve(_ event: Epoll.Event) {
    guard let subscriber = broadcast.subscribers[event.token] else { return }
    if event.readiness.contains(.output) {
      subscriber.isBlocked = false
      try? epoll.modify(subscriber.stream, for: .input, token: subscriber.token)
      flush(subscriber)
    }
    guard !event.readiness.isDisjoint(with: [.input, .hangUp, .error]) else { return }
    var storage = buffer.mutableSpan
    switch subscriber.stream.read(into: &storage) {
    case .bytes(let count):
      let bytes = buffer
      heed(subscriber, bytes.span.extracting(0..<count))
    case .nothing: break
    case .gone: leave(subscriber)
    }
  }

  /// Takes what a subscriber sent, line by line.
  private mutating func heed(_ subscriber: Subscriber, _ bytes: Span<UInt8>) {
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        let line = subscriber.request
        subscriber.request.removeAll(keepingCapacity: true)
        if subscriber.isOverlong {
          subscriber.isOverlong = false
        } else if !line.isEmpty, line != [0x0D] {
          answer(subscriber, line)
        }
      } else if subscriber.isOverlong {
        continue
      } else if subscriber.request.count < Request.longest {
        subscriber.request.append(byte)
      } else {
        subscriber.isOverlong = true
        subscriber.request.removeAll(keepingCapacity: true)
        refuse(
          subscriber,
          RequestError(
            code: .tooLong, at: Request.longest,
            message: "found a line of more than \(Request.longest) bytes, expected a shorter one"))
      }
    }
    flush(subscriber)
  }

  private mutating func flushAll() {
    for subscriber in broadcast.subscribers.values { flush(subscriber) }
    for subscriber in broadcast.tooSlow {
      Log.warning(
        "a subscriber (process \(subscriber.peer?.process ?? 0)) does not read: disconnected")
      sendGoodbye(subscriber, "too-slow")
      leave(subscriber)
    }
  }

  /// Sends as much as the subscriber takes now.
  private mutating func flush(_ subscriber: Subscriber) {
    guard !subscriber.isBlocked else { return }
    while subscriber.hasUnsent || broadcast.fill(subscriber, stamp) {
      let outbox = subscriber.outbox
      switch subscriber.stream.write(outbox.span.extracting(subscriber.sent...)) {
      case .bytes(let count): subscriber.sent += count
      case .wouldBlock:
        subscriber.isBlocked = true
        try? epoll.modify(subscriber.stream, for: [.input, .output], token: subscriber.token)
        return
      case .gone:
        leave(subscriber)
        return
      }
    }
  }

  private mutating func leave(_ subscriber: Subscriber) {
    // Its descriptor closes with it, which also takes it out of the poll.
    try? epoll.remove(subscriber.stream)
    broadcast.remove(subscriber.token)
  }

  /// Whole lines or none: a goodbye follows only where nothing is half sent.
  private func sendGoodbye(_ subscriber: Subscriber, _ code: String) {
    guard subscriber.role == .stream, subscriber.sent == 0 || !subscriber.hasUnsent else { return }
    var writer = LineWriter()
    writer.bye(code: code, stamp)
    _ = subscriber.stream.write(writer.line.span)
  }

  private mutating func sayGoodbye() {
    flushAll()
    for subscriber in broadcast.subscribers.values { sendGoodbye(subscriber, "shutdown") }
  }
}
