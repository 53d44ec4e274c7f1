import AllocationCounter
import EventStream
import Probes
import Testing

@testable import Thermoregulation

/// What writing lines asks of the allocator: nothing, once the buffer is there.
@Suite(
  .enabled("a sanitizer brings its own allocator, so nothing can be counted") {
    allocation_counter_available()
  })
struct LineAllocationTests {
  @Test func aTextThatIsMadeUpIsCounted() {
    let roster = Ward.roster
    var writer = LineWriter()
    write(&writer, roster, seconds: 0)
    allocation_counter_start()
    writer.begin("an allocation that must be seen: \(roster.ports.count)")
    let counts = allocation_counter_stop()
    #expect(counts.allocations >= 1)
  }

  @Test func writingLinesAllocatesNothing() {
    let roster = Ward.roster
    var writer = LineWriter()
    write(&writer, roster, seconds: 0)
    allocation_counter_start()
    // Five minutes: the date and the hour are written anew four times.
    for second in 0..<300 { write(&writer, roster, seconds: Int64(second)) }
    let counts = allocation_counter_stop()
    #expect(counts.allocations == 0)
    #expect(counts.releases == 0)
  }

  private func write(_ writer: inout LineWriter, _ roster: Roster, seconds: Int64) {
    let time = Timestamp(seconds: seconds)
    let stamp = LineWriter.Stamp(
      seq: Int(seconds), time: time, wall: WallTime(nanoseconds: seconds * 1_000_000_000))
    var state = Assessment(infant: 0)
    state.temperature = 36_812
    state.slope = -512
    let alarm = Alarm(
      id: 41, rule: .probeFault, priority: .low, infant: 0, port: 0, site: .axilla,
      onset: .zero, raised: .zero, value: 36_412, limit: 36_500, cause: .open)
    let sample = Sample(
      time: time, port: 0, quantity: .temperature, thousandths: 36_812, decimals: 2,
      flags: SampleFlags(rawValue: 0b11))
    writer.assessment(state, roster, stamp)
    writer.alarm(AlarmEvent(change: .raised, alarm: alarm, by: "rn\n4"), roster, stamp)
    writer.sample(sample, roster, stamp)
    writer.port(roster.ports[0], roster, stamp)
    writer.heartbeat(Heartbeat(), stamp)
  }
}
