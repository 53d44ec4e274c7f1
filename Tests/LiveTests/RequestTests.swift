import EventStream
import LinuxIO
import Programs
import Testing

@Suite("Requests")
struct RequestTests {
  @Test(
    "that are wrong get one error, and the connection stays",
    arguments: [
      ("{", "syntax"), ("[1]", "syntax"), ("hello", "syntax"), ("{\"id\":}", "syntax"),
      ("{\"subscribe\":{\"colour\":1}}", "unknown-key"),
      ("{\"subscribe\":{},\"colour\":1}", "unknown-key"),
      ("{\"subscribe\":{\"types\":[\"weather\"]}}", "unknown-value"),
      ("{\"subscribe\":{\"types\":\"alarm\"}}", "unknown-value"),
      ("{\"subscribe\":{\"since\":{\"stream\":\"x\"}}}", "unknown-value"),
      ("{\"id\":3}", "unknown-command"), ("{\"dance\":true}", "unknown-command"),
      ("{\"mark\":\"bath\",\"infant\":\"bed-1\"}", "forbidden"),
      ("{\"subscribe\":{\"infants\":[\"nobody\"]}}", "not-found"),
      ("\u{0}\u{7F}\u{FFFD}", "syntax"),
      (String(repeating: "x", count: 4097), "too-long"),
      (String(repeating: "[", count: 4000), "syntax"),
      (String(repeating: "x", count: 70_000), "too-long"),
    ])
  func errors(_ request: String, _ code: String) throws {
    let daemon = try RunningDaemon("[infant bed-1]", in: try Scratch())
    let subscriber = try daemon.connect()
    try subscriber.next("live")
    let error = try subscriber.ask(request)
    #expect(error.type == "error")
    #expect(error.shown("code") == code)
    #expect(error["at"]?.integer != nil)
    #expect(!(error.shown("message") ?? "").isEmpty)
    #expect(error["seq"] == nil)
    let reply = try subscriber.ask("{\"id\":1,\"subscribe\":{\"types\":[\"heartbeat\"]}}")
    #expect(reply["id"]?.integer == 1)
    #expect(reply["subscribe"]?["types"]?.list?.map(\.text) == ["heartbeat"])
  }

  @Test("are answered in order, many in one piece or one byte by byte")
  func pieces() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let subscriber = try daemon.subscribe("mark")
    let many = (1...50).map { "{\"id\":\($0),\"subscribe\":{\"types\":[\"mark\"]}}" }
    try subscriber.send(many.joined(separator: "\r\n") + "\n\n")
    for id in 1...50 { #expect(try subscriber.next("reply")["id"]?.integer == id) }
    for byte in "{\"id\":51,\"subscribe\":{\"types\":[\"alarm\"]}}\n" {
      try subscriber.write(String(byte))
    }
    let reply = try subscriber.next("reply")
    #expect(reply["id"]?.integer == 51)
    #expect(reply["subscribe"]?["types"]?.list?.map(\.text) == ["alarm"])
  }

