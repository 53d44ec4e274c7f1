import EventStream
import LinuxIO
import Programs
import Testing

/// The configuration read anew while the daemon runs (contract, section 4).
@Suite("A reload")
struct ReloadTests {
  private static func section(_ name: String, _ wire: Wire, infant: String) -> String {
    """
    [probe \(name)]
    path = \(wire.path)
    protocol = kmc1
    infant = \(infant)
    site = axilla

    """
  }

  private static func infants(_ names: String...) -> String {
    names.map { "[infant \($0)]\n" }.joined()
  }

  /// Two wires, of which the first is configured at first.
  private struct Bed {
    let scratch: Scratch
    let first: Wire
    let second: Wire
    let daemon: RunningDaemon

    init() throws {
      scratch = try Scratch()
      first = try Wire("first", in: scratch).plugIn()
      second = try Wire("second", in: scratch).plugIn()
      daemon = try RunningDaemon(
        ReloadTests.infants("bed-1") + ReloadTests.section("a", first, infant: "bed-1"),
        in: scratch)
      try first.awaitOpening()
    }

    func reload(_ sections: String) throws {
      _ = try RunningDaemon.configure(sections, in: scratch)
      try daemon.send(.hangUp)
    }

    func awaitLog(_ text: String) throws {
      _ = try awaited("“\(text)” in the log: \(daemon.log)") {
        daemon.log.contains(text) ? true : nil
      }
    }

    func state() throws -> [JSON] { try daemon.connect().lines(upTo: "live") }
  }

  @Test("adds an infant and its probe, and the other probe is read on without a break")
  func addition() throws {
    let bed = try Bed()
    let listener = try bed.daemon.subscribe("sample", "port")
    try bed.first.send(kmc1(temperature: 36_900, number: 1, milliseconds: 1000))
    #expect(try listener.next("sample").shown("value") == "36.900")
    try bed.reload(
      Self.infants("bed-1", "bed-2") + Self.section("a", bed.first, infant: "bed-1")
        + Self.section("b", bed.second, infant: "bed-2"))
    try bed.second.awaitOpening()
    #expect(bed.first.isPluggedIn)
    try bed.first.send(kmc1(temperature: 36_800, number: 2, milliseconds: 2000))
    try bed.second.send(kmc1(temperature: 37_100, number: 1, milliseconds: 1000))
    var seen: [String: String] = [:]
    var links: [String] = []
    while seen.count < 2 {
      let line = try listener.next { $0.type == "sample" || $0.type == "port" }
      if line.type == "sample" {
        seen[line.shown("infant") ?? ""] = line.shown("value")
      } else {
        links.append("\(line.shown("port") ?? "") \(line.shown("link") ?? "")")
      }
    }
    #expect(seen == ["bed-1": "36.800", "bed-2": "37.100"])
    #expect(!links.contains { $0.hasPrefix("a ") && !$0.hasSuffix(" open") })
  }

  @Test("takes away what is no longer in the configuration, with its alarms")
  func removal() throws {
    let bed = try Bed()
    bed.first.unplug()
    let listener = try bed.daemon.connect()
    let alarm = try listener.next("alarm")
    #expect(alarm.shown("rule") == "port-lost")
    try bed.reload(Self.infants("bed-2") + Self.section("b", bed.second, infant: "bed-2"))
    let cleared = try listener.next { $0.type == "alarm" && $0.shown("event") == "cleared" }
    #expect(cleared["alarm"]?.integer == alarm["alarm"]?.integer)
    let retired = try listener.next { $0.type == "port" && $0.shown("port") == "a" }
    #expect(retired.shown("link") == "unclaimed")
    try bed.awaitLog("is read anew")
    let state = try bed.state()
    #expect(state.filter { $0.type == "port" }.map { $0.shown("port") } == ["b"])
    #expect(!state.contains { $0.type == "alarm" })
    let control = try bed.daemon.control()
    #expect(
      try control.ask(#"{"mark":"bath","infant":"bed-1"}"#).shown("code") == "not-found")
    #expect(try control.ask(#"{"mark":"bath","infant":"bed-2"}"#).type == "reply")
  }

  @Test("tells subscribers of an infant that has gone to ask anew")
  func goodbye() throws {
    let bed = try Bed()
    let listener = try bed.daemon.connect()
    try listener.next("live")
    _ = try listener.ask(#"{"subscribe":{"infants":["bed-1"]}}"#)
    try bed.reload(Self.infants("bed-2") + Self.section("b", bed.second, infant: "bed-2"))
    #expect(try listener.next("bye").shown("code") == "reload")
    #expect(try listener.nextLine() == nil)
  }

  @Test(
    "with any error changes nothing and says why",
    arguments: [
      ("[infant bed-1]\n[infant bed-2]\ncolour = blue\n", "colour"),
      ("[infant bed-1]\nhypothermia = 36.9\n", "contradict"),
      ("[probe x]\nprotocol = kmc1\n", "neither device nor path"),
    ])
  func refusal(broken: String, words: String) throws {
    let bed = try Bed()
    let before = try bed.state().filter { $0.type == "port" }.map { $0.shown("port") }
    try bed.reload(Self.section("b", bed.second, infant: "bed-1") + broken)
    try bed.awaitLog("the configuration stays as it was")
    #expect(bed.daemon.log.contains(words))
    #expect(try bed.state().filter { $0.type == "port" }.map { $0.shown("port") } == before)
    #expect(!bed.second.isOpened)
    // And the next one, which is right, is taken.
    try bed.reload(Self.infants("bed-1") + Self.section("b", bed.second, infant: "bed-1"))
    try bed.second.awaitOpening()
  }

  @Test("cannot change what only a restart can")
  func daemonSection() throws {
    let bed = try Bed()
    _ = try RunningDaemon.configure("", clock: "fast 2", in: bed.scratch)
    try bed.daemon.send(.hangUp)
    try bed.awaitLog("which needs a restart")
    #expect(try bed.state().contains { $0.shown("port") == "a" })
  }

  @Test("that follows another at once is made up for, and the last one counts")
  func storm() throws {
    let bed = try Bed()
    for _ in 0..<20 {
      try bed.reload(Self.infants("bed-2") + Self.section("b", bed.second, infant: "bed-2"))
      try bed.reload(Self.infants("bed-1") + Self.section("c", bed.first, infant: "bed-1"))
    }
    _ = try awaited("the last configuration") {
      let state = try bed.state().filter { $0.type == "port" }
      return state.count == 1 && state[0].shown("port") == "c" && state[0].shown("link") == "open"
        ? true : nil
    }
    // The state may have been an earlier one's of the same name: then the port is opened once more.
    let listener = try bed.daemon.subscribe("sample")
    var number = 0
    let line = try awaited("a sample") { () -> String? in
      number += 1
      try bed.first.send(kmc1(temperature: 36_700, number: number, milliseconds: number * 1000))
      return listener.nextLineIfAny()
    }
    #expect(try JSON(parsing: line).shown("infant") == "bed-1")
  }
}
