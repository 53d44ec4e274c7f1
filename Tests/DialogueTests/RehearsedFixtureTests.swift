import Captures
import LinuxIO
import Probes
import Programs
import Testing

/// Conversations of the emulated buses, as captures among the fixtures.
///
/// Their goldens hold what a replay makes of them; here, what the dialogues say is held against
/// them, byte for byte and nanosecond for nanosecond.
@Suite struct RehearsedFixtureTests {
  private static let sensors = [
    Sensor(rom: ROM("28-0000000fcb07")!, site: .axilla, offsetThousandths: -120),
    Sensor(rom: ROM("10-0008025b6d3e")!, site: .foot, offsetThousandths: 250),
  ]

  private var bus: EmulatedBus {
    EmulatedBus(
      zip(Self.sensors, [36.9, 33.4]).map { EmulatedThermometer($0.rom, celsius: $1) })
  }

  @Test func `ten minutes of a DS2480B, cooling`() throws {
    var rehearsal = Rehearsal(
      "onewire-ds2480b", EmulatedDS2480B(bus), sensors: Self.sensors)
    for _ in 0..<60 {
      rehearsal.run(seconds: 10)
      rehearsal.device.bus.thermometers[0].celsius -= 1.0 / 64
      rehearsal.device.bus.thermometers[1].celsius -= 1.0 / 32
    }
    try hold(rehearsal, "onewire-ds2480b")
  }

  @Test func `three minutes of a passive adapter, with every trouble`() throws {
    var rehearsal = Rehearsal("onewire-uart", EmulatedUART(bus), sensors: Self.sensors)
    rehearsal.run(seconds: 60)
    rehearsal.device.bus.isShorted = true
    rehearsal.run(seconds: 10)
    rehearsal.device.bus.isShorted = false
    rehearsal.run(seconds: 30)
    rehearsal.device.lost = 40
    rehearsal.device.bus.thermometers[0].spoiled = 2
    rehearsal.run(seconds: 20)
    // Unplugged, and back with the value of power-on.
    rehearsal.device.bus.thermometers[1].isPluggedIn = false
    rehearsal.run(seconds: 20)
    rehearsal.device.bus.thermometers[1] = EmulatedThermometer(
      Self.sensors[1].rom, celsius: 33.4)
    rehearsal.run(seconds: 40)
    try hold(rehearsal, "onewire-uart")
  }

  private func hold(_ rehearsal: Rehearsal<some EmulatedDevice>, _ name: String) throws {
    let found = capture(rehearsal, name)
    let path = Fixture.path("\(name).capture")
    if Environment.value("KANGAROO_RECORD_GOLDENS") != nil {
      try Files.write(found.span, to: path)
      Issue.record("recorded \(name).capture: a run that records is no test")
      return
    }
    let held = try Files.read(path, atMost: 1 << 26)
    #expect(!held.isEmpty)
    #expect(found == held)
  }

  private func capture(_ rehearsal: Rehearsal<some EmulatedDevice>, _ name: String) -> [UInt8] {
    var attributes = CaptureAttributes()
    attributes["device"] = "rehearsed-\(name)"
    attributes["protocol"] = name
    attributes["infant"] = "bed-3a"
    for sensor in Self.sensors {
      attributes["sensor-\(sensor.rom)"] = sensor.site.name
      attributes["offset-\(sensor.rom)"] = sensor.offsetThousandths < 0 ? "-0.12" : "0.25"
    }
    var text: [UInt8] = []
    var writer = CaptureWriter()
    writer.begin(recorded: WallTime(rfc3339: "2026-11-21T10:00:00.000Z")!, into: &text)
    writer.port(PortDeclaration(number: 0, attributes: attributes), into: &text)
    writer.attached(0, at: .zero, into: &text)
    for record in rehearsal.records {
      switch record {
      case .wrote(let bytes, let time): writer.written(bytes.span, to: 0, at: time, into: &text)
      case .read(let bytes, let time): writer.read(bytes.span, from: 0, at: time, into: &text)
      }
    }
    writer.passed(at: rehearsal.now, into: &text)
    return text
  }
}
