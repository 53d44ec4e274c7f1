import EventStream
import LinuxIO

/// The end: what happened is put on disk and sent, for as long as that may take.
extension Server {
  /// Nanoseconds for those who are slow to take what is theirs, which may be held back before.
  private static let patienceAtEnd = CommitGate.greatestWait + 1_000_000_000

  mutating func end() throws(Errno) {
    let deadline = BootClock.now + Self.patienceAtEnd
    while BootClock.now < deadline {
      broadcast.gate.look(at: BootClock.now)
      takeAnswers()
      flushAll()
      broadcast.gate.door.ring()
      dismissThoseWhoHaveAll()
      if broadcast.subscribers.isEmpty { break }
      let count = try epoll.wait(milliseconds: 50)
      for index in 0..<count where epoll[index].token >= Token.firstSubscriber {
        serve(epoll[index])
      }
      answerBell()
    }
    dismissTheRest()
    recorder?.finish(analysis, &broadcast.gate.door)
    try endStorage()
  }

  private mutating func dismissThoseWhoHaveAll() {
    for subscriber in broadcast.subscribers.values where !subscriber.isLeaving {
      guard
        subscriber.role == .control
          ? !subscriber.hasUnsent : subscriber.isCaughtUp(with: broadcast.log)
      else { continue }
      subscriber.dismiss(with: subscriber.role == .control ? [] : goodbye("shutdown"))
      flush(subscriber)
    }
  }

  /// Those who are too slow are told how much they have not got, so far as they take that.
  private mutating func dismissTheRest() {
    for subscriber in broadcast.subscribers.values {
      let missed = broadcast.outstanding(subscriber)
      guard subscriber.role == .stream, !subscriber.isLeaving else { continue }
      Log.warning("a subscriber has not taken \(missed) lines before the end")
      var writer = LineWriter()
      writer.gap(missed: missed, reason: "shutdown", stamp)
      subscriber.dismiss(with: writer.line + goodbye("shutdown"))
      subscriber.isBlocked = false
      flush(subscriber)
    }
  }

  /// Waits until everything is on disk, or the disk has proved too slow.
  private mutating func endStorage() throws(Errno) {
    let state = broadcast.gate.door.state
    state.issued = analysis.publisher.seq
    let deadline = BootClock.now + CommitGate.greatestWait
    guard broadcast.gate.door.end() else { return }
    broadcast.gate.door.ring()
    while !state.isOver, BootClock.now < deadline {
      _ = try epoll.wait(milliseconds: 20)
      answerBell()
    }
    if !state.isOver { Log.error("the disk does not answer: the newest events may not be kept") }
  }
}
