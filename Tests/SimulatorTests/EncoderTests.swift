import Probes
import Testing

@testable import Simulator

/// What came over the wire, and what the protocol's decoder and the detector made of it.
private struct Exchange {
  var wire: [UInt8] = []
  var samples: [Sample] = []
  var counts = FrameCounts()
  var detected: String?

  /// Plays `times` calls of the encoder, with what was sensed at each.
  init(_ name: String, times: Int, _ vitals: (Int) -> Vitals) throws {
    var encoder = try #require(EncoderModel.named(name)).makeEncoder("unit-1")
    var decoder = try #require(ProbeModel.named(name)).makeDecoder()
    var detector = Detector()
    var batch = SampleBatch()
    for call in 0..<times {
      let time = Timestamp(nanoseconds: Int64(call) * encoder.period)
      var bytes: [UInt8] = []
      encoder.encode(vitals(call), at: time, into: &bytes)
      wire += bytes
      decoder.decode(bytes.span, port: 3, at: time, into: &batch)
      samples += batch.samples
      batch.removeAll()
      if call < 100 { detector.listen(to: bytes.span) }
    }
    counts = decoder.counts
    detected = detector.verdict?.name
  }

  var text: String { String(decoding: wire, as: UTF8.self) }

  func thousandths(_ quantity: Quantity, channel: UInt8 = 0) -> [Int] {
    samples.filter { $0.quantity == quantity && $0.channel == channel }.map { Int($0.thousandths) }
  }
}

private let oximeters = EncoderModel.all.filter(\.carriesHeart).map(\.name)
/// All but the warmer, whose decoder believes nothing yet.
private let thermometers = EncoderModel.all
  .filter { $0.carriesTemperature && $0.name != "giraffe-warmer" }.map(\.name)

private func heart(_ rate: Int, _ spo2: Int = 95, _ state: SensorState = .good) -> Vitals {
  Vitals(heart: .init(rate: rate, spo2: spo2, state: state))
}

private func temperatures(
  _ axilla: Int, _ foot: Int, _ state: SensorState = .good
) -> Vitals {
  Vitals(temperatures: [
    .init(site: .axilla, thousandths: axilla, state: state),
    .init(site: .foot, thousandths: foot, state: state),
    .init(site: .parentChest, thousandths: 35_500), .init(site: .ambient, thousandths: 24_500),
  ])
}

@Suite struct EncoderTests {
  @Test func `every protocol that is decoded is spoken, in the same order`() {
    // What a bus says depends on what it is asked.
    let models = ProbeModel.all.filter { !$0.isBus }
    #expect(EncoderModel.all.map(\.name) == models.map(\.name))
    for (encoder, probe) in zip(EncoderModel.all, models) {
      let hasHeart = !Set(probe.quantities).isDisjoint(with: [.heartRate, .pulseRate])
      #expect(encoder.carriesHeart == hasHeart, "\(probe.name)")
      if probe.quantities.contains(.temperature) { #expect(encoder.carriesTemperature) }
    }
  }

  @Test(arguments: oximeters)
  func `rates and saturations are decoded as they were sensed`(name: String) throws {
    // Contec's rate has eight bits, of which 255 is taken.
    let most = name.hasPrefix("contec") ? 254 : 300
    let rates = Array(60...230) + [254, 255, 256, 300].filter { $0 <= most }
    let exchange = try Exchange(name, times: rates.count) { heart(rates[$0], 70 + $0 % 31) }
    #expect(exchange.counts.rejected == 0)
    let quantity: Quantity = ["kmc1", "ansar-b"].contains(name) ? .heartRate : .pulseRate
    let perCall = exchange.thousandths(quantity).count / rates.count
    #expect(perCall >= 1)
    let all = rates.indices.flatMap { Array(repeating: $0, count: perCall) }
    #expect(exchange.thousandths(quantity) == all.map { rates[$0] * 1000 })
    #expect(exchange.thousandths(.spo2) == all.map { (70 + $0 % 31) * 1000 })
    #expect(
      exchange.samples.allSatisfy {
        $0.validity == .valid || $0.quantity == .respirationRate
          || $0.quantity == .temperature
      })
  }

