import LockFree
import Testing

@testable import Pipeline

/// When all threads count as moving: that alone answers the watchdog.
@Suite("A check of all threads")
struct SupervisionCheckTests {
  @Test(
    "succeeds only where each has come round since the last, but for a disk in trouble",
    arguments: [
      // reader moves, disk moves, disk is in trouble, the check succeeds
      (true, true, false, true), (true, false, false, false), (false, true, false, false),
      (false, false, false, false), (true, false, true, true), (true, true, true, true),
      (false, true, true, false), (false, false, true, false),
    ])
  func check(reader: Bool, disk: Bool, trouble: Bool, expected: Bool) {
    let pulses = (Pulse(), Pulse())
    var supervision = Supervision(watching: [pulses.0], disk: pulses.1)
    pulses.0.beat()
    pulses.1.beat()
    supervision.look(at: 0, isDiskInTrouble: false) { "" }
    #expect(supervision.checks == 1)
    if reader { pulses.0.beat() }
    if disk { pulses.1.beat() }
    supervision.look(at: 1, isDiskInTrouble: trouble) { "" }
    #expect(supervision.checks == (expected ? 2 : 1))
    // Nothing has moved since.
    supervision.look(at: 2, isDiskInTrouble: false) { "" }
    #expect(supervision.checks == (expected ? 2 : 1))
  }
}
