import Glibc
import LinuxIO
import Testing

@Suite("Waiting for events")
struct EventTests {
  @Test("a doorbell rings once for many presses, and is quiet once answered")
  func doorbell() throws {
    let bell = try Doorbell()
    let button = try bell.makeButton()
    var epoll = try Epoll()
    try epoll.add(bell, for: .input, token: 7)
    #expect(try epoll.wait(milliseconds: 0) == 0)
    button.press()
    button.press()
    #expect(try epoll.wait(milliseconds: nil) == 1)
    #expect(epoll[0] == Epoll.Event(token: 7, readiness: .input))
    #expect(bell.answer() == 2)
    #expect(bell.answer() == 0)
    #expect(try epoll.wait(milliseconds: 0) == 0)
  }

  @Test("a timer expires on its grid, also for the time before it was started")
  func timer() throws {
    let timer = try IntervalTimer()
    var epoll = try Epoll()
    try epoll.add(timer, for: .input, token: .max)
    let start = BootClock.now
    try timer.start(first: start - 2_500_000_000, interval: 1_000_000_000)
    #expect(try epoll.wait(milliseconds: 10_000) == 1)
    #expect(epoll[0].token == .max)
    #expect(timer.expirations() >= 3)
    let next = start + 20_000_000
    try timer.start(first: next, interval: 0)
    #expect(try epoll.wait(milliseconds: 10_000) == 1)
    #expect(BootClock.now >= next)
    #expect(timer.expirations() == 1)
    try timer.start(first: 1, interval: 0)
    try timer.stop()
    #expect(try epoll.wait(milliseconds: 0) == 0)
  }

  @Test("a source is waited for until it is removed or closed")
  func removal() throws {
    let pair = try UnixStreamPair()
    var epoll = try Epoll()
    try epoll.add(pair.first, for: .output, token: 1)
    #expect(try epoll.wait(milliseconds: 0) == 1)
    #expect(epoll[0].readiness == .output)
    try epoll.modify(pair.first, for: .input, token: 2)
    #expect(try epoll.wait(milliseconds: 0) == 0)
    _ = pair.second.write([1].span)
    #expect(try epoll.wait(milliseconds: 10_000) == 1)
    #expect(epoll[0] == Epoll.Event(token: 2, readiness: .input))
    try epoll.remove(pair.first)
    #expect(try epoll.wait(milliseconds: 0) == 0)
    do {
      let bell = try Doorbell()
      try epoll.add(bell, for: .input, token: 3)
      try bell.makeButton().press()
    }
    #expect(try epoll.wait(milliseconds: 0) == 0)
  }

  @Test("more events than one wake-up tells follow in the next")
  func manyEvents() throws {
    var epoll = try Epoll()
    var bells: [BellBox] = []
    for token in 0..<(UInt64(Epoll.greatestWake) + 6) {
      let box = try BellBox()
      try epoll.add(box.bell, for: .input, token: token)
      try box.bell.makeButton().press()
      bells.append(box)
    }
    var seen: Set<UInt64> = []
    for _ in 0..<2 {
      for index in 0..<(try epoll.wait(milliseconds: 10_000)) {
        let token = epoll[index].token
        seen.insert(token)
        bells[Int(token)].bell.answer()
      }
    }
    #expect(seen.count == bells.count)
  }

  @Test("a signal arrives as an event and has no other effect")
  func signals() throws {
    let source = try SignalSource([.user1, .terminate])
    #expect(source.next() == nil)
    try Signal.user1.raise()
    try awaitReady(source)
    #expect(source.next() == .user1)
    #expect(source.next() == nil)
    try Signal.terminate.raise()
    #expect(source.next() == .terminate)
    #expect("\(Signal.terminate)" == "SIGTERM")
  }

  @Test("the boot clock only goes forward, and the wall clock's lead over it is steady")
  func clocks() {
    let before = BootClock.now
    let lead = WallClock.aheadOfBoot
    #expect(BootClock.now >= before)
    #expect(WallClock.now > 1_600_000_000_000_000_000)
    #expect(abs(WallClock.aheadOfBoot - lead) < 1_000_000_000)
    #expect(abs(WallClock.now - BootClock.now - lead) < 1_000_000_000)
  }
}

/// Arrays hold no noncopyable values.
private final class BellBox {
  let bell: Doorbell

  init() throws {
    bell = try Doorbell()
  }
}

@Suite("A thread")
struct ThreadTests {
  @Test("owns what it was handed, and has ended once it is joined")
  func handOver() throws {
    let bell = try Doorbell()
    let pair = try UnixStreamPair()
    let near = pair.first
    let work = Work(button: try bell.makeButton(), stream: pair.second, notes: Notes())
    let thread = try Thread.start(owning: work, name: "linuxio-hand-over") { work in
      let name = (try? Files.read("/proc/thread-self/comm", atMost: 16)) ?? []
      _ = work.stream.write(name.span)
      work.notes.count += 1
      work.button.press()
    }
    thread.join()
    #expect(bell.answer() == 1)
    #expect(readOnce(from: near).1 == Array("linuxio-hand-ov\n".utf8))
    #expect(readOnce(from: near).0 == .gone(.endOfFile))
  }

  @Test("gives back what it owned at its end, also where nobody waits for it")
  func detached() throws {
    let pair = try UnixStreamPair()
    let near = pair.first
    _ = try Thread.start(owning: pair.second, name: "linuxio") { far in
      _ = far.write([9].span)
    }
    try awaitReady(near)
    #expect(readOnce(from: near).1 == [9])
    try awaitReady(near)
    #expect(readOnce(from: near).0 == .gone(.endOfFile))
  }

  /// Neither copyable nor sendable, as the reading loop's own things are.
  private struct Work: ~Copyable {
    let button: DoorbellButton
    let stream: UnixStream
    let notes: Notes
  }

  private final class Notes {
    var count = 0
  }
}