  @Test(arguments: thermometers)
  func `temperatures from 34 to 39 degrees are decoded as they were sensed`(name: String) throws {
    let model = try #require(EncoderModel.named(name))
    let values = Array(stride(from: 34_000, through: 39_000, by: 10))
    let exchange = try Exchange(name, times: values.count) { temperatures(values[$0], 33_000) }
    #expect(exchange.counts.rejected == 0)
    let decimals = try #require(exchange.samples.first { $0.quantity == .temperature }).decimals
    let step = [1: 100, 2: 10, 3: 1][decimals] ?? 0
    let rounded = values.map { ($0 + step / 2) / step * step }
    let place = model.channels.firstIndex(of: .axilla)
    let found = exchange.samples.filter {
      guard $0.quantity == .temperature else { return false }
      return $0.site == .unknown ? $0.channel == (place ?? -1) + 1 : $0.site == .axilla
    }
    #expect(found.map { Int($0.thousandths) } == rounded)
    #expect(found.allSatisfy { $0.validity == .valid })
  }

  @Test(arguments: ["ansar-b", "giraffe-incubator", "isolette-c2000"])
  func `a second sensor is channel 2, and open where there is none`(name: String) throws {
    let both = try Exchange(name, times: 3) { _ in temperatures(36_600, 34_200) }
    #expect(both.thousandths(.temperature, channel: 2) == [34_200, 34_200, 34_200])
    let one = try Exchange(name, times: 3) { _ in
      Vitals(temperatures: [
        .init(site: .axilla, thousandths: 36_600), .init(site: .parentChest, thousandths: 35_000),
      ])
    }
    let second = one.samples.filter { $0.quantity == .temperature && $0.channel == 2 }
    #expect(second.map(\.validity) == [.invalid, .invalid, .invalid])
  }

  @Test(arguments: oximeters, [SensorState.off, .open, .short])
  func `an oximeter off its site or unplugged has no value`(
    name: String, state: SensorState
  ) throws {
    let exchange = try Exchange(name, times: 40) { heart(150, 96, $0 < 10 ? .good : state) }
    #expect(exchange.counts.rejected == 0)
    let encoder = try #require(EncoderModel.named(name)).makeEncoder("u")
    let since = Timestamp(nanoseconds: 10 * encoder.period)
    let late = exchange.samples.filter { $0.time >= since }
    #expect(late.contains { $0.quantity == .spo2 })
    #expect(late.allSatisfy { $0.validity == .invalid && $0.thousandths == 0 })
  }

  @Test(arguments: thermometers, [SensorState.off, .open, .short])
  func `a thermometer off its site or unplugged has no value`(
    name: String, state: SensorState
  ) throws {
    let exchange = try Exchange(name, times: 10) {
      temperatures(36_600, 34_200, $0 < 5 ? .good : state)
    }
    #expect(exchange.counts.rejected == 0)
    let period = try #require(EncoderModel.named(name)).makeEncoder("u").period
    for sample in exchange.samples where sample.time.nanoseconds >= 5 * period {
      let isInfants =
        sample.quantity == .temperature && sample.site != .parentChest
        && sample.site != .ambient && !(name == "temperx232" && sample.channel == 1)
      if isInfants { #expect(sample.validity == .invalid) }
    }
  }

  @Test(arguments: EncoderModel.all.map(\.name))
  func `an hour is decoded without a rejection`(name: String) throws {
    let period = try #require(EncoderModel.named(name)).makeEncoder("u").period
    let states = SensorState.allCases
    let exchange = try Exchange(name, times: Int(3_600_000_000_000 / period)) { call in
      let state = call % 50 < 40 ? SensorState.good : states[call / 50 % states.count]
      var vitals = temperatures(34_000 + call % 5000, 32_000 + call % 6000, state)
      vitals.heart = .init(
        rate: 60 + call % 171, spo2: 70 + call % 31, perfusion: call % 2000, state: state)
      return vitals
    }
    #expect(exchange.counts.rejected == 0)
    #expect(exchange.counts.lost == 0)
    #expect(exchange.counts.explained == exchange.wire.count)
    #expect(exchange.counts.run == exchange.counts.frames)
  }

  @Test(arguments: ProbeModel.all.filter { $0.detection != nil }.map(\.name))
  func `every probe that can be recognised is`(name: String) throws {
    for state in [SensorState.good, .off] {
      let exchange = try Exchange(name, times: 40) { call in
        // Papouch says nothing of a sensor that is off.
        var vitals = temperatures(36_600, 34_200, name == "papouch-tm" ? .good : state)
        vitals.heart = .init(rate: 120 + call, spo2: 97, state: state)
        return vitals
      }
      #expect(exchange.detected == name, "\(state)")
    }
  }
}

/// What units say that is no number.
@Suite struct EncoderStateTests {
  @Test(arguments: [
    ("masimo-ascii1", "SPO2=096% BPM=150 PI=01.20% ", "EXC=000824"),
    ("nellcor", "    96     150 ", "---    PS\r\n"),
  ])
  func `numbers are held in the line for ten seconds after the finger has gone`(
    name: String, numbers: String, status: String
  ) throws {
    let exchange = try Exchange(name, times: 20) { heart(150, 96, $0 == 0 ? .good : .off) }
    let period = try #require(EncoderModel.named(name)).makeEncoder("u").period
    let held = exchange.text.split(whereSeparator: \.isNewline).filter {
      $0.contains(numbers) && ($0 + "\r\n").contains(status)
    }
    #expect(held.count == Int(10_000_000_000 / period) - 1)
    #expect(exchange.text.contains("---"))
    #expect(exchange.samples.filter { $0.validity != .invalid }.allSatisfy { $0.time == .zero })
  }

