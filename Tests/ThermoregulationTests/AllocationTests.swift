import AllocationCounter
import Probes
import Testing
import Thermoregulation

/// What judging asks of the allocator: nothing, once every channel is known.
@Suite(
  .enabled("a sanitizer brings its own allocator, so nothing can be counted") {
    allocation_counter_available()
  })
struct AllocationTests {
  @Test func anAllocationIsCountedAtAll() {
    allocation_counter_start()
    keepAlive(Array(repeating: 0, count: 100))
    #expect(allocation_counter_stop().allocations >= 1)
  }

  @Test func aDayOfSamplesAllocatesNothing() {
    // Beside other tests the runtime's shared caches may grow once, on whichever thread comes by;
    // what a sample allocates it allocates in every attempt.
    var counts = hoursOfSamples()
    for _ in 0..<2 where counts.allocations > 0 { counts = hoursOfSamples() }
    #expect(counts.allocations == 0)
    #expect(counts.releases == 0)
  }

  /// What is allocated while two infants cool and recover.
  private func hoursOfSamples() -> allocation_counts {
    var analyzer = Analyzer()
    analyzer.admit(InfantProfile(name: "bed-1"))
    analyzer.admit(InfantProfile(name: "bed-2"))
    for infant in 0..<2 {
      let port = PortIndex(infant * 3)
      analyzer.assign(PortAssignment(infant: infant, site: .axilla), to: port)
      analyzer.assign(PortAssignment(infant: infant, site: .foot), to: port + 1)
      analyzer.assign(PortAssignment(infant: infant), to: port + 2)
    }
    var dice = Dice(seed: 9)
    // Every path once: on first use the runtime allocates what it keeps of generic types.
    feed(&analyzer, seconds: 0..<7_000, &dice)
    allocation_counter_start()
    feed(&analyzer, seconds: 7_000..<24_000, &dice)
    return allocation_counter_stop()
  }

  /// Cools now and then, so that alarms are raised and cleared while allocations are counted.
  private func feed(_ analyzer: inout Analyzer, seconds: Range<Int>, _ dice: inout Dice) {
    for second in seconds {
      let cooling = second / 3_000 % 2 == 0 ? 0 : second % 3_000 / 2
      let time = Timestamp(seconds: Int64(second))
      for port in 0..<6 {
        let isHeart = port % 3 == 2
        let level = isHeart ? 146_000 : 36_900 - cooling
        analyzer.step(
          .sample(
            Sample(
              time: time, port: PortIndex(port), quantity: isHeart ? .heartRate : .temperature,
              thousandths: Int32(level + dice.around(20)))))
      }
      analyzer.forgetEvents()
    }
  }
}

@inline(never)
private func keepAlive<T: ~Copyable>(_ value: borrowing T) {}
