import EventStream
import LinuxIO
import Programs
import Testing

private let bed = "[infant bed-1]\n[infant bed-2]"
private let kept = ["alarm", "session", "mark", "port"]

@Suite("A subscriber that comes back after a restart")
struct RestartTests {
  @Test("gets the events that it missed, under their stream's name, and then how things stand")
  func resumption() throws {
    let scratch = try Scratch()
    var daemon = try RunningDaemon(bed, in: scratch)
    let early = try daemon.connect()
    let first = try #require(try early.next("hello").shown("stream"))
    try daemon.mark(times: 5, by: "seen")
    for _ in 0..<4 { try early.next("mark") }
    let seen = try #require(try early.next("mark")["seq"]?.integer)
    // It goes, and the daemon does not know.
    let watcher = try daemon.subscribe("heartbeat", "mark")
    try daemon.mark(times: 3, by: "missed")
    for _ in 0..<2 { try watcher.next("mark") }
    let lastMark = try #require(try watcher.next("mark")["seq"]?.integer)
    let last = try #require(try watcher.next("heartbeat")["seq"]?.integer)
    try daemon.send(.terminate)
    #expect(try daemon.end() == .exited(0))

    // A run between, of which nobody knew.
    daemon = try RunningDaemon(bed, in: scratch)
    let second = try #require(try daemon.connect().next("hello").shown("stream"))
    try daemon.mark("between")
    try daemon.send(.kill)
    _ = try daemon.end()

    daemon = try RunningDaemon(bed, in: scratch)
    try daemon.mark("now")
    let lines = try daemon.resume(first, seen)
    #expect(lines[0].type == "hello")
    let third = try #require(lines[0].shown("stream"))
    #expect(Set([first, second, third]).count == 3)
    #expect(lines[1].type == "gap")
    #expect(lines[1].shown("reason") == "restarted")
    let marks = lines.filter { $0.type == "mark" }
    #expect(
      marks.map { $0.shown("by") } == ["missed", "missed", "missed", "between", "now"])
    #expect(
      marks.map { $0.shown("stream") } == [first, first, first, second, nil])
    #expect(marks[2]["seq"]?.integer == lastMark)
    #expect(lines.last?.type == "live")
    // Heartbeats are not kept: of the first stream all after the marks, none of the short second.
    #expect(try #require(lines[1]["missed"]?.integer) >= last - seen - 3)
  }

  @Test("is told exactly how many lines are not held, after an orderly end")
  func exactCount() throws {
    let scratch = try Scratch()
    let keeper = try RunningDaemon(bed, in: scratch)
    let all = try keeper.subscribe("heartbeat", "mark", "alarm", "port", "clock", "assessment")
    let stream = try #require(try keeper.connect().next("hello").shown("stream"))
    try keeper.mark(times: 4, by: "a")
    let begin = try #require(try all.next("mark")["seq"]?.integer)
    try all.next("heartbeat")
    try keeper.mark(times: 2, by: "b")
    try keeper.send(.terminate)
    var numbers: [Int] = []
    while let line = try all.nextLine() {
      if let seq = try JSON(parsing: line)["seq"]?.integer { numbers.append(seq) }
    }
    _ = try keeper.end()
    let daemon = try RunningDaemon(bed, in: scratch)
    let lines = try daemon.resume(stream, begin)
    let old = lines.filter { $0.shown("stream") == stream }
    #expect(old.count == 5)
    // What the new stream has said meanwhile is in memory, every line of it.
    #expect(lines[1]["missed"]?.integer == numbers.last! - begin - old.count)
  }

  @Test("gets of it what it asks for")
  func filters() throws {
    let scratch = try Scratch()
    let first = try RunningDaemon(bed, in: scratch)
    let stream = try #require(try first.connect().next("hello").shown("stream"))
    try first.mark("one")
    let control = try first.control()
    _ = try control.ask("{\"mark\":\"bath\",\"infant\":\"bed-2\",\"by\":\"two\"}")
    try first.send(.kill)
    _ = try first.end()
    let daemon = try RunningDaemon(bed, in: scratch)
    let only = try daemon.resume(stream, 0, ",\"infants\":[\"bed-2\"]")
    #expect(only.filter { $0.type == "mark" }.map { $0.shown("by") } == ["two"])
    let none = try daemon.resume(stream, 0, ",\"types\":[\"alarm\"]")
    #expect(none.map(\.type) == ["hello", "gap", "live"])
  }

  @Test("may come back to a journal of many segments, and while much happens")
  func large() throws {
    let scratch = try Scratch()
    let first = try RunningDaemon(bed, in: scratch, keys: "journal-size = 16M")
    let stream = try #require(try first.connect().next("hello").shown("stream"))
    let name = String(repeating: "n", count: 200)
    try first.mark(times: 6000, by: name)
    try first.send(.kill)
    _ = try first.end()
    let segments = try Files.names(in: scratch.path("journal")).count { $0.hasSuffix(".journal") }
    #expect(segments >= 2)
    let daemon = try RunningDaemon(bed, in: scratch, keys: "journal-size = 16M")
    let subscriber = try daemon.connect()
    try subscriber.next("live")
    try subscriber.send(
      "{\"subscribe\":{\"types\":[\"mark\"],\"since\":{\"stream\":\"\(stream)\",\"seq\":0}}}")
    try daemon.mark(times: 500, by: "now")
    let lines = try subscriber.lines(upTo: "live")
    var marks = lines.filter { $0.type == "mark" }
    while marks.count < 6500 { marks.append(try subscriber.next("mark")) }
    #expect(marks.count { $0.shown("stream") == stream } == 6000)
    let now = marks.filter { $0["stream"] == nil }.compactMap { $0["seq"]?.integer }
    #expect(now.count == 500)
    #expect(zip(now, now.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("is served, whatever has become of the files that the journal was kept in")
  func damaged() throws {
    let scratch = try Scratch()
    var stream = ""
    var random = SystemRandomNumberGenerator()
    let directory = scratch.path("journal")
    for round in 0..<25 {
      let daemon = try RunningDaemon(bed, in: scratch, keys: "journal-size = 1M")
      let hello = try daemon.connect().next("hello")
      if !stream.isEmpty {
        let lines = try daemon.resume(stream, Int.random(in: 0...30))
        #expect(lines.first?.type == "hello")
        #expect(lines.last?.type == "live")
      }
      stream = try #require(hello.shown("stream"))
      try daemon.mark(times: 20, by: "\(round)")
      try daemon.send(.kill)
      _ = try daemon.end()
      for name in try Files.names(in: directory) where Bool.random() {
        var bytes = try Files.read("\(directory)/\(name)", atMost: 1 << 24)
        switch Int.random(in: 0..<4) {
        case 0: bytes.removeLast(Int.random(in: 0...bytes.count))
        case 1:
          for _ in 0..<9 where !bytes.isEmpty {
            bytes[.random(in: bytes.indices)] = .random(in: 0...255)
          }
        case 2: bytes.insert(contentsOf: bytes.shuffled(using: &random), at: bytes.count / 2)
        default: bytes += (0..<20_000).map { _ in .random(in: 0...255, using: &random) }
        }
        try Files.write(bytes.span, to: "\(directory)/\(name)")
      }
      let outcome = try Program.kangaroo.run("events", "--state-directory", scratch.path)
      #expect(outcome.code == 0 || outcome.code == 65)
    }
  }

  @Test("does not wait for a disk that does not answer", .enabled(if: Disk.canFreeze))
  func frozen() throws {
    let scratch = try Scratch()
    let disk = try Disk(image: 4 << 20, at: "state", in: scratch)
    let first = try RunningDaemon(bed, in: scratch, state: "state")
    let stream = try #require(try first.connect().next("hello").shown("stream"))
    try first.mark("seen")
    try first.send(.kill)
    _ = try first.end()
    let daemon = try RunningDaemon(bed, in: scratch, state: "state")
    try disk.freeze()
    let subscriber = try daemon.subscribe("alarm", "mark")
    try daemon.mark("now")
    try subscriber.next("alarm")
    let lines = try daemon.resume(stream, 0)
    #expect(lines.prefix(2).map(\.type) == ["hello", "gap"])
    #expect(lines[1].shown("reason") == "storage")
    #expect(lines[1]["missed"] == nil)
    #expect(lines.contains { $0.shown("rule") == "storage" && $0.shown("event") == "active" })
    try disk.thaw()
    try subscriber.next { $0.shown("event") == "cleared" }
    #expect(try daemon.resume(stream, 0).contains { $0.shown("by") == "seen" })
  }

  @Test("is told that nobody knows, where its stream is not in the journal any more")
  func forgotten() throws {
    let scratch = try Scratch()
    let keys = "journal-size = 1M"
    let first = try RunningDaemon(bed, in: scratch, keys: keys)
    let stream = try #require(try first.connect().next("hello").shown("stream"))
    try first.send(.kill)
    _ = try first.end()
    let second = try RunningDaemon(bed, in: scratch, keys: keys)
    try second.mark(times: 6000, by: String(repeating: "n", count: 200))
    let size = try Files.names(in: scratch.path("journal"))
      .reduce(0) { $0 + (try Files.size(of: scratch.path("journal/\($1)"))) }
    #expect(size < 1 << 20 + 1 << 17)
    let lines = try second.resume(stream, 0, ",\"types\":[\"port\"]")
    #expect(lines.map(\.type) == ["hello", "gap", "live"])
    #expect(lines[1].shown("reason") == "other-stream")
    #expect(lines[1]["missed"] == nil)
  }
}

