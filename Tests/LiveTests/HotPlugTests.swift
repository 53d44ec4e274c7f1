import EventStream
import LinuxIO
import Programs
import Testing

/// Adapters that come and go by udev's word: the real monitor, real terminals, no hardware.
///
/// Needs root, or the right to make a network namespace.
@Suite("Hot-plug", .enabled(if: UeventNamespace.isAvailable))
struct HotPlugTests {
  /// An adapter with a pseudo-terminal for its port.
  private struct Adapter {
    let wire: Wire
    var serial: String?
    var place: String
    var role: String? = nil

    var name: String { "usb-KMC_Probe" + (serial.map { "_\($0)" } ?? "") + "-if00-port0" }

    func properties(_ action: String) -> [String] {
      var lines = [
        "ACTION=\(action)", "DEVPATH=/devices/virtual/usb/\(place)/tty/\(wire.node.dropFirst(5))",
        "SUBSYSTEM=tty", "DEVNAME=\(wire.node)", "MAJOR=136", "MINOR=1", "SEQNUM=1",
        "USEC_INITIALIZED=1", "ID_BUS=usb", "ID_VENDOR_ID=0403", "ID_MODEL_ID=6001",
        "ID_USB_INTERFACE_NUM=00", "ID_PATH=pci-\(place)",
        "DEVLINKS=/dev/serial/by-id/\(name) /dev/serial/by-path/pci-\(place)-port0",
      ]
      lines.append("ID_SERIAL=KMC_Probe" + (serial.map { "_\($0)" } ?? ""))
      if let serial { lines.append("ID_SERIAL_SHORT=\(serial)") }
      if let role { lines.append("KANGAROOD=\(role)") }
      return lines
    }
  }

  private static func section(_ name: String, _ device: String, infant: String) -> String {
    """
    [probe \(name)]
    device = \(device)
    protocol = kmc1
    infant = \(infant)
    site = axilla

    """
  }

  @Test("the same probe at another node is the same port, and its infant's")
  func replug() throws {
    try UeventNamespace.run { send in
      let scratch = try Scratch()
      let wire = try Wire("a", in: scratch).plugIn()
      let daemon = try RunningDaemon(
        Self.section("a", "usb-KMC_Probe_0007*", infant: "bed-1"), in: scratch)
      defer { withExtendedLifetime(daemon) {} }
      let listener = try daemon.subscribe("port", "sample", "alarm")
      send("tty", Adapter(wire: wire, serial: "0007", place: "1-1").properties("add"))
      let opened = try listener.next { $0.type == "port" && $0.shown("link") == "open" }
      #expect(opened.shown("device") == "usb-KMC_Probe_0007-if00-port0")
      #expect(opened.shown("match") == "serial")
      #expect(opened.shown("path") == wire.node)
      try wire.awaitOpening()
      try wire.send(kmc1(temperature: 36_900, number: 1, milliseconds: 1000))
      #expect(try listener.next("sample").shown("infant") == "bed-1")

      let other = try Wire("b", in: scratch).plugIn()
      let removal = Adapter(wire: wire, serial: "0007", place: "1-1").properties("remove")
      wire.unplug()
      let lost = try listener.next { $0.type == "port" && $0.shown("link") == "detached" }
      #expect(lost.shown("flaps") == "1")
      #expect(try listener.next("alarm").shown("rule") == "port-lost")
      send("tty", removal)
      send("tty", Adapter(wire: other, serial: "0007", place: "1-2").properties("add"))
      let again = try listener.next { $0.type == "port" && $0.shown("link") == "open" }
      #expect(again.shown("path") == other.node)
      #expect(again.shown("port") == "a")
      #expect(try listener.next("alarm").shown("event") == "cleared")
      try other.awaitOpening()
      try other.send(kmc1(temperature: 36_800, number: 2, milliseconds: 2000))
      #expect(try listener.next("sample").shown("infant") == "bed-1")
    }
  }

