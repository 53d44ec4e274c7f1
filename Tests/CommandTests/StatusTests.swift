import EventStream
import LinuxIO
import Programs
import Testing

@Suite("kangaroo status, mark, ack, record, watch")
struct StatusTests {
  @Test("status is 0 while all is well, 1 once a port is lost")
  func technical() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe axilla]\npath = \(wire.path)\nprotocol = kmc1\ninfant = bed-1\n", in: scratch)
    try wire.awaitOpening()
    let healthy = try Program.kangaroo.run("status", "--socket", daemon.socket)
    #expect(healthy.code == 0)
    #expect(healthy.output.contains("no alarms"))
    let subscriber = try daemon.subscribe("alarm")
    wire.unplug()
    let alarm = try subscriber.next("alarm")
    let ill = try Program.kangaroo.run("status", "--socket", daemon.socket)
    #expect(ill.code == 1)
    #expect(ill.output.contains("port-lost"))
    let json = try Program.kangaroo.run("status", "--json", "--socket", daemon.socket)
    #expect(json.code == 1)
    #expect(try json.lines.map { try JSON(parsing: $0).type }.first == "hello")

    let id = "\(try #require(alarm["alarm"]?.integer))"
    let ack = try Program.kangaroo.run(
      "ack", id, "--by", "rn-4", "--socket", daemon.controlSocket)
    #expect(ack.code == 0, "\(ack.errors)")
    #expect(try subscriber.next("alarm").shown("by") == "rn-4")
    let again = try Program.kangaroo.run(
      "ack", "99", "--by", "rn-4", "--socket", daemon.controlSocket)
    #expect(again.code == 64)
    #expect(again.sentences.count == 1)
  }

  @Test("status is 2 while an infant is too cold")
  func physiological() throws {
    let scratch = try Scratch()
    let clock = try scratch.pipe("clock")
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe axilla]\npath = \(wire.path)\nprotocol = kmc1\ninfant = bed-1\nsite = axilla\n",
      clock: "driven \(scratch.path("clock"))", in: scratch)
    try wire.awaitOpening()
    let subscriber = try daemon.subscribe("alarm", "sample")
    var second = 0
    while true {
      second += 1
      try #require(second < 5000)
      let line = Array("\(second)\n".utf8)
      try clock.writeAll(line.span)
      try wire.send(kmc1(temperature: 35_800, number: second, milliseconds: second * 1000))
      if try subscriber.next({ $0.type != "hello" }).shown("kind") == "physiological" { break }
    }
    let status = try Program.kangaroo.run("status", "--socket", daemon.socket)
    #expect(status.code == 2)
    #expect(status.output.contains("hypothermia"))
    #expect(status.output.contains("NOT REAL TIME"))
  }

  @Test("mark is told on the stream, and refused for a stranger")
  func marks() throws {
    let daemon = try RunningDaemon("[infant bed-1]", in: try Scratch())
    let subscriber = try daemon.subscribe("mark")
    let outcome = try Program.kangaroo.run(
      "mark", "skin-to-skin-start", "--infant", "bed-1", "--by", "rn-4", "--socket",
      daemon.controlSocket)
    #expect(outcome.code == 0)
    #expect(outcome.output.isEmpty)
    let mark = try subscriber.next()
    #expect(mark.shown("mark") == "skin-to-skin-start")
    #expect(mark.shown("by") == "rn-4")
    for words in [["bath", "--infant", "nobody"], ["dance", "--infant", "bed-1"]] {
      let refused = try Program.kangaroo.run(
        ["mark"] + words + ["--socket", daemon.controlSocket])
      #expect(refused.code == 64)
      #expect(refused.sentences.count == 1)
    }
  }

  @Test("record says which file it cannot make")
  func record() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let outcome = try Program.kangaroo.run(
      "record", "-o", "/nowhere/capture", "--socket", daemon.socket)
    #expect(outcome.code == 73)
    #expect(outcome.sentences.count == 1)
    #expect(outcome.errors.contains("/nowhere/capture"))
  }

  @Test("watch prints what is asked for until the daemon goes")
  func watch() throws {
    let scratch = try Scratch()
    let daemon = try RunningDaemon("[infant bed-1]", in: scratch)
    var watch = try ChildProcess(
      path: Program.kangaroo.path,
      arguments: ["watch", "--types", "mark", "--infants", "bed-1", "--socket", daemon.socket],
      output: .file(scratch.path("seen")), error: .file(scratch.path("errors")))
    _ = try awaited("the watch's first line") { () -> Bool? in
      ((try? scratch.read("seen")) ?? "").contains("\"live\"") ? true : nil
    }
    #expect(
      try daemon.control().ask("{\"mark\":\"bath\",\"infant\":\"bed-1\"}").type == "reply")
    _ = try awaited("the mark") { () -> Bool? in
      try scratch.read("seen").contains("\"mark\":\"bath\"") ? true : nil
    }
    try daemon.send(.terminate)
    #expect(try awaited("the watch's end") { try watch.poll() } == .exited(69))
    #expect(try scratch.read("seen").contains("\"code\":\"shutdown\""))
    #expect(try scratch.read("errors").split(separator: "\n").count == 1)
  }
}
