import Testing

@testable import Probes

private let millisecond: Int64 = 1_000_000

@Suite struct DeviceClockTests {
  /// Lines a second apart by the device, each so many milliseconds late.
  private func clock(
    late delays: [Int64], from start: UInt32 = 5_000, partsPerMillion: Int64 = 0
  ) -> DeviceClock {
    var clock = DeviceClock()
    for (place, delay) in delays.enumerated() {
      let passed = Int64(place) * 1_000_000_000
      let arrival = passed + passed / 1_000_000 * partsPerMillion + delay * millisecond
      clock.take(
        milliseconds: start &+ UInt32(place) &* 1000, at: Timestamp(nanoseconds: arrival))
    }
    return clock
  }

  @Test func `nothing is said before a line has come`() {
    #expect(DeviceClock().statistics == nil)
    #expect(decode("kmc1", "").counts.frames == 0)
    #expect(ProbeModel.named("kmc1")?.makeDecoder().arrivals == nil)
    #expect(ProbeModel.named("papouch-tm")?.makeDecoder().arrivals == nil)
  }

  @Test func `jitter is what a line has beyond the quickest`() {
    let statistics = clock(late: [3, 5, 3, 9, 4]).statistics
    // The allowance for drift is 0.2 ms a second.
    let found = statistics?.jitterMicroseconds ?? 0
    #expect((500...1000).contains(found))
    #expect((5_000...6_000).contains(statistics?.greatestJitterMicroseconds ?? 0))
    #expect(statistics?.lines == 5)
    #expect(statistics?.heldUp == 0)
  }

  @Test func `only the last 64 lines count`() {
    let delays = [Int64](repeating: 90, count: 40) + [Int64](repeating: 2, count: 64)
    let statistics = clock(late: delays).statistics
    #expect(statistics?.lines == 64)
    #expect(statistics?.greatestJitterMicroseconds == 0)
  }

  @Test func `a line that no wire explains is counted as held up`() {
    var delays = [Int64](repeating: 2, count: 30)
    delays[10] = 152
    delays[20] = 160
    delays[25] = 2_500
    let statistics = clock(late: delays).statistics
    #expect(statistics?.heldUp == 2)
    #expect((2_490_000...2_498_000).contains(statistics?.greatestJitterMicroseconds ?? 0))
  }

  @Test(arguments: [-150, -50, 50, 150] as [Int64])
  func `a quartz that is off by its tolerance is not jitter`(partsPerMillion: Int64) {
    let delays = (0..<4000).map { Int64($0 % 2) }
    let statistics = clock(late: delays, partsPerMillion: partsPerMillion).statistics
    #expect((statistics?.greatestJitterMicroseconds ?? 0) <= 1_600)
    #expect(statistics?.heldUp == 0)
  }

  @Test func `a slow resonator shows as little more jitter, not as ever more`() {
    let statistics = clock(late: [Int64](repeating: 1, count: 20_000), partsPerMillion: 5000)
      .statistics
    // 5 ms a second, less the allowance, over a window of 128 lines at most.
    #expect((statistics?.greatestJitterMicroseconds ?? 0) <= 128 * 4_800)
  }

  @Test func `the 32 bits of milliseconds wrap without a trace`() {
    let delays = (0..<30).map { Int64($0 % 3) }
    let wrapped = clock(late: delays, from: 4_294_960_000).statistics
    #expect(wrapped == clock(late: delays).statistics)
  }

  @Test func `a restart and a clock that stood still begin anew`() {
    var clock = clock(late: [1, 1, 1, 1])
    clock.take(milliseconds: 100, at: Timestamp(seconds: 60))
    clock.take(milliseconds: 1100, at: Timestamp(seconds: 61))
    #expect(clock.statistics?.greatestJitterMicroseconds == 0)
    // An hour asleep, while its milliseconds did not count.
    clock.take(milliseconds: 1200, at: Timestamp(seconds: 3661))
    clock.take(milliseconds: 2200, at: Timestamp(seconds: 3662))
    #expect(clock.statistics?.greatestJitterMicroseconds == 0)
    #expect(clock.statistics?.heldUp == 0)
    #expect(clock.statistics?.lines == 8)
  }

  @Test func `no times and no milliseconds trap`() {
    var clock = DeviceClock()
    let far: [Int64] = [0, .max / 2, -5, 1, .max / 4, 0]
    for milliseconds in [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32] {
      for time in far { clock.take(milliseconds: milliseconds, at: Timestamp(nanoseconds: time)) }
    }
    #expect(clock.statistics?.lines == 30)
  }
}

/// The device's clock in KMC1's lines.
@Suite struct KMC1ClockTests {
  /// Feeds lines with the probe's milliseconds and their time of arrival in milliseconds.
  private func feed(_ lines: [(milliseconds: UInt32, arrival: Int64)]) -> (
    samples: [Sample], counts: FrameCounts, arrivals: ArrivalStatistics?
  ) {
    var decoder = ProbeModel.named("kmc1")!.makeDecoder()
    var batch = SampleBatch()
    for (place, line) in lines.enumerated() {
      let bytes = Array(
        Encode.kmc1("KMTMP,\(place),\(line.milliseconds),AXI,36.50,0000,").utf8)
      let time = Timestamp(nanoseconds: line.arrival * millisecond)
      decoder.decode(bytes.span, port: 0, at: time, into: &batch)
    }
    return (batch.samples, decoder.counts, decoder.arrivals)
  }

  @Test func `a probe's lines are measured and stamped by arrival`() {
    var lines: [(milliseconds: UInt32, arrival: Int64)] = []
    for second in 0..<20 as Range<Int64> {
      lines.append((UInt32(7_000 + second * 1000), second * 1000 + second % 5))
    }
    let fed = feed(lines)
    #expect(fed.samples.map { $0.time.milliseconds } == lines.map(\.arrival))
    #expect(fed.arrivals?.lines == 20)
    #expect((3_000...4_000).contains(fed.arrivals?.greatestJitterMicroseconds ?? 0))
  }

  /// S20: the clock within the probe jumps by an hour.
  @Test(arguments: [3_600_000, -3_600_000])
  func `the probe's clock set by an hour moves no sample`(step: Int64) {
    var lines: [(milliseconds: UInt32, arrival: Int64)] = []
    for second in 0..<60 as Range<Int64> {
      let jumped = second < 30 ? 0 : step
      lines.append((UInt32(10_000_000 + second * 1000 + jumped), second * 1000))
    }
    let fed = feed(lines)
    #expect(fed.samples.map { $0.time.milliseconds } == lines.map(\.arrival))
    #expect(fed.samples.allSatisfy { $0.validity == .valid })
    #expect(fed.counts.restarts == (step < 0 ? 1 : 0))
    #expect(fed.counts.lost == 0)
    #expect(fed.arrivals?.greatestJitterMicroseconds == 0)
    #expect(fed.arrivals?.heldUp == 0)
  }

  @Test func `lines that were kept back and come together are held up, and come when they come`() {
    var lines: [(milliseconds: UInt32, arrival: Int64)] = []
    for second in 0..<10 as Range<Int64> { lines.append((UInt32(second * 1000), second * 1000)) }
    for place in 5..<8 { lines[place].arrival = 8000 }
    let fed = feed(lines)
    #expect(fed.samples.map { $0.time.milliseconds } == lines.map(\.arrival))
    #expect(fed.arrivals?.heldUp == 3)
    #expect((2_990_000...3_000_000).contains(fed.arrivals?.greatestJitterMicroseconds ?? 0))
  }
}