  @Test("two that fit one section are refused, naming both, and neither is opened")
  func ambiguity() throws {
    try UeventNamespace.run { send in
      let scratch = try Scratch()
      let first = try Wire("a", in: scratch).plugIn()
      let second = try Wire("b", in: scratch).plugIn()
      // Holds the section back until both have been told.
      let daemon = try RunningDaemon(
        Self.section("x", "usb-none", infant: "bed-1"), in: scratch)
      defer { withExtendedLifetime(daemon) {} }
      // Who answers listens to udev by then.
      let listener = try daemon.subscribe("port")
      send("tty", Adapter(wire: first, serial: nil, place: "1-1").properties("add"))
      send("tty", Adapter(wire: second, serial: nil, place: "1-2").properties("add"))
      _ = try RunningDaemon.configure(
        Self.section("a", "usb-KMC_Probe-if00-port0", infant: "bed-1"), in: scratch)
      try daemon.send(.hangUp)
      let refused = try listener.next { $0.shown("link") == "ambiguous" }
      let detail = refused.shown("detail") ?? ""
      #expect(detail.contains(first.node) && detail.contains(second.node), "\(detail)")
      #expect(!first.isOpened && !second.isOpened)
      // By their places, each is its own.
      _ = try RunningDaemon.configure(
        Self.section("a", "pci-1-1-port0", infant: "bed-1")
          + Self.section("b", "pci-1-2-port0", infant: "bed-2"), in: scratch)
      try daemon.send(.hangUp)
      try first.awaitOpening()
      try second.awaitOpening()
      let ports = try daemon.connect().lines(upTo: "live").filter { $0.type == "port" }
      #expect(ports.map { $0.shown("match") } == ["path", "path"])
      #expect(ports.map { $0.shown("path") } == [first.node, second.node])
    }
  }

  @Test("one without a serial number that turns up elsewhere is not taken for the one that went")
  func moved() throws {
    try UeventNamespace.run { send in
      let scratch = try Scratch()
      let first = try Wire("a", in: scratch).plugIn()
      let second = try Wire("b", in: scratch).plugIn()
      let daemon = try RunningDaemon(
        Self.section("a", "usb-KMC_Probe-if00-port0", infant: "bed-1"), in: scratch)
      defer { withExtendedLifetime(daemon) {} }
      let listener = try daemon.subscribe("port")
      send("tty", Adapter(wire: first, serial: nil, place: "1-1").properties("add"))
      // Not within #expect: there, a closure would be taken for the next one in this function.
      let opened = try listener.next { $0.shown("link") == "open" }
      #expect(opened.shown("match") == "path")
      let removal = Adapter(wire: first, serial: nil, place: "1-1").properties("remove")
      first.unplug()
      send("tty", removal)
      send("tty", Adapter(wire: second, serial: nil, place: "1-2").properties("add"))
      let refused = try listener.next { $0.shown("link") == "ambiguous" }
      #expect(refused.shown("detail")?.contains("pci-1-1") == true)
      #expect(!second.isOpened)
    }
  }

  @Test("what no section and no tag claims is not opened; what a tag claims is, without a section")
  func tags() throws {
    try UeventNamespace.run { send in
      let scratch = try Scratch()
      let foreign = try Wire("a", in: scratch).plugIn()
      let ours = try Wire("b", in: scratch).plugIn()
      let daemon = try RunningDaemon("", in: scratch)
      defer { withExtendedLifetime(daemon) {} }
      let listener = try daemon.subscribe("port")
      send("tty", Adapter(wire: foreign, serial: "1", place: "1-1").properties("add"))
      send("tty", Adapter(wire: ours, serial: "2", place: "1-2", role: "probe").properties("add"))
      let opened = try listener.next { $0.shown("link") == "open" }
      #expect(opened.shown("path") == ours.node)
      #expect(opened.shown("infant") == "infant-1")
      try ours.awaitOpening()
      #expect(!foreign.isOpened)
    }
  }

  @Test("a port that is lost again and again is left alone for a while, and counted")
  func flapping() throws {
    let scratch = try Scratch()
    let wire = try Wire("a", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe a]\npath = \(wire.path)\nprotocol = kmc1\n", in: scratch)
    defer { withExtendedLifetime(daemon) {} }
    let listener = try daemon.subscribe("port")
    for loss in 1...4 {
      try wire.awaitOpening()
      wire.unplug()
      let line = try listener.next { $0.shown("flaps") == "\(loss)" }
      #expect(line.shown("link") == "detached")
      #expect(line.shown("detail")?.hasPrefix("unsteady") == (loss == 4))
      try wire.plugIn()
    }
    #expect(!wire.isOpened)
    try wire.awaitOpening()
  }
}
