import Captures
import Probes
import Testing

@testable import Simulator

/// A simulated capture, and what reading and decoding it gave.
struct Recording {
  var text: [UInt8] = []
  var records: [CaptureRecord] = []
  var commands: [String] = []
  var samples: [Sample] = []
  var counts: [PortIndex: FrameCounts] = [:]

  init(_ name: String, _ change: (inout Simulation.Options) -> Void = { _ in }) throws {
    var options = Simulation.Options(scenario: try #require(Scenario.named(name)))
    change(&options)
    var simulation = try Simulation(options)
    while simulation.next(into: &text) {}
    var reader = CaptureReader()
    var decoders: [PortIndex: any Decoder] = [:]
    var batch = SampleBatch()
    var recording = self
    try reader.feed(text.span) { (record, bytes) throws(CaptureError) in
      recording.records.append(record)
      switch record.kind {
      case .port(let port):
        decoders[port.number] = ProbeModel.named(port.attributes["protocol"]!)!.makeDecoder()
      case .read(let port):
        decoders[port]!.decode(bytes, port: port, at: record.time, into: &batch)
        recording.samples += batch.samples
        batch.removeAll()
      case .command:
        recording.commands.append(
          String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self))
      default: break
      }
    }
    self = recording
    #expect(try reader.finish() == nil)
    counts = decoders.mapValues(\.counts)
  }

  /// Valid axillary temperatures of a port from one minute to another, °C.
  func temperatures(_ minutes: Range<Double>, port: PortIndex = 0) -> [Double] {
    samples.filter {
      $0.port == port && $0.quantity == .temperature && $0.site == .axilla
        && $0.validity == .valid
        && minutes.contains(Double($0.time.nanoseconds) / 60e9)
    }.map { Double($0.thousandths) / 1000 }
  }

  func median(_ minutes: Range<Double>, port: PortIndex = 0) -> Double {
    let values = temperatures(minutes, port: port).sorted()
    return values.isEmpty ? 0 : values[values.count / 2]
  }
}

@Suite struct SimulationTests {
  @Test(arguments: Scenario.all.map(\.name))
  func `every scenario is a sound capture whose bytes decode`(name: String) throws {
    let recording = try Recording(name) { $0.hours = 1.1 }
    #expect(recording.records.last?.kind == .passed)
    #expect(recording.records.last?.time == Timestamp(seconds: 3960))
    for counts in recording.counts.values {
      #expect(counts.rejected == 0)
      #expect(counts.lost == 0)
    }
    let temperatures = recording.temperatures(5..<58)
    #expect(temperatures.count > 3100)
    #expect(temperatures.allSatisfy { (34.0...39.0).contains($0) })
    let rates = recording.samples.filter { $0.quantity == .heartRate && $0.time.seconds < 3500 }
    #expect(rates.allSatisfy { (55_000...200_000).contains($0.thousandths) })
  }

  @Test func `names are unique and every story outlasts its onset`() {
    #expect(Set(Scenario.all.map(\.name)).count == Scenario.all.count)
    for scenario in Scenario.all {
      let onset = scenario.onset?.seconds ?? 0
      #expect(Double(onset) + 900 <= scenario.hours * 3600, "\(scenario.name)")
      #expect(scenario.title.utf8.count < 100)
    }
  }

  @Test func `the same seed gives the same bytes, another seed others`() throws {
    let first = try Recording("transfer") { $0.hours = 0.2 }
    #expect(try Recording("transfer") { $0.hours = 0.2 }.text == first.text)
    let other = try Recording("transfer") {
      $0.hours = 0.2
      $0.seed = 2
    }
    #expect(other.text != first.text)
  }

  /// Guards against a difference between machines as much as against change.
  @Test func `the first hour of twins has the bytes that it always had`() throws {
    let text = try Recording("twins") { $0.hours = 1 }.text
    // FNV-1a, 64 bits.
    let hash = text.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    #expect(hash == 5_038_249_656_915_946_576)
  }

