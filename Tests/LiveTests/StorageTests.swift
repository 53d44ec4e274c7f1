import EventStream
import LinuxIO
import Programs
import Testing

private let bed = "[infant bed-1]"

@Suite("A state directory", .serialized)
struct StorageTests {
  @Test(
    "that is full is told in an alarm, events go on, and all are kept once there is room",
    .enabled(if: Disk.isPossible))
  func full() throws {
    let scratch = try Scratch()
    let disk = try Disk(memory: "1m", at: "state", in: scratch)
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    let subscriber = try daemon.subscribe("alarm", "mark")
    try daemon.mark("before")
    try subscriber.next("mark")
    try disk.fill()
    try daemon.mark(times: 30, by: "during")
    let alarm = try subscriber.next("alarm")
    #expect(alarm.shown("rule") == "storage")
    #expect(alarm.shown("kind") == "technical")
    #expect(alarm.shown("priority") == "medium")
    #expect(alarm.shown("cause") == "disk-full")
    #expect(alarm.shown("infant") == nil)
    // What staff say is taken and told as ever.
    try daemon.mark("later")
    try subscriber.next { $0.shown("by") == "later" }
    #expect(try Program.kangaroo.run("status", "--socket", daemon.socket).code == 1)
    try disk.clear()
    try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    try daemon.mark("after")
    try subscriber.next { $0.shown("by") == "after" }
    let kept = try daemon.kept("--types", "mark").compactMap { $0.shown("by") }
    #expect(kept == ["before"] + [String](repeating: "during", count: 30) + ["later", "after"])
    #expect(daemon.isRunning)
  }

  @Test(
    "that is full for so long that not all can be kept says how many are missing",
    .enabled(if: Disk.isPossible))
  func overflow() throws {
    let scratch = try Scratch()
    let disk = try Disk(memory: "2m", at: "state", in: scratch)
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    let subscriber = try daemon.subscribe("alarm", "mark")
    try disk.fill()
    // More than is kept in memory for better days.
    let count = 4000
    try daemon.mark(times: count, by: "during")
    for _ in 0..<count { try subscriber.next("mark") }
    try disk.clear()
    try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    let missing = try awaited("a note of what is missing") { () -> Int? in
      try daemon.kept().first { $0.type == "gap" }?["missed"]?.integer
    }
    let kept = try daemon.kept("--types", "mark")
    #expect(missing > 0)
    // The two alarms may be among either.
    #expect((count...(count + 2)).contains(kept.count + missing))
    #expect(daemon.log.contains("events were sent and are not in the journal"))
  }

  @Test(
    "that hangs holds events back for two seconds, and nothing else",
    .enabled(if: Disk.canFreeze))
  func hanging() throws {
    let scratch = try Scratch()
    let disk = try Disk(image: 4 << 20, at: "state", in: scratch)
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    let subscriber = try daemon.subscribe("alarm", "mark", "heartbeat")
    try daemon.mark("before")
    try subscriber.next("mark")
    try disk.freeze()
    let begin = BootClock.now
    try daemon.mark("during")
    let mark = try subscriber.next("mark")
    #expect(mark.shown("by") == "during")
    #expect(BootClock.now - begin >= 1_900_000_000)
    #expect(try subscriber.next("alarm").shown("cause") == "slow")
    // While it hangs, nobody waits any more; the daemon lives.
    let again = BootClock.now
    try daemon.mark("later")
    try subscriber.next("mark")
    #expect(BootClock.now - again < 1_900_000_000)
    try subscriber.next("heartbeat")
    try disk.thaw()
    try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    try daemon.mark("after")
    try subscriber.next("mark")
    let kept = try daemon.kept("--types", "mark").compactMap { $0.shown("by") }
    #expect(kept == ["before", "during", "later", "after"])
  }

  @Test(
    "that hangs while nothing happens is told all the same", .enabled(if: Disk.canFreeze))
  func quiet() throws {
    let scratch = try Scratch()
    let disk = try Disk(image: 4 << 20, at: "state", in: scratch)
    let daemon = try RunningDaemon("", in: scratch, state: "state")
    let subscriber = try daemon.subscribe("alarm")
    try disk.freeze()
    #expect(try subscriber.next("alarm").shown("cause") == "slow")
    try disk.thaw()
    #expect(try subscriber.next("alarm").shown("event") == "cleared")
  }

  @Test(
    "that is read-only at the start is told, and used once it is not", .enabled(if: Disk.isPossible)
  )
  func readOnly() throws {
    let scratch = try Scratch()
    let disk = try Disk(memory: "1m", at: "state", in: scratch)
    try disk.makeReadOnly()
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    let subscriber = try daemon.connect()
    let alarm = try subscriber.next("alarm")
    #expect(alarm.shown("rule") == "storage")
    #expect(alarm.shown("cause") == "read-only")
    try daemon.mark("during")
    try subscriber.next("mark")
    try disk.makeWritable()
    try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    #expect(try daemon.kept("--types", "mark").count == 1)
  }

