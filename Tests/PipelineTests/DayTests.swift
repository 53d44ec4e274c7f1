import EventStream
import Pipeline
import Simulator
import Testing

/// A whole day, twice, in pieces that have nothing in common.
@Suite struct DayTests {
  /// SplitMix64, so that a failure can be told again.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// A day with transfers, in which a unit speaks every six seconds.
  private func day() throws -> [UInt8] {
    var options = Simulation.Options(scenario: try #require(Scenario.named("s1")))
    options.seed = 7
    options.sparseness = 6
    var simulation = try Simulation(options)
    var text: [UInt8] = []
    while simulation.next(into: &text) {}
    return text
  }

  private func lines(of capture: [UInt8], seed: UInt64) throws -> [UInt8] {
    var dice = Dice(state: seed)
    let cut = try cutReads(capture) { Int.random(in: 1...40, using: &dice) }
    var replay = Replay(configuration: nil, types: .all)
    var lines: [UInt8] = []
    var start = 0
    while start < cut.count {
      let end = min(start + Int.random(in: 1...5_000, using: &dice), cut.count)
      try replay.feed(cut.span.extracting(start..<end), into: &lines)
      start = end
    }
    _ = try replay.finish()
    return lines
  }

  @Test func `a day gives the same events, byte for byte, however it comes in pieces`() throws {
    let capture = try day()
    let one = try lines(of: capture, seed: 1)
    let other = try lines(of: capture, seed: 2)
    #expect(one == other)
    let text = PipelineTests.lines(one)
    #expect(text.count { $0.contains(#""type":"assessment""#) } >= 8_640)
    #expect(text.contains { $0.contains(#""rule":"cold-stress""#) })
  }
}
