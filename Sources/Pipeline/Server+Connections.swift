import EventStream
import LinuxIO

/// Connections: accepted, listened to, written to and let go. Nobody waits for anybody.
extension Server {
  /// Connections accepted at a time: who connects without end must not keep the loop from the rest.
  static let mostAtOnce = 16

  mutating func accept(_ role: Subscriber.Role) {
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
  mutating func resumeAccepting() {
    guard let time = acceptAgain, BootClock.now >= time else { return }
    acceptAgain = nil
    listen(for: .input)
  }

  func listen(for readiness: Epoll.Readiness) {
    try? epoll.modify(streamListener, for: readiness, token: Token.stream)
    try? epoll.modify(controlListener, for: readiness, token: Token.control)
  }

  mutating func admit(_ stream: consuming UnixStream, _ role: Subscriber.Role) {
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

  mutating func serve(_ event: Epoll.Event) {
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
  func watch(_ subscriber: Subscriber) {
    let isDeaf = subscriber.isSilent || !subscriber.unheard.isEmpty
    var readiness: Epoll.Readiness = isDeaf ? [] : .input
    if subscriber.isBlocked { readiness = .output }
    try? epoll.modify(subscriber.stream, for: readiness, token: subscriber.token)
  }

  /// Takes what a subscriber sent, line by line.
  ///
  /// A request counts from where it was asked: what the last one brought is sent before it.
  mutating func heed(_ subscriber: Subscriber, _ bytes: Span<UInt8>) {
    if subscriber.isLeaving || !subscriber.unheard.isEmpty { return }
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "\n"), !mayHear(subscriber) {
        for rest in index..<bytes.count { subscriber.unheard.append(bytes[rest]) }
        watch(subscriber)
        return
      }
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

  mutating func flushAll() {
    // Who has an answer may rely on its having been told to all who listen.
    for subscriber in broadcast.subscribers.values where subscriber.role == .stream {
      flush(subscriber)
    }
    for subscriber in broadcast.subscribers.values where subscriber.role == .control {
      flush(subscriber)
    }
    for subscriber in broadcast.takeTooSlow() {
      Log.warning(
        "a subscriber (process \(subscriber.peer?.process ?? 0)) does not read: disconnected")
      subscriber.dismiss(with: goodbye("too-slow"))
      flush(subscriber)
    }
  }

  /// Sends as much as the subscriber takes now, and hears what it has asked meanwhile.
  mutating func flush(_ subscriber: Subscriber) {
    send(subscriber)
    goOnWalking(subscriber)
    hearTheRest(subscriber)
  }

  private mutating func send(_ subscriber: Subscriber) {
    guard !subscriber.isBlocked else { return }
    while subscriber.hasUnsent || broadcast.fill(subscriber, stamp) || complete(subscriber) {
      if subscriber.heldUntil > broadcast.sendable { return }
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

  /// Tells how things stand to one who is owed it and has got what went before. Whether it did.
  private mutating func complete(_ subscriber: Subscriber) -> Bool {
    guard subscriber.isOwedState, subscriber.walk == nil, !subscriber.isLeaving else {
      return false
    }
    // What is on its way to disk is told with it, and held back with it.
    guard broadcast.copyRest(subscriber) else { return false }
    tellState(subscriber)
    return true
  }

  /// Whether the next request may be answered; tries to send what stands against it.
  private mutating func mayHear(_ subscriber: Subscriber) -> Bool {
    if subscriber.role == .control {
      return subscriber.outbox.count - subscriber.sent < Subscriber.outboxLimit
    }
    if subscriber.isCaughtUp(with: broadcast.log) { return true }
    send(subscriber)
    return subscriber.isCaughtUp(with: broadcast.log)
  }

  private mutating func hearTheRest(_ subscriber: Subscriber) {
    guard !subscriber.unheard.isEmpty, !subscriber.isLeaving, mayHear(subscriber) else { return }
    var rest: [UInt8] = []
    swap(&rest, &subscriber.unheard)
    heed(subscriber, rest.span)
    watch(subscriber)
  }

  mutating func leave(_ subscriber: Subscriber) {
    // Its descriptor closes with it, which also takes it out of the poll.
    try? epoll.remove(subscriber.stream)
    broadcast.remove(subscriber.token)
  }

  func goodbye(_ code: String) -> [UInt8] {
    var writer = LineWriter()
    writer.bye(code: code, stamp)
    return writer.line
  }
}