  @Test func `a second unit carries the heart where one is asked for`() throws {
    for name in ["nonin-df2", "nonin-df7", "nonin-df8", "contec-5byte"] {
      let recording = try Recording("steady") {
        $0.hours = 0.05
        $0.heartProtocol = name
      }
      let ports = recording.records.compactMap { record in
        if case .port(let port) = record.kind { port } else { nil as PortDeclaration? }
      }
      #expect(ports.map { $0.attributes["protocol"] } == ["kmc1", name])
      #expect(ports[1].attributes["device"] == "sim-\(name)-bed-1")
      #expect(!recording.samples.contains { $0.port == 0 && $0.quantity == .heartRate })
      let rates = recording.samples.filter { $0.port == 1 && $0.quantity == .pulseRate }
      #expect(rates.count >= 178)
    }
  }

  @Test(arguments: EncoderModel.all.map(\.name))
  func `any probe can be the only one`(name: String) throws {
    var options = Simulation.Options(scenario: try #require(Scenario.named("steady")))
    try options.useOnly(probe: name)
    let recording = try Recording("steady") {
      $0 = options
      $0.hours = 0.1
    }
    let ports = recording.records.compactMap { record in
      if case .port(let port) = record.kind { port } else { nil as PortDeclaration? }
    }
    #expect(ports.map { $0.attributes["protocol"] } == [name])
    #expect(ports[0].attributes["line"] == ProbeModel.named(name)?.line.text)
    let model = try #require(EncoderModel.named(name))
    #expect(ports[0].attributes["site"] == (model.carriesTemperature ? "axilla" : "foot"))
    let counts = try #require(recording.counts[0])
    #expect(counts.frames > 0)
    #expect(counts.rejected == 0)
    let quantities = Set(recording.samples.map(\.quantity))
    #expect(quantities.contains(.spo2) == model.carriesHeart)
  }

  @Test func `64 infants speak on 64 ports, each with chance of its own`() throws {
    let recording = try Recording("steady") {
      $0.hours = 0.05
      $0.copies = 64
    }
    #expect(recording.counts.count == 64)
    let medians = (0..<64).map { recording.median(0..<3, port: PortIndex($0)) }
    #expect(Set(medians).count > 32)
    let infants = recording.records.compactMap { record in
      if case .infant(let infant) = record.kind { infant.name } else { nil as String? }
    }
    #expect(infants == (1...64).map { "bed-\($0)" })
  }

  @Test func `wrong options are refused in a sentence`() throws {
    var options = Simulation.Options(scenario: try #require(Scenario.named("steady")))
    options.temperatureProtocol = "nonin-df8"
    #expect(throws: SimulationError.self) { try Simulation(options) }
    options.temperatureProtocol = "kmc1"
    options.heartProtocol = "telepathy"
    #expect(throws: SimulationError.self) { try Simulation(options) }
    options.heartProtocol = nil
    options.hours = -1
    #expect(throws: SimulationError.self) { try Simulation(options) }
    options.hours = nil
    options.copies = 0
    #expect(throws: SimulationError.self) { try Simulation(options) }
    options.copies = 1
    options.temperatureProtocol = nil
    #expect(throws: SimulationError.self) { try Simulation(options) }
    #expect(throws: SimulationError.self) { try options.useOnly(probe: "telepathy") }
  }
}

@Suite struct StoryTests {
  @Test func `cooling goes at the rate that it is said to go`() throws {
    let recording = try Recording("s5")
    #expect(abs(recording.median(55..<60) - 37.1) < 0.3)
    #expect(abs(recording.median(85..<95) - 36.1) < 0.3)
  }

  @Test func `a probe falls into the clothing and comes back`() throws {
    let recording = try Recording("probe-into-clothing")
    #expect(recording.median(55..<60) > 36.4)
    #expect(abs(recording.median(61.4..<61.6) - 33.1) < 0.5)
    #expect(abs(recording.median(70..<80) - 31) < 0.1)
    #expect(recording.median(85..<90) > 36.4)
  }

  @Test func `a fault has no value, and an unplugged unit no bytes`() throws {
    let fault = try Recording("probe-fault")
    #expect(fault.temperatures(60.1..<79.9).isEmpty)
    #expect(fault.samples.contains { $0.flags.contains(.open) })
    let gap = try Recording("s19")
    let silent = Timestamp(seconds: 3601)..<Timestamp(seconds: 6000)
    #expect(!gap.records.contains { $0.kind == .read(0) && silent.contains($0.time) })
    #expect(gap.records.contains { $0.kind == .detached(0) && $0.time.seconds == 3600 })
    #expect(gap.records.contains { $0.kind == .attached(0) && $0.time.seconds == 6000 })
    #expect(gap.records.contains { $0.kind == .passed && silent.contains($0.time) })
    #expect(gap.counts[0]?.restarts == 1)
  }

  @Test func `twins' probes are swapped`() throws {
    let recording = try Recording("s17")
    #expect(recording.median(50..<60) - recording.median(50..<60, port: 1) > 0.2)
    #expect(recording.median(70..<80, port: 1) - recording.median(70..<80) > 0.2)
  }

  @Test func `a heart's sensor off its site has no rate`() throws {
    let recording = try Recording("heart-probe-off")
    let rates = recording.samples.filter { $0.quantity == .heartRate }
    for sample in rates where sample.time.seconds > 60 {
      let off = (3600..<4200).contains(sample.time.seconds)
      #expect(sample.validity == (off ? .invalid : .valid))
      #expect(sample.flags == (off ? .off : []))
    }
  }

  @Test func `an undressed infant cools and rewarms skin-to-skin`() throws {
    let transfer = try Recording("transfer")
    let dip = transfer.median(59..<60) - transfer.median(64.5..<65.5)
    #expect((0.3...1.2).contains(dip))
    let session = try Recording("session")
    #expect((36.0...36.6).contains(session.median(30..<60)))
    #expect((0.2...1.1).contains(session.median(115..<120) - session.median(50..<60)))
  }

  @Test func `marks, spot checks and clock steps are in the capture`() throws {
    #expect(
      try Recording("s8-marked").commands
        == [#"{"mark":"transfer","infant":"bed-1","by":"rn-4"}"#])
    #expect(
      try Recording("s34").commands
        == [#"{"spot_check":37.6,"site":"axilla","infant":"bed-1","by":"rn-4"}"#])
    let clocks = try Recording("s20") { $0.copies = 2 }
    let steps = clocks.records.compactMap { record in
      if case .clockStep(let step) = record.kind { step } else { nil as Int64? }
    }
    #expect(steps == [3_600_000_000_000, -3_600_000_000_000])
    #expect(clocks.counts[0]?.restarts == 0)
  }

  @Test func `a stuck sensor repeats one value, a loose one jumps`() throws {
    #expect(Set(try Recording("s15").temperatures(61..<119)).count == 1)
    let loose = try Recording("s16").temperatures(65..<119)
    #expect((loose.max() ?? 0) - (loose.min() ?? 0) > 0.9)
    let coarse = try Recording("s33").temperatures(0..<100)
    #expect(coarse.allSatisfy { abs($0 * 10 - ($0 * 10).rounded()) < 1e-6 })
  }

  @Test func `hearts do as they are told`() throws {
    func rates(_ name: String, _ seconds: Range<Int64>) throws -> [Int32] {
      try Recording(name).samples.filter {
        $0.quantity == .heartRate && seconds.contains($0.time.seconds)
      }.map { $0.thousandths / 1000 }
    }
    #expect(try rates("s22", 3600..<3620) == Array(repeating: 62, count: 20))
    #expect(try rates("s22", 3620..<3700).allSatisfy { $0 > 100 })
    #expect(try rates("tachycardia", 3700..<4100).allSatisfy { $0 > 190 })
    #expect(try rates("s21", 3600..<5400).filter { $0 == 60 }.count == 240)
    #expect(try rates("s23", 5700..<6000).allSatisfy { (88...112).contains($0) })
  }
}