  @Test func `Nonin's format 8 holds its numbers under the sensor alarm`() throws {
    let wire = try Exchange("nonin-df8", times: 12) { heart(150, 96, $0 == 0 ? .good : .off) }.wire
    #expect(Array(wire[0..<4]) == [0x81, 0x16, 96, 0])
    #expect(Array(wire[36..<40]) == [0x81, 0x16, 96, 0x08])
    #expect(Array(wire[40..<44]) == [0x83, 0x7F, 127, 0x08])
  }

  @Test(arguments: [("nonin-df2", 3), ("nonin-df7", 3)])
  func `Nonin's packets hold the display values only`(name: String, place: Int) throws {
    let wire = try Exchange(name, times: 40) { heart(150, 96, $0 == 0 ? .good : .off) }.wire
    func field(_ frame: Int, ofPacket packet: Int) -> UInt8 {
      wire[packet * 125 + (frame - 1) * 5 + place]
    }
    #expect((1...3).map { field($0, ofPacket: 1) } == [3, 0x7F, 127])
    #expect([20, 21, 9].map { field($0, ofPacket: 29) } == [1, 0x16, 96])
    #expect([20, 21, 9].map { field($0, ofPacket: 35) } == [3, 0x7F, 127])
  }

  @Test func `a Contec unit without a finger sends zeros and a probe error, as one did`() throws {
    let wire = try Exchange("contec-v7", times: 1) { _ in heart(150, 96, .off) }.wire
    #expect(Array(wire.prefix(9)) == [0x01, 0xE1, 0x84, 0xC0, 0x90, 0x80, 0x80, 0xFF, 0xFF])
  }

  @Test func `a Nellcor unit prints its header before every 25 lines`() throws {
    let text = try Exchange("nellcor", times: 60) { _ in heart(205, 80) }.text
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    let headers = lines.indices.filter { lines[$0].hasPrefix("N-560") }
    #expect(headers == [0, 28, 56])
    #expect(lines[3] == "01-Jan-26 00:00:00    80*    205*     40    SL PH")
  }

  @Test func `units with a clock show the time, and a wrong one once it was set wrong`() throws {
    for (name, before, after) in [
      ("masimo-ascii1", "01/01/26 00:00:00 ", "01/01/26 01:00:00 "),
      ("nellcor", "01-Jan-26 00:00:00 ", "01-Jan-26 01:00:00 "),
    ] {
      var encoder = try #require(EncoderModel.named(name)).makeEncoder("u")
      var bytes: [UInt8] = []
      encoder.encode(heart(150), at: .zero, into: &bytes)
      encoder.stepClock(milliseconds: 3_600_000)
      encoder.encode(heart(150), at: .zero, into: &bytes)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(before))
      #expect(text.contains(after))
    }
    var spot = NoninDF13Encoder()
    var bytes: [UInt8] = []
    spot.stepClock(milliseconds: 3_600_000)
    spot.encode(heart(256), at: Timestamp(seconds: 59), into: &bytes)
    #expect(Array(bytes[6..<14]) == [0x20, 0x26, 0x01, 0x01, 0x01, 0x00, 0x59, 0x00])
  }

