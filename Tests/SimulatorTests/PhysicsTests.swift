import Testing

@testable import Simulator

@Suite struct PhysicsTests {
  /// Computed from 70 W/m² lost, 2.2 W/kg made and 3.47 kJ/kg/K.
  @Test(arguments: [(0.8, 5.5), (1.0, 5.0), (1.5, 4.1), (2.0, 3.5), (2.5, 3.1)])
  func `an exposed newborn cools as fast as its mass lets it`(kilograms: Double, rate: Double) {
    var body = Body(kilograms: kilograms, core: 36.9, thermogenesis: 0)
    var cores: [Double] = []
    for _ in 0..<2400 {
      body.step(.init())
      cores.append(body.core)
    }
    let fastest = zip(cores, cores.dropFirst(600)).map { ($0 - $1) * 6 }.max() ?? 0
    #expect(abs(fastest / rate - 1) < 0.15, "\(fastest) °C/h")
  }

  @Test(arguments: [1.0, 1.5, 2.0])
  func `an hour skin-to-skin rewarms by about 0.7 degrees`(kilograms: Double) {
    var body = Body(kilograms: kilograms, core: 36.1)
    for _ in 0..<3600 { body.step(.init(parent: 35.5, uncovered: 0.25)) }
    #expect((0.3...1.1).contains(body.core - 36.1), "\(body.core - 36.1) °C")
  }

  @Test(arguments: [1.0, 1.5, 2.0, 2.5])
  func `skin-to-skin keeps an infant warm, and not too warm`(kilograms: Double) {
    var body = Body(kilograms: kilograms, core: 36.5)
    for _ in 0..<(24 * 3600) { body.step(.init(parent: 35.5, uncovered: 0.25)) }
    #expect((36.5...37.5).contains(body.core), "\(body.core) °C")
  }

  @Test func `a course holds, ramps and approaches, and then stays`() {
    var course = Course(37).hold(minutes: 1).ramp(to: 36, perHour: 6)
      .approach(37, tau: 60, minutes: 10).step(to: 35)
    let values = (0..<3600).map { _ in course.next() }
    #expect(values[59] == 37)
    #expect(abs(values[59 + 300] - 36.5) < 1e-9)
    #expect(abs(values[59 + 600] - 36) < 1e-9)
    #expect(abs(values[59 + 660] - (37 - 0.365)) < 0.01)
    #expect(values[59 + 1201] == 35)
    #expect(values[3599] == 35)
  }

  @Test func `chance has the spread that it is said to have`() {
    var random = RandomSource(seed: 1, stream: 0)
    let draws = (0..<100_000).map { _ in random.gaussian() }
    let mean = draws.reduce(0, +) / 100_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(abs(mean) < 0.02)
    #expect(abs(variance - 1) < 0.03)
    var wander = Wander(deviation: 0.1, memory: 100, &random)
    let values = (0..<200_000).map { _ in wander.next(&random) }
    let spread = values.reduce(0) { $0 + $1 * $1 } / 200_000
    #expect(abs(spread / 0.01 - 1) < 0.15)
    var rhythm = DailyRhythm(&random)
    let day = (0..<86_400).map { _ in rhythm.next() }
    #expect(abs((day.max() ?? 0) - 0.08) < 1e-6)
    #expect(abs((day.min() ?? 0) + 0.08) < 1e-6)
  }

  @Test func `SplitMix64 gives the numbers of its published test vector`() {
    // Seed 1234567 of the reference program; the seeding by stream is ours, so it is undone here.
    var random = RandomSource(unmixed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    #expect(random.next() == 9_817_491_932_198_370_423)
  }
}