  @Test("whose place a file has taken is told, and used once it is a directory")
  func notADirectory() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "state")
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    let subscriber = try daemon.connect()
    #expect(try subscriber.next("alarm").shown("cause") == "missing")
    try Files.unlink(scratch.path("state"))
    try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    try daemon.mark("after")
    #expect(try daemon.kept("--types", "mark").count == 1)
  }

  @Test("that is removed while it is used is made anew, of which an alarm tells")
  func removed() throws {
    let scratch = try Scratch()
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    let subscriber = try daemon.subscribe("alarm", "mark")
    try daemon.mark("before")
    try subscriber.next("mark")
    try Files.removeTree(scratch.path("state"))
    #expect(try subscriber.next("alarm").shown("cause") == "missing")
    try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    try daemon.mark("after")
    #expect(try daemon.kept("--types", "mark").compactMap { $0.shown("by") } == ["after"])
  }

  @Test("belongs to one daemon: a second one says that it is in use")
  func inUse() throws {
    let scratch = try Scratch()
    let first = try RunningDaemon(bed, in: scratch, state: "state")
    try first.mark("first")
    let other = try Scratch()
    try other.link("state", to: scratch.path("state"))
    let second = try RunningDaemon(bed, in: other, state: "state")
    #expect(try second.connect().next("alarm").shown("cause") == "in-use")
    try second.mark("second")
    #expect(try first.kept("--types", "mark").compactMap { $0.shown("by") } == ["first"])
  }
}

@Suite("A socket's place")
struct SocketPlaceTests {
  @Test("that was deleted is told in an alarm, and the socket is made anew")
  func deleted() throws {
    let daemon = try RunningDaemon(bed, in: try Scratch())
    let subscriber = try daemon.subscribe("alarm", "mark")
    for socket in [daemon.socket, daemon.controlSocket] {
      try Files.unlink(socket)
      let alarm = try subscriber.next("alarm")
      #expect(alarm.shown("rule") == "socket-lost")
      #expect(alarm.shown("cause") == "missing")
      #expect(alarm.shown("priority") == "medium")
      try subscriber.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
      try daemon.connect().next("live")
      try daemon.mark("again")
      try subscriber.next("mark")
    }
  }

  @Test("that something else has taken is left alone until it is free")
  func replaced() throws {
    let daemon = try RunningDaemon(bed, in: try Scratch())
    let subscriber = try daemon.subscribe("alarm")
    try Files.unlink(daemon.socket)
    try daemon.scratch.write("keep me", to: "stream.sock")
    let alarm = try subscriber.next("alarm")
    #expect(alarm.shown("cause") == "replaced")
    #expect(try daemon.scratch.read("stream.sock") == "keep me")
    try Files.unlink(daemon.socket)
    try subscriber.next { $0.shown("event") == "cleared" }
    try daemon.connect().next("live")
  }

  @Test("whose directory was emptied, locks and all, is made anew")
  func emptied() throws {
    let daemon = try RunningDaemon(bed, in: try Scratch())
    let subscriber = try daemon.subscribe("alarm")
    for name in try Files.names(in: daemon.scratch.path) where name.contains(".sock") {
      try Files.unlink(daemon.scratch.path(name))
    }
    try subscriber.next("alarm")
    try subscriber.next { $0.shown("event") == "cleared" }
    try daemon.connect().next("live")
    // Its rights are as they were: nobody can take the place from it.
    let other = try Program.kangarood.run("--config", daemon.scratch.path("kangarood.conf"))
    #expect(other.code == 73)
  }
}

extension RunningDaemon {
  /// A mark by somebody, and its reply.
  func mark(_ by: String) throws { try mark(times: 1, by: by) }

  func mark(times: Int, by: String) throws {
    let control = try control()
    var left = times
    while left > 0 {
      let count = min(left, 100)
      let order = "{\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"\(by)\"}\n"
      try control.write(String(repeating: order, count: count))
      for _ in 0..<count { try control.next("reply") }
      left -= count
    }
  }

  /// What `kangaroo events` shows of its journal.
  func kept(_ arguments: String...) throws -> [JSON] {
    let outcome = try Program.kangaroo.run(
      ["events", "--config", scratch.path("kangarood.conf")] + arguments)
    guard outcome.code == 0 else { throw TooLate("events but \(outcome.errors)") }
    return try outcome.lines.map { try JSON(parsing: $0) }
  }
}
