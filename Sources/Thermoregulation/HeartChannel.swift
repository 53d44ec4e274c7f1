import Probes

/// One source of an infant's heart rate, or of its pulse rate.
struct HeartChannel {
  let port: PortIndex
  let quantity: Quantity

  /// Without a valid value for so long, a rate is no longer shown and dwell is frozen.
  private static let freshness = 5 * second

  /// Beats per minute.
  private(set) var rate = 0
  private(set) var lastValid: Timestamp
  /// Between the last two valid samples: for so long a sample speaks.
  private var interval: Int64 = 0
  private(set) var hasRate = false
  private(set) var below = Run()
  private(set) var farBelow = Run()
  private(set) var above = Run()
  private(set) var recovered = Run()
  private(set) var calmed = Run()
  private var offSince: Timestamp?
  private(set) var offCause = Cause.leadOff

  var noData = Condition()
  var probeOff = Condition()

  init(port: PortIndex, quantity: Quantity, at time: Timestamp) {
    self.port = port
    self.quantity = quantity
    lastValid = time
  }

  mutating func take(_ sample: Sample, _ limits: Limits) {
    guard sample.validity == .valid else {
      let off: SampleFlags = [.off, .disconnected, .open, .short, .defective]
      if sample.validity == .invalid, !sample.flags.isDisjoint(with: off) {
        offSince = offSince ?? sample.time
        offCause = Cause(fault: sample.flags)
      }
      return
    }
    let pause = sample.time.since(lastValid)
    let gap = hasRate && pause > Self.freshness ? pause : 0
    interval = gap > 0 ? interval : pause
    rate = Int(sample.thousandths) / 1000
    lastValid = sample.time
    hasRate = true
    offSince = nil
    below.step(rate < limits.bradycardia, at: sample.time, frozenFor: gap)
    farBelow.step(rate < limits.bradycardiaHigh, at: sample.time, frozenFor: gap)
    above.step(rate > limits.tachycardia, at: sample.time, frozenFor: gap)
    recovered.step(rate >= limits.bradycardia + 10, at: sample.time, frozenFor: gap)
    calmed.step(rate <= limits.tachycardia - 10, at: sample.time, frozenFor: gap)
  }

  func isFresh(at now: Timestamp) -> Bool { hasRate && now.since(lastValid) <= Self.freshness }

  /// Whether something has held for so long, by what samples say; silence adds nothing.
  func hasLasted(_ run: Run, seconds: Int64, at now: Timestamp) -> Bool {
    run.hasLasted(seconds: seconds, at: min(now, lastValid.advanced(by: interval)))
  }

  /// Whether the unit says that its sensor is off the infant.
  var isOff: Bool { offSince != nil }

  var offOnset: Timestamp { offSince ?? lastValid }
}
