import EventStream
import LinuxIO
import Programs
import Testing

/// Every type of line that a subscriber can ask for.
let everything = LineType.choosable.map(\.name)

@Suite("Subscribers")
struct SubscriberTests {
  @Test("are greeted, told how things stand, and then what happens, all the same")
  func twoAlike() throws {
    let bed = try Bedside()
    let subscribers = try [bed.daemon.connect(), bed.daemon.connect()]
    for subscriber in subscribers {
      let types = try subscriber.lines(upTo: "live").map(\.type)
      #expect(types == ["hello", "port", "live"])
    }
    for second in 0..<90 { try bed.tick(36_900 + second % 3) }
    try bed.awaitClock()
    #expect(try bed.order("{\"mark\":\"bath\",\"infant\":\"bed-1\"}").type == "reply")
    try bed.daemon.send(.terminate)

    let lines = try subscribers.map(whole)
    #expect(lines[0] == lines[1])
    let types = try lines[0].map { try JSON(parsing: $0).type }
    #expect(Set(types).isSuperset(of: ["assessment", "heartbeat", "mark", "bye"]))
    #expect(!types.contains("sample"))
    #expect(types.last == "bye")
    #expect(try bed.daemon.end() == .exited(0))
  }

  @Test("of everything see numbers that rise by one")
  func numbers() throws {
    let bed = try Bedside()
    let all = try bed.daemon.connect()
    try all.next("live")
    let list = everything.map { "\"\($0)\"" }.joined(separator: ",")
    #expect(try all.ask("{\"subscribe\":{\"types\":[\(list)]}}").type == "reply")
    var seq = try all.next("hello")["seq"]?.integer ?? -1
    try all.next("live")
    // Somebody else's wishes change nothing.
    let other = try bed.daemon.subscribe("alarm")
    for second in 0..<70 { try bed.tick(36_900 + second % 3) }
    try bed.awaitClock()
    var types: Set<String> = []
    while let line = all.nextLineIfAny() {
      let json = try JSON(parsing: line)
      seq += 1
      #expect(json["seq"]?.integer == seq, "\(line)")
      types.insert(json.type)
      #expect(line.utf8.count < 4096)
    }
    #expect(types == ["port", "sample", "assessment", "heartbeat", "wire"])
    #expect(other.nextLineIfAny() == nil)
  }

  @Test("hear a heartbeat every five seconds in real time, though there is no probe")
  func heartbeat() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let subscriber = try daemon.connect()
    let begin = try subscriber.next("live")["t"]?.thousandths ?? 0
    let beat = try subscriber.next("heartbeat")
    #expect((beat["t"]?.thousandths ?? .max) - begin <= 5000)
    #expect(beat["subscribers"]?.integer == 1)
  }

  @Test("get what their request names, of the infants that it names")
  func filters() throws {
    let bed = try Bedside(infants: ["bed-1", "bed-2"])
    let subscriber = try bed.daemon.connect()
    try subscriber.next("live")
    let reply = try subscriber.ask(
      "{\"id\":7,\"subscribe\":{\"types\":[\"sample\",\"mark\"],\"infants\":[\"bed-2\"]}}")
    #expect(reply["id"]?.integer == 7)
    #expect(reply.shown("ok") == "true")
    #expect(reply["subscribe"]?["types"]?.list?.map(\.text) == ["sample", "mark"])
    #expect(reply["subscribe"]?["infants"]?.list?.map(\.text) == ["bed-2"])
    #expect(try subscriber.lines(upTo: "live").map(\.type) == ["hello", "live"])
    for _ in 0..<20 {
      try bed.tick(36_900, probe: 0)
      try bed.tick(36_700, probe: 1)
    }
    for _ in 0..<20 {
      let line = try subscriber.next()
      #expect(line.type == "sample")
      #expect(line.shown("infant") == "bed-2")
      #expect(line.shown("value") == "36.700")
    }
    for infant in ["bed-1", "bed-2"] {
      _ = try bed.order("{\"mark\":\"transfer\",\"infant\":\"\(infant)\"}")
    }
    #expect(try subscriber.next().shown("infant") == "bed-2")
  }

  @Test("two hundred at once are all told")
  func many() throws {
    let bed = try Bedside()
    let crowd = try (0..<200).map { _ in try bed.daemon.connect() }
    for one in crowd { try one.next("live") }
    _ = try bed.order("{\"mark\":\"transfer\",\"infant\":\"bed-1\",\"by\":\"rn-4\"}")
    for one in crowd {
      let mark = try one.next("mark")
      #expect(mark.shown("by") == "rn-4")
    }
    // Half of them go without a word.
    let rest = Array(crowd.suffix(100))
    _ = consume crowd
    for _ in 0..<8 { try bed.tick() }
    for one in rest { try one.next("heartbeat") }
  }

  @Test("that close their side go on listening")
  func halfClosed() throws {
    let daemon = try RunningDaemon("[infant bed-1]", in: try Scratch())
    let listener = try daemon.subscribe("mark")
    try listener.finishWriting()
    let order = "{\"mark\":\"bath\",\"infant\":\"bed-1\"}"
    #expect(try daemon.control().ask(order).type == "reply")
    #expect(try listener.next().shown("mark") == "bath")
  }

  @Test("that are too many for the daemon's descriptors wait until others go")
  func tooMany() throws {
    let daemon = try RunningDaemon(
      "", in: try Scratch(), runner: ["/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\""])
    var crowd = try (0..<90).map { _ in try daemon.connect() }
    try crowd[0].next("heartbeat")
    try crowd[0].next("heartbeat")
    // It has told of it about once a second, and not at every turn of its loop.
    let complaints = daemon.log.split(separator: "\n").filter { $0.contains("cannot be accepted") }
    #expect((1...30).contains(complaints.count))
    let last = crowd[89]
    crowd.removeFirst(80)
    try last.next("live")
  }

  private func whole(_ connection: Connection) throws -> [String] {
    var lines: [String] = []
    while let line = try connection.nextLine() { lines.append(line) }
    return lines
  }
}
