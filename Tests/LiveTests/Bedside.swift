import EventStream
import LinuxIO
import Probes
import Programs

/// A running daemon with a probe or two, whose clock the test drives.
final class Bedside {
  let scratch: Scratch
  private(set) var daemon: RunningDaemon
  private let sections: String
  let wires: [Wire]
  private let clock: FileDescriptor
  private var control: Connection
  /// Hears what the daemon has read.
  private var ear: Connection?
  private var number = 0
  private(set) var second = 0

  var wire: Wire { wires[0] }

  /// One probe for each infant, named `probe-1` …, plugged in and open when this returns.
  init(infants: [String] = ["bed-1"], protocolName: String = "kmc1") throws {
    let scratch = try Scratch()
    let clock = try scratch.pipe("clock")
    var wires: [Wire] = []
    var sections = ""
    for (place, infant) in infants.enumerated() {
      let wire = try Wire("port-\(place + 1)", in: scratch).plugIn()
      wires.append(wire)
      sections += """
        [infant \(infant)]
        [probe probe-\(place + 1)]
        path = \(wire.path)
        protocol = \(protocolName)
        infant = \(infant)
        site = axilla

        """
    }
    self.scratch = scratch
    self.sections = sections
    self.wires = wires
    self.clock = clock
    daemon = try RunningDaemon(sections, clock: "driven \(scratch.path("clock"))", in: scratch)
    control = try daemon.control()
    for wire in wires { try wire.awaitOpening() }
    try tell(1)
    try awaitClock()
  }

  /// Kills the daemon, and starts it again after `meanwhile`.
  func restart(_ meanwhile: () throws -> Void = {}) throws {
    try awaitClock()
    _ = try awaited("a daemon that has kept what it was told") { () -> Bool? in
      try control.ask("{\"status\":true}")["storage_behind"]?.integer == 0 ? true : nil
    }
    try daemon.send(.kill)
    _ = try daemon.end()
    try meanwhile()
    daemon = try RunningDaemon(sections, clock: "driven \(scratch.path("clock"))", in: scratch)
    control = try daemon.control()
    ear = nil
    for wire in wires where wire.isPluggedIn { try wire.awaitOpening() }
  }

  /// Tells the daemon the time, in seconds.
  func tell(_ second: Int) throws {
    self.second = second
    let line = Array("\(second)\n".utf8)
    try clock.writeAll(line.span)
  }

  /// A second passes.
  func tick() throws { try tell(second + 1) }

  /// A second passes in which a probe tells a temperature, in thousandths of a degree.
  func tick(_ thousandths: Int, probe: Int = 0) throws {
    try tick()
    number += 1
    try send(
      kmc1(temperature: thousandths, number: number, milliseconds: second * 1000), probe: probe)
  }

  func send(_ text: String, probe: Int = 0) throws { try send(Array(text.utf8), probe: probe) }

  /// Sends bytes, and waits until they have been read: at the time that was told last.
  func send(_ bytes: [UInt8], probe: Int = 0) throws {
    let ear = try ear ?? daemon.subscribe("wire")
    self.ear = ear
    try wires[probe].send(bytes)
    var read = 0
    while read < bytes.count { read += (try ear.next()["read"]?.text?.utf8.count ?? 0) / 2 }
  }

  /// Waits until the daemon's judgement is as late as it was told, and what that led to was sent.
  func awaitClock() throws {
    _ = try awaited("the daemon's clock at \(second) s") { () -> Bool? in
      let answer = try control.ask("{\"status\":true}")
      return (answer["t"]?.thousandths ?? 0) >= second * 1000 ? true : nil
    }
  }

  /// Gives an order on the control socket; its answer.
  func order(_ line: String) throws -> JSON { try control.ask(line) }
}
