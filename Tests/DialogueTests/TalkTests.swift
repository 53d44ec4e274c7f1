import EventStream
import LinuxIO
import Probes
import Programs
import Testing

private let a = ROM("28-0000000fcb07")!
private let b = ROM("28-00000010e3e3")!
private let c = ROM("10-0008025b6d3e")!

/// The daemon itself, talking on a real terminal to an emulated device.
@Suite(.serialized) struct TalkTests {
  private let sites = """
    sensor-28-0000000fcb07 = axilla
    sensor-28-00000010e3e3 = foot
    offset-28-0000000fcb07 = -0.12
    """

  private var bus: EmulatedBus {
    EmulatedBus([
      EmulatedThermometer(c, celsius: 20), EmulatedThermometer(a, celsius: 36.625),
      EmulatedThermometer(b, celsius: 33.5),
    ])
  }

  private func section(_ port: EmulatedPort<some EmulatedDevice>, _ name: String, _ more: String)
    -> String
  {
    "[probe bus]\npath = \(port.path)\nprotocol = \(name)\nwrite = yes\n\(more)\n"
  }

  /// What a sample line says, but for its number and time.
  private func said(_ line: JSON) -> String {
    ["port", "site", "quantity", "channel", "value", "validity"]
      .map { line.shown($0) ?? "-" }.joined(separator: " ")
  }

  /// Samples are said live as a replay of the recording says them.
  private func agree(
    _ name: String, _ device: sending some EmulatedDevice & Sendable, _ more: String,
    expecting expected: Set<String>
  ) throws {
    let scratch = try Scratch()
    let port = EmulatedPort(device, in: scratch)
    defer { port.unplug() }
    let daemon = try RunningDaemon(section(port, name, more), in: scratch)
    let samples = try daemon.subscribe("sample", "port")
    let capture = scratch.path("talk.capture")
    var recorder = try ChildProcess(
      path: Program.kangaroo.path,
      arguments: ["record", "-o", capture, "--socket", daemon.socket], output: .discarded,
      error: .file(scratch.path("recorder")))
    _ = try awaited("a recording") {
      (try? scratch.read("talk.capture"))?.contains("#port 0") == true ? true : nil
    }
    try port.plugIn()
    var live: [String] = []
    while live.count < 6 * expected.count {
      let line = try samples.next()
      if line.type == "sample" { live.append(said(line)) }
    }
    #expect(Set(live) == expected)
    // The recorder is not told of samples: it is behind for a moment.
    let replayed = try awaited("a recording of it all") { () -> [String]? in
      let replay = try Program.kangaroo.run("replay", capture, "--types", "sample")
      try #require(replay.code == 0, "\(replay.errors)")
      return replay.lines.count >= live.count ? replay.lines : nil
    }
    #expect(try replayed.prefix(live.count).map { said(try JSON(parsing: $0)) } == live)
    #expect(try scratch.read("talk.capture").contains(" 0 > "))
    try recorder.send(.terminate)
    _ = try awaited("the recorder's end") { try recorder.poll() }
  }

  @Test func `thermometers on a passive adapter`() throws {
    try agree(
      "onewire-uart", EmulatedUART(bus), sites,
      expecting: [
        "bus foot temperature 2 33.500 valid", "bus axilla temperature 1 36.505 valid",
      ])
  }

  @Test func `thermometers on a DS2480B, found by searching`() throws {
    try agree(
      "onewire-ds2480b", EmulatedDS2480B(bus), "channel-2 = axilla\nchannel-3 = foot",
      expecting: [
        "bus - temperature 1 20.000 valid", "bus axilla temperature 2 36.625 valid",
        "bus foot temperature 3 33.500 valid",
      ])
  }

  @Test func `a shorted bus is told in words, and its mending`() throws {
    let scratch = try Scratch()
    let port = EmulatedPort(EmulatedUART(bus), in: scratch)
    defer { port.unplug() }
    try port.plugIn()
    let daemon = try RunningDaemon(section(port, "onewire-uart", sites), in: scratch)
    let lines = try daemon.subscribe("port", "sample")
    try lines.next("sample")
    port.with { $0.bus.isShorted = true }
    try lines.next { $0.shown("detail") == "the bus is shorted" }
    port.with { $0.bus.isShorted = false }
    try lines.next("sample")
    try lines.next { $0.type == "port" && $0.shown("detail") == nil }
  }

  @Test func `a Contec is kept alive, and stopped when the daemon ends`() throws {
    let scratch = try Scratch()
    var device = EmulatedContec()
    device.attention = 8_000_000_000
    let port = EmulatedPort(device, in: scratch)
    defer { port.unplug() }
    try port.plugIn()
    let daemon = try RunningDaemon(section(port, "contec-v7", "site = foot"), in: scratch)
    let lines = try daemon.subscribe("sample")
    // Longer than it streams by itself.
    let end = BootClock.now + 11_000_000_000
    while BootClock.now < end {
      let line = try lines.next("sample")
      if line.shown("quantity") == "pulse-rate" { #expect(line.shown("value") == "150") }
    }
    #expect(port.with { $0.commands } == [0xA1, 0xAF, 0xAF])
    try daemon.send(.terminate)
    _ = try daemon.end()
    _ = try awaited("its stop") {
      port.with { $0.commands.suffix(2) == [0xA7, 0xA2] } ? true : nil
    }
  }

  @Test func `a TEMPerX232 is asked again and again`() throws {
    try agree(
      "temperx232", EmulatedTEMPer(), "channel-2 = axilla",
      expecting: [
        "bus - temperature 1 30.53 valid", "bus - humidity 1 39.92 valid",
        "bus axilla temperature 2 36.71 valid",
      ])
  }

  @Test func `nothing is written to who speaks unasked, leave or not`() throws {
    struct Listener: EmulatedDevice {
      var isTalkedTo = false
      var next: Int64 = 0
      var number = 0
      mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] {
        isTalkedTo = true
        return []
      }
      mutating func speak(at now: Int64) -> [UInt8] {
        guard now >= next else { return [] }
        next = now + 200_000_000
        number += 1
        return Array(
          kmc1(temperature: 36_500, number: number, milliseconds: number * 200).utf8)
      }
    }
    let scratch = try Scratch()
    let port = EmulatedPort(Listener(), in: scratch)
    defer { port.unplug() }
    try port.plugIn()
    let daemon = try RunningDaemon(section(port, "kmc1", "site = axilla"), in: scratch)
    let lines = try daemon.subscribe("sample")
    for _ in 0..<5 { try lines.next("sample") }
    #expect(port.with { !$0.isTalkedTo })
  }
}
