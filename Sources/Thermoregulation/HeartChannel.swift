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
  private(set) var spokenUntil: Timestamp
  /// Until when the rate is fresh; stored, because asking an element of an array copies it.
  private(set) var freshUntil: Timestamp
  private(set) var hasRate = false
  private(set) var below = Run()
  private(set) var farBelow = Run()
  private(set) var above = Run()
  private(set) var recovered = Run()
  private(set) var calmed = Run()
  private var offSince: Timestamp?
  private(set) var offCause = Cause.leadOff

  /// The rate of each of the last 120 minutes, and what of the present one is known.
  private var minutes = Series<120>()
  private var tens = SortedValues<6>()
  /// The median of those minutes, for as long as it is the newest.
  private var usualRate: (value: Int?, minute: Int64)?

  var conditions = ProbeConditions()

  init(port: PortIndex, quantity: Quantity, at time: Timestamp) {
    self.port = port
    self.quantity = quantity
    lastValid = time
    spokenUntil = time
    freshUntil = time.advanced(by: -1)
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
    spokenUntil = sample.time.advanced(by: interval)
    freshUntil = sample.time.advanced(by: Self.freshness)
    hasRate = true
    offSince = nil
    below.step(rate < limits.bradycardia, at: sample.time, frozenFor: gap)
    farBelow.step(rate < limits.bradycardiaHigh, at: sample.time, frozenFor: gap)
    above.step(rate > limits.tachycardia, at: sample.time, frozenFor: gap)
    recovered.step(rate >= limits.bradycardia + 10, at: sample.time, frozenFor: gap)
    calmed.step(rate <= limits.tachycardia - 10, at: sample.time, frozenFor: gap)
  }

  /// Every 10 s of the grid.
  mutating func closeBin(at now: Timestamp) {
    if now <= freshUntil { tens.insert(Int64(rate)) }
    guard now.seconds % 60 == 0 else { return }
    minutes.append(tens.count >= 3 ? Int32(tens.lowerMedian) : nil)
    tens.removeAll()
  }

  /// The median of the last two hours, of which 20 minutes must be there; only asked for while an
  /// infant cools.
  mutating func usual(at now: Timestamp) -> Int? {
    let minute = now.seconds / 60
    if let known = usualRate, known.minute == minute { return known.value }
    var values = SortedValues<120>()
    for age in 0..<120 { if let value = minutes[age: age] { values.insert(Int64(value)) } }
    let median = values.count >= 20 ? Int(values.lowerMedian) : nil
    usualRate = (median, minute)
    return median
  }

  /// Whether the unit says that its sensor is off the infant.
  var isOff: Bool { offSince != nil }

  var offOnset: Timestamp { offSince ?? lastValid }
}

extension HeartChannel {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&rate, within: 0...100_000)
    try archive.pass(&lastValid)
    try archive.pass(&interval)
    try archive.pass(&spokenUntil)
    try archive.pass(&freshUntil)
    try archive.pass(&hasRate)
    try below.pass(through: &archive)
    try farBelow.pass(through: &archive)
    try above.pass(through: &archive)
    try recovered.pass(through: &archive)
    try calmed.pass(through: &archive)
    try archive.pass(&offSince)
    try archive.pass(&offCause)
    try minutes.pass(through: &archive, within: 0...100_000)
    try tens.pass(through: &archive)
    // Found anew from the minutes when it is asked for.
    usualRate = nil
    try conditions.pass(through: &archive)
  }
}
