import AllocationCounter
import Captures
import Pipeline
import Simulator
import Testing

@Suite(
  .enabled("the sanitizers count allocations themselves") { allocation_counter_available() })
struct AllocationTests {
  /// An hour of a simulated ward, as capture text.
  private func ward(hours: Double) throws -> [UInt8] {
    let scenario = try #require(Scenario.named("steady"))
    var options = Simulation.Options(scenario: scenario)
    options.hours = hours
    options.copies = 2
    options.heartProtocol = "nonin-df8"
    var simulation = try Simulation(options)
    var text: [UInt8] = []
    while simulation.next(into: &text) {}
    return text
  }

  @Test func `from bytes to verdict nothing is allocated in the steady state`() throws {
    let text = try ward(hours: 1.5)
    // Half an hour before the end all windows are full and every path has been taken.
    let split = try #require(text.count > 3 ? text.count * 2 / 3 : nil)
    // Beside other tests the runtime's shared caches may grow once, on whichever thread comes by; what
    // a sample allocates it allocates in every attempt.
    var least = allocation_counts(allocations: .max, releases: .max)
    for _ in 0..<3 where least.allocations > 0 {
      var replay = Replay(configuration: nil, types: [])
      var lines: [UInt8] = []
      try replay.feed(text.span.extracting(0..<split), into: &lines)
      allocation_counter_start()
      try replay.feed(text.span.extracting(split...), into: &lines)
      let counts = allocation_counter_stop()
      if counts.allocations < least.allocations { least = counts }
    }
    #expect(least.allocations == 0)
    #expect(least.releases == 0)
  }

  @Test func `an allocation a sample would be seen`() throws {
    let text = try ward(hours: 0.1)
    var replay = Replay(configuration: nil, types: [])
    var times = 0
    // The control: a hook that allocates whenever time moves on.
    replay.pace = { time in
      times += [UInt8](repeating: 1, count: Int(time.seconds % 7) + 64).count
    }
    var lines: [UInt8] = []
    let half = text.count / 2
    try replay.feed(text.span.extracting(0..<half), into: &lines)
    allocation_counter_start()
    try replay.feed(text.span.extracting(half...), into: &lines)
    let counts = allocation_counter_stop()
    #expect(times > 0)
    #expect(counts.allocations > 100)
  }
}