  @Test func `thermometers print what their documents show`() throws {
    func text(_ name: String, _ vitals: Vitals) throws -> String {
      try Exchange(name, times: 1) { _ in vitals }.text
    }
    let warm = temperatures(36_640, 34_250)
    #expect(try text("papouch-tm", warm) == "+036.6C\r")
    #expect(try text("papouch-tm", temperatures(-12_340, 0)) == "-012.3C\r")
    #expect(try text("papouch-tm", temperatures(36_640, 0, .open)) == "")
    #expect(try text("tsm125", warm) == " 36.6\r\n")
    #expect(try text("tsm125", temperatures(36_640, 0, .short)) == "Err.3\r\n")
    #expect(
      try text("temperx232", warm)
        == "Temp-Inner:24.50 [C],40.00 [%RH]<Temp-Outer:36.64 [C]<\r\n")
    #expect(
      try text("temperx232", temperatures(-310, 0)).hasSuffix("Temp-Outer:-0.31 [C]<\r\n"))
    #expect(try text("giraffe-incubator", warm).hasPrefix("HYB_1.40,36.6,34.3,24.5,33.0,36.5,100,"))
    #expect(
      try text("giraffe-incubator", temperatures(36_640, 0, .open))
        .hasPrefix("HYB_1.40,OPEN,OPEN,24.5,"))
    #expect(try text("isolette-c2000", warm).hasPrefix("[B ISOLETTE 000000000000 365B 366 343 340"))
    let warmer = try Exchange("giraffe-warmer", times: 3) { _ in warm }
    #expect(warmer.counts.frames == 3)
    #expect(warmer.samples.isEmpty)
  }

  @Test(arguments: SensorState.allCases)
  func `a KMC1 unit says what is wrong with its sensors`(state: SensorState) throws {
    let exchange = try Exchange("kmc1", times: 2) { _ in
      Vitals(
        temperatures: [.init(site: .axilla, thousandths: 36_500, state: state)],
        heart: .init(rate: 150, state: state))
    }
    let flags: SampleFlags =
      switch state {
      case .good: []
      case .motion: .motion
      case .off: .off
      case .open: .open
      case .short: .short
      }
    #expect(exchange.samples.last?.flags == flags)
    for sample in exchange.samples {
      #expect((sample.validity != .invalid) == state.hasValue)
    }
  }

  @Test func `a KMC1 unit's counters wrap and its restart is seen as one`() throws {
    var encoder = KMC1Encoder(unit: "u", sequence: 65_530, milliseconds: 4_294_960_000)
    var decoder = try #require(ProbeModel.named("kmc1")).makeDecoder()
    var batch = SampleBatch()
    let vitals = Vitals(temperatures: [.init(site: .axilla, thousandths: 36_500, resolution: 10)])
    for second in 0..<20 {
      var bytes: [UInt8] = []
      let time = Timestamp(seconds: Int64(second))
      if second == 15 { encoder.restart(at: time) }
      encoder.encode(vitals, at: time, into: &bytes)
      decoder.decode(bytes.span, port: 0, at: time, into: &batch)
    }
    let counts = decoder.counts
    #expect(counts.rejected == 0)
    #expect(counts.lost == 0)
    #expect(counts.restarts == 1)
    #expect(batch.count == 20)
    #expect(batch.samples.allSatisfy { $0.thousandths == 36_500 && $0.decimals == 2 })
  }

  @Test func `a KMC1 unit sends all that it senses, and a hello every minute`() throws {
    let sites: [Site] = [.axilla, .foot, .parentChest, .ambient]
    let exchange = try Exchange("kmc1", times: 200) { second in
      Vitals(
        temperatures: sites.enumerated().map {
          .init(site: $1, thousandths: 36_000 + 7 * second + $0)
        },
        heart: .init(rate: 120 + second % 90, spo2: 96, perfusion: 105))
    }
    #expect(exchange.counts.lost == 0)
    #expect(exchange.counts.frames == 200 * 5 + 4)
    let perSecond = 4 + 3
    #expect(exchange.samples.count == 200 * perSecond)
    for second in stride(from: 0, to: 200, by: 13) {
      let those = exchange.samples[(second * perSecond)..<((second + 1) * perSecond)]
      for (place, sample) in those.prefix(4).enumerated() {
        #expect(sample.site == sites[place])
        #expect(sample.thousandths == Int32(36_000 + 7 * second + place))
      }
      let heart = those.suffix(3)
      #expect(heart.map(\.quantity) == [.heartRate, .spo2, .perfusionIndex])
      #expect(heart.map(\.thousandths) == [Int32(120 + second % 90) * 1000, 96_000, 1050])
    }
    // The first line says that the unit was switched on.
    #expect(exchange.samples.first?.flags == .restarted)
  }
}
