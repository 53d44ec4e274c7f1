import EventStream
import LinuxIO
import Probes
import Programs
import Simulator
import Testing

/// What one probe of that model says, frame after frame.
private struct Speech {
  private var encoder: any ProbeEncoder
  private var time = Timestamp.zero

  init(_ name: String) throws {
    encoder = try #require(EncoderModel.named(name)).makeEncoder("test")
  }

  mutating func next() -> [UInt8] {
    var bytes: [UInt8] = []
    let vitals = Vitals(
      temperatures: [Vitals.Temperature(site: .axilla, thousandths: 36_700)],
      heart: Vitals.Heart(rate: 148))
    encoder.encode(vitals, at: time, into: &bytes)
    time = time.advanced(by: encoder.period)
    return bytes
  }
}

@Suite("A port whose probe is not named")
struct DetectionTests {
  /// Speaks until the daemon's port line shows what is awaited.
  private func speak(
    _ name: String, on wire: Wire, until isMeant: (JSON) -> Bool, _ subscriber: Connection
  ) throws -> JSON {
    var speech = try Speech(name)
    return try awaited("the port of a \(name)") { () -> JSON? in
      try wire.send(speech.next())
      while let line = subscriber.nextLineIfAny() {
        let json = try JSON(parsing: line)
        if json.type == "port", isMeant(json) { return json }
      }
      return nil
    }
  }

  @Test("is listened to until one kind of probe explains what comes, and says why")
  func recognised() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon("[probe any]\npath = \(wire.path)\n", in: scratch)
    let subscriber = try daemon.subscribe("port", "sample")
    try wire.awaitOpening()
    let port = try speak(
      "nonin-df2", on: wire, until: { $0.shown("protocol") == "nonin-df2" },
      subscriber)
    #expect(port.shown("detail")?.hasPrefix("nonin-df2 recognised at 9600-8n1: 2 in a row") == true)
    #expect(port.shown("line") == "9600-8n1")
    var speech = try Speech("nonin-df2")
    for _ in 0..<3 { try wire.send(speech.next()) }
    let sample = try subscriber.next("sample")
    #expect(sample.shown("quantity") == "pulse-rate")
    #expect(sample.shown("value") == "148")
  }

  @Test("notices when another kind of probe is there")
  func exchanged() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe any]\npath = \(wire.path)\n", clock: "fast 30", in: scratch)
    let subscriber = try daemon.subscribe("port")
    try wire.awaitOpening()
    _ = try speak("kmc1", on: wire, until: { $0.shown("protocol") == "kmc1" }, subscriber)
    let doubt = try speak(
      "nonin-df2", on: wire, until: { $0.shown("detail")?.contains("no longer") == true },
      subscriber)
    #expect(doubt.shown("protocol") == "auto")
    let port = try speak(
      "nonin-df2", on: wire, until: { $0.shown("protocol") == "nonin-df2" }, subscriber)
    #expect(port.shown("detail")?.contains("recognised") == true)
  }

  @Test("stays unknown where only noise comes, at one line setting after the other")
  func unknown() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe any]\npath = \(wire.path)\n", clock: "fast 100", in: scratch)
    let subscriber = try daemon.subscribe("port", "sample")
    try wire.awaitOpening()
    var noise: UInt32 = 1
    var settings: Set<String> = []
    _ = try awaited("five line settings") { () -> Bool? in
      try wire.send(
        (0..<32).map { _ in
          noise = noise &* 1_664_525 &+ 1_013_904_223
          return 0x20 + UInt8(noise >> 24) % 0x5F
        })
      while let line = subscriber.nextLineIfAny() {
        let json = try JSON(parsing: line)
        #expect(json.type == "port")
        if let line = json.shown("line"), json.shown("detail")?.contains("listening") == true {
          settings.insert(line)
        }
      }
      return settings.count >= Detector.round.count ? true : nil
    }
    #expect(settings == Set(Detector.round.map(\.line.text)))
  }
}