  @Test("may be as long as they may be")
  func longest() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let subscriber = try daemon.subscribe("mark")
    let request = "{\"id\":5,\"subscribe\":{}}"
    let padded = String(repeating: " ", count: Request.longest - request.utf8.count) + request
    #expect(try subscriber.ask(padded)["id"]?.integer == 5)
    #expect(try subscriber.ask(" " + padded).shown("code") == "too-long")
  }

  @Test("with an unfinished line at the end of the connection harm nobody")
  func cutShort() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    for _ in 0..<20 {
      let rude = try daemon.connect()
      try rude.write("{\"id\":1,\"subscribe\"")
    }
    #expect(try daemon.subscribe("mark").ask("{\"id\":2,\"subscribe\":{}}").type == "reply")
  }

  @Test("to resume get every line since, or are told how many are gone")
  func since() throws {
    let bed = try Bedside()
    let first = try bed.daemon.connect()
    let hello = try first.next("hello")
    let stream = try #require(hello.shown("stream"))
    for _ in 0..<60 { try bed.tick(36_900) }
    for mark in ["bath", "transfer", "bath"] {
      _ = try bed.order("{\"mark\":\"\(mark)\",\"infant\":\"bed-1\"}")
    }
    try bed.awaitClock()
    var seen: [JSON] = []
    while let line = first.nextLineIfAny() { seen.append(try JSON(parsing: line)) }
    let numbered = seen.filter { $0["seq"] != nil && $0.type != "hello" }
    let middle = numbered[numbered.count / 2]["seq"]!.integer!

    let resumed = try request(bed, stream: stream, seq: middle)
    #expect(resumed.first?.type == "hello")
    #expect(
      resumed.dropFirst().dropLast().map { $0["seq"]?.integer }
        == numbered.map { $0["seq"]?.integer }.filter { $0! > middle })
    let latest = try request(bed, stream: stream, seq: numbered.last!["seq"]!.integer!)
    #expect(latest.map(\.type) == ["hello", "live"])

    let future = try request(bed, stream: stream, seq: 1_000_000)
    #expect(future[1].shown("reason") == "other-stream")
    #expect(future.contains { $0.type == "port" })

    let other = try request(bed, stream: "0123456789abcdef", seq: 5)
    #expect(other.prefix(2).map(\.type) == ["hello", "gap"])
    #expect(other[1].shown("reason") == "other-stream")
    #expect(other[1]["missed"] == nil)
    #expect(other.contains { $0.type == "port" })
  }

  @Test("to resume from what memory no longer holds get it from the journal, and a true gap")
  func noLongerHeld() throws {
    let bed = try Bedside()
    let watcher = try bed.daemon.subscribe("mark")
    let stream = try #require(try bed.daemon.connect().next("hello").shown("stream"))
    for _ in 0..<30 { try bed.tick(36_900) }
    try bed.awaitClock()
    // More lines than are kept in memory.
    for round in 0..<50 {
      let control = try bed.daemon.control()
      try control.write(
        String(repeating: "{\"mark\":\"bath\",\"infant\":\"bed-1\"}\n", count: 100))
      for _ in 0..<100 { try control.next("reply") }
      for _ in 0..<100 { #expect(try watcher.next().type == "mark", "\(round)") }
    }
    let lines = try request(bed, stream: stream, seq: 1)
    #expect(lines.prefix(2).map(\.type) == ["hello", "gap"])
    #expect(lines[1].shown("reason") == "no-longer-held")
    let numbers = lines.dropFirst(2).compactMap { $0["seq"]?.integer }
    let missed = try #require(lines[1]["missed"]?.integer)
    #expect(missed > 0)
    #expect(missed + numbers.count == (lines[0]["seq"]?.integer ?? 0) - 1)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    #expect(lines.count { $0.type == "mark" } == 5000)
    #expect(lines.allSatisfy { $0["stream"] == nil || $0.type == "hello" })
    // How things stand comes after what happened.
    #expect(lines.suffix(3).map(\.type) == ["port", "assessment", "live"])
    #expect(lines.suffix(3).allSatisfy { $0["seq"] == nil })

    // Who has missed no line is told no gap, and no state.
    let first = try #require(lines.first { $0.type == "mark" }?["seq"]?.integer)
    let rest = try request(bed, stream: stream, seq: first)
    #expect(rest.filter { $0.type != "mark" }.map(\.type) == ["hello", "live"])
    #expect(rest.count == 4999 + 2)
  }

  /// Subscribes anew with `since`; the lines from `hello` to `live`.
  private func request(_ bed: Bedside, stream: String, seq: Int) throws -> [JSON] {
    let subscriber = try bed.daemon.connect()
    try subscriber.next("live")
    let since = "{\"stream\":\"\(stream)\",\"seq\":\(seq)}"
    let reply = try subscriber.ask("{\"id\":1,\"subscribe\":{\"since\":\(since)}}")
    #expect(reply["subscribe"]?["since"]?["seq"]?.integer == seq)
    return try subscriber.lines(upTo: "live")
  }
}
