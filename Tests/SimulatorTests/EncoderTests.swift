import Probes
import Testing

@testable import Simulator

/// What the protocol's decoder makes of what its encoder sends, a second at a time.
private func samples(
  _ name: String, seconds: Int, _ vitals: (Int) -> Vitals
) throws -> (samples: [Sample], counts: FrameCounts) {
  var encoder = try #require(EncoderModel.named(name)).makeEncoder("unit-1")
  var decoder = try #require(ProbeModel.named(name)).makeDecoder()
  var all: [Sample] = []
  var batch = SampleBatch()
  var time = Timestamp.zero
  while time.seconds < Int64(seconds) {
    var bytes: [UInt8] = []
    encoder.encode(vitals(Int(time.seconds)), at: time, into: &bytes)
    decoder.decode(bytes.span, port: 3, at: time, into: &batch)
    all += batch.samples
    batch.removeAll()
    time = time.advanced(by: encoder.period)
  }
  return (all, decoder.counts)
}

@Suite struct EncoderTests {
  @Test func `a KMC1 unit's temperatures and heart are decoded as they were sensed`() throws {
    let sites: [Site] = [.axilla, .foot, .parentChest, .ambient]
    let (samples, counts) = try samples("kmc1", seconds: 200) { second in
      Vitals(
        temperatures: sites.enumerated().map {
          .init(site: $1, thousandths: 36_000 + 7 * second + $0)
        },
        heart: .init(rate: 120 + second % 90, spo2: 96, perfusion: 105))
    }
    #expect(counts.rejected == 0)
    #expect(counts.lost == 0)
    #expect(counts.frames == 200 * 5 + 4)
    // The line ends, which separate frames and are in none.
    #expect(counts.skipped == 2 * counts.frames)
    let perSecond = 4 + 3
    #expect(samples.count == 200 * perSecond)
    for second in stride(from: 0, to: 200, by: 13) {
      let those = samples[(second * perSecond)..<((second + 1) * perSecond)]
      for (place, sample) in those.prefix(4).enumerated() {
        #expect(sample.quantity == .temperature)
        #expect(sample.site == sites[place])
        #expect(sample.thousandths == Int32(36_000 + 7 * second + place))
        #expect(sample.decimals == 3)
        #expect(sample.validity == .valid)
      }
      let heart = those.suffix(3)
      #expect(heart.map(\.quantity) == [.heartRate, .spo2, .perfusionIndex])
      #expect(heart.map(\.thousandths) == [Int32(120 + second % 90) * 1000, 96_000, 1050])
    }
    // The first line says that the unit was switched on.
    #expect(samples.first?.flags == .restarted)
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

  @Test(arguments: SensorState.allCases)
  func `a KMC1 unit says what is wrong with its sensors`(state: SensorState) throws {
    let (samples, _) = try samples("kmc1", seconds: 2) { _ in
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
    let sound = state == .good || state == .motion
    #expect(samples.last?.flags == flags)
    for sample in samples {
      #expect((sample.validity == .invalid) == !sound)
    }
  }

  @Test(arguments: ["nonin-df2", "nonin-df7", "nonin-df8", "contec-5byte"])
  func `an oximeter's numbers are decoded as they were sensed`(name: String) throws {
    let (samples, counts) = try samples(name, seconds: 200) { second in
      Vitals(heart: .init(rate: 40 + second, spo2: 80 + second % 21))
    }
    #expect(counts.rejected == 0)
    #expect(counts.skipped == 0)
    let rates = samples.filter { $0.quantity == .pulseRate }
    let saturations = samples.filter { $0.quantity == .spo2 }
    #expect(rates.count >= 200)
    #expect(rates.count == saturations.count)
    for (rate, saturation) in zip(rates, saturations) {
      let second = Int32(rate.time.seconds)
      #expect(rate.thousandths == (40 + second) * 1000)
      #expect(saturation.thousandths == (80 + second % 21) * 1000)
      #expect(rate.validity == .valid)
    }
  }

  @Test(arguments: ["nonin-df2", "nonin-df7", "nonin-df8", "contec-5byte"])
  func `an oximeter off its site or unplugged has no value`(name: String) throws {
    for state in [SensorState.off, .open, .short] {
      let (samples, counts) = try samples(name, seconds: 3) { _ in
        Vitals(heart: .init(rate: 150, state: state))
      }
      #expect(counts.rejected == 0)
      #expect(!samples.isEmpty)
      #expect(samples.allSatisfy { $0.validity == .invalid && !$0.flags.isEmpty })
    }
  }

  @Test func `every encoder has its decoder`() {
    for model in EncoderModel.all {
      #expect(ProbeModel.named(model.name) != nil, "\(model.name)")
    }
  }
}
