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
      resumeAccepting()
      watchWallClock()
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

  /// Follows the wall clock, which only labels; a jump is told.
  private mutating func watchWallClock() {
    guard clockLabel == nil else { return }
    let ahead = WallClock.aheadOfBoot
    let moved = ahead - analysis.publisher.wallAtZero.nanoseconds
    if abs(moved) >= Self.smallestStep {
      analysis.publisher.publish(
        clockStep: moved, at: analysis.now ?? .zero, to: &broadcast)
      Log.notice("the wall clock moved by \(moved / 1_000_000) ms")
    } else {
      analysis.publisher.wallAtZero = WallTime(nanoseconds: ahead)
    }
  }

  /// A clock that is disciplined drifts by less than this between two wake-ups.
  private static let smallestStep: Int64 = 250_000_000

  private mutating func drain() {
    while let delivery = deliveries.pop() {
      // What was said of a port that comes or goes belongs into the line that tells of it.
      if delivery.kind == .attached || delivery.kind == .detached { takeNotices() }
      analysis.take(delivery, to: &broadcast)
    }
    takeNotices()
    broadcast.dropped = Int(deliveries.dropped)
    broadcast.selfChecks += 1
    turnTap()
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

  /// Records for as long as anybody wants it.
  func turnTap() {
    if tap.isOpen != broadcast.isRecorded { tap.isOpen = broadcast.isRecorded }
  }

  private mutating func takeNotices() {
    while let notice = notices.pop() { take(notice) }
  }

  private mutating func take(_ notice: Notice) {
    let port = Int(notice.port)
    if port == analysis.publisher.roster.ports.count { admitPort(notice) }
    let before = analysis.publisher.roster.ports[port].link
    analysis.publisher.roster.ports[port].take(notice)
    let name = analysis.publisher.roster.ports[port].name
    let detail = notice.detail.text.map { ", \($0)" } ?? ""
    Log.write("port \(name): \(notice.link.name)\(detail)", notice.link == .open ? .info : .warning)
    // That a port opens or is lost is a delivery too, which tells of it in its turn.
    if (before == .open) == (notice.link == .open) {
      analysis.tell(port: notice.port, notice.link, at: notice.time, to: &broadcast)
    }
  }

  /// A probe that no section names, claimed by a udev tag.
  private mutating func admitPort(_ notice: Notice) {
    analysis.add(
      PortEntry(
        name: notice.device.text ?? "port-\(notice.port)", protocolName: "auto", line: "auto",
        assignment: PortAssignment(infant: 0)))
  }

  /// Connections accepted at a time: who connects without end must not keep the loop from the rest.
  private static let mostAtOnce = 16

  private mutating func accept(_ role: Subscriber.Role) {
    for _ in 0..<Self.mostAtOnce {
      do throws(Errno) {
        let accepted =
          role == .stream ? try streamListener.accept() : try controlListener.accept()
        guard let stream = accepted else { return }
        admit(consume stream, role)
      } catch {
        Log.warning("a connection cannot be accepted for now: \(error)")
        acceptAgain = BootClock.now + 1_000_000_000
        listen(for: [])
        return
      }
    }
  }

  /// After descriptors ran short: until then, connections wait in the kernel's queue.
  private mutating func resumeAccepting() {
    guard let time = acceptAgain, BootClock.now >= time else { return }
    acceptAgain = nil
    listen(for: .input)
  }

  private func listen(for readiness: Epoll.Readiness) {
    try? epoll.modify(streamListener, for: readiness, token: Token.stream)
    try? epoll.modify(controlListener, for: readiness, token: Token.control)
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
      watch(subscriber)
      flush(subscriber)
    }
    guard !event.readiness.isDisjoint(with: [.input, .hangUp, .error]) else { return }
    var storage = buffer.mutableSpan
    switch subscriber.stream.read(into: &storage) {
    case .bytes(let count):
      let bytes = buffer
      heed(subscriber, bytes.span.extracting(0..<count))
    case .nothing: break
    case .gone(.endOfFile) where event.readiness.isDisjoint(with: [.hangUp, .error]):
      // It will ask nothing more, and goes on listening: a shell's pipe does that.
      subscriber.isSilent = true
      watch(subscriber)
    case .gone: leave(subscriber)
    }
  }

  /// Waits for what can still come from a subscriber, or for room where it is blocked.
  ///
  /// Who is blocked is not listened to: answers to one that does not read would pile up.
  private func watch(_ subscriber: Subscriber) {
    var readiness: Epoll.Readiness = subscriber.isSilent ? [] : .input
    if subscriber.isBlocked { readiness = .output }
    try? epoll.modify(subscriber.stream, for: readiness, token: subscriber.token)
  }

  /// Takes what a subscriber sent, line by line.
  private mutating func heed(_ subscriber: Subscriber, _ bytes: Span<UInt8>) {
    if subscriber.isLeaving { return }
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
    for subscriber in broadcast.takeTooSlow() {
      Log.warning(
        "a subscriber (process \(subscriber.peer?.process ?? 0)) does not read: disconnected")
      subscriber.dismiss(with: goodbye("too-slow"))
      flush(subscriber)
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
        watch(subscriber)
        return
      case .gone:
        leave(subscriber)
        return
      }
    }
    if subscriber.isLeaving { leave(subscriber) }
  }

  private mutating func leave(_ subscriber: Subscriber) {
    // Its descriptor closes with it, which also takes it out of the poll.
    try? epoll.remove(subscriber.stream)
    broadcast.remove(subscriber.token)
  }

  private func goodbye(_ code: String) -> [UInt8] {
    var writer = LineWriter()
    writer.bye(code: code, stamp)
    return writer.line
  }

  private mutating func sayGoodbye() {
    flushAll()
    for subscriber in broadcast.subscribers.values where subscriber.role == .stream {
      subscriber.dismiss(with: goodbye("shutdown"))
      flush(subscriber)
    }
  }
}
