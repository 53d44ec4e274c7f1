import EventStream
import LinuxIO
import Programs
import Testing

@Suite("Commands")
struct ControlTests {
  @Test("are answered, and told to the subscribers with who gave them")
  func marks() throws {
    let bed = try Bedside()
    let subscriber = try bed.daemon.subscribe("mark")
    for mark in ["transfer", "bath", "skin-to-skin-start", "skin-to-skin-end"] {
      let reply = try bed.order(
        "{\"id\":9,\"mark\":\"\(mark)\",\"infant\":\"bed-1\",\"by\":\"rn-4 “Ünal”\"}")
      #expect(reply.type == "reply")
      #expect(reply["id"]?.integer == 9)
      #expect(reply.shown("ok") == "true")
      let line = try subscriber.next()
      #expect(line.type == "mark")
      #expect(line.shown("mark") == mark)
      #expect(line.shown("infant") == "bed-1")
      #expect(line.shown("by") == "rn-4 “Ünal”")
    }
    #expect(bed.daemon.log.contains("mark transfer for bed-1 by rn-4"))
  }

  @Test("acknowledge an alarm that stands, and none other")
  func acknowledgement() throws {
    let bed = try Bedside()
    let subscriber = try bed.daemon.subscribe("alarm")
    for _ in 0..<5 { try bed.tick(36_900) }
    bed.wire.unplug()
    let alarm = try subscriber.next("alarm")
    let id = try #require(alarm["alarm"]?.integer)
    #expect(try bed.order("{\"ack\":\(id + 1),\"by\":\"rn-4\"}").shown("code") == "not-found")
    #expect(try bed.order("{\"ack\":\(id),\"by\":\"rn-4\"}").type == "reply")
    let line = try subscriber.next("alarm")
    #expect(line.shown("event") == "acknowledged")
    #expect(line["alarm"]?.integer == id)
    #expect(line.shown("by") == "rn-4")
    // Whoever comes now sees that it stands, and that somebody knows.
    let standing = try bed.daemon.connect().lines(upTo: "live").first { $0.type == "alarm" }
    #expect(standing?.shown("event") == "active")
    #expect(standing?.shown("acknowledged") == "true")
  }

  @Test("that are wrong change nothing and say what is wrong")
  func errors() throws {
    let bed = try Bedside()
    let subscriber = try bed.daemon.subscribe("mark", "alarm")
    for (order, code) in [
      ("{\"mark\":\"bath\",\"infant\":\"nobody\"}", "not-found"),
      ("{\"mark\":\"dance\",\"infant\":\"bed-1\"}", "unknown-value"),
      ("{\"mark\":\"bath\"}", "unknown-value"),
      ("{\"mark\":\"bath\",\"infant\":\"bed-1\",\"colour\":1}", "unknown-key"),
      ("{\"dance\":1}", "unknown-command"), ("{}", "unknown-command"), ("nonsense", "syntax"),
      ("{\"subscribe\":{}}", "unknown-command"), ("{\"ack\":0}", "unknown-value"),
      ("{\"ack\":99}", "not-found"), ("{\"status\":false}", "unknown-value"),
      (String(repeating: "y", count: 5000), "too-long"),
    ] {
      let error = try bed.order(order)
      #expect(error.type == "error", "\(order)")
      #expect(error.shown("code") == code, "\(order)")
    }
    #expect(try bed.order("{\"mark\":\"bath\",\"infant\":\"bed-1\"}").type == "reply")
    #expect(try subscriber.next().shown("mark") == "bath")
  }

  @Test("ask how things stand")
  func status() throws {
    let bed = try Bedside(infants: ["bed-1", "bed-2"])
    let reply = try bed.order("{\"id\":1,\"status\":true}")
    #expect(reply["infants"]?.integer == 2)
    #expect(reply["ports"]?.integer == 2)
    #expect(reply["alarms"]?.integer == 0)
    #expect(reply.shown("daemon")?.hasPrefix("kangarood ") == true)
    let hello = try bed.daemon.connect().next("hello")
    #expect(reply.shown("stream") == hello.shown("stream"))
    #expect(hello.shown("clock") == "driven")
  }
}