@Suite("A subscriber")
struct FarewellTests {
  @Test("that asks for something else loses nothing of what it had asked for")
  func resubscription() throws {
    let daemon = try RunningDaemon(bed, in: try Scratch())
    let subscriber = try daemon.subscribe("mark")
    let control = try daemon.control()
    let order = "{\"mark\":\"bath\",\"infant\":\"bed-1\"}\n"
    for _ in 0..<100 {
      try control.write(String(repeating: order, count: 20))
      try subscriber.send("{\"subscribe\":{\"types\":[\"mark\"]}}")
    }
    for _ in 0..<2000 { try control.next("reply") }
    var numbers: [Int] = []
    var lives = 0
    while numbers.count < 2000 || lives < 100 {
      let line = try subscriber.next()
      if line.type == "mark" { numbers.append(try #require(line["seq"]?.integer)) }
      if line.type == "live" { lives += 1 }
    }
    #expect(numbers.count == 2000)
    #expect(Set(numbers).count == 2000)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("that is let go and does not read costs no descriptor for long")
  func stuck() throws {
    let daemon = try RunningDaemon(bed, in: try Scratch())
    let stuck = try (0..<12).map { _ in try daemon.subscribe("mark") }
    let crowd = try daemon.openDescriptors
    try daemon.mark(times: 6000, by: String(repeating: "n", count: 200))
    #expect(daemon.log.contains("does not read: disconnected"))
    // All but what it may have opened for itself meanwhile.
    _ = try awaited("descriptors that are closed") { () -> Bool? in
      try daemon.openDescriptors <= crowd - 8 ? true : nil
    }
    #expect(stuck.count == 12)
  }

  @Test("gets at the end what is still its own, or is told how much it was")
  func end() throws {
    let daemon = try RunningDaemon(bed, in: try Scratch())
    let fast = try daemon.subscribe("mark")
    let slow = try daemon.subscribe("mark")
    let count = 1500
    try daemon.mark(times: count, by: String(repeating: "n", count: 200))
    try daemon.send(.terminate)
    // One reads only now, the other not before the daemon has ended.
    var fastMarks = 0
    while let line = try fast.nextLine() {
      if line.hasPrefix("{\"type\":\"mark\"") { fastMarks += 1 }
    }
    #expect(fastMarks == count)
    #expect(try daemon.end() == .exited(0))
    var slowMarks = 0
    while let line = try slow.nextLine() {
      if line.hasPrefix("{\"type\":\"mark\"") { slowMarks += 1 }
    }
    #expect(slowMarks < count)
    // Not even a gap found room on its way; the daemon's log has told of it.
    #expect(daemon.log.contains("has not taken \(count - slowMarks) lines before the end"))
  }
}

extension RunningDaemon {
  /// Subscribes with `since`; the lines from `hello` to `live`.
  func resume(_ stream: String, _ seq: Int, _ more: String = "") throws -> [JSON] {
    let subscriber = try connect()
    try subscriber.next("live")
    let since = "\"since\":{\"stream\":\"\(stream)\",\"seq\":\(seq)}"
    #expect(try subscriber.ask("{\"subscribe\":{\(since)\(more)}}").type == "reply")
    return try subscriber.lines(upTo: "live")
  }
}
