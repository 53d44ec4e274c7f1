import Probes

/// Whether a probe repeats one raw value for longer than any infant could (section 5, STUCK).
struct Constancy {
  private var value: Int32 = .min
  private var since = Timestamp.zero
  private var last = Timestamp.zero
  private var decimals: UInt8 = 0

  mutating func take(_ sample: Sample) {
    // After a pause nobody knows what the value was in between.
    if sample.thousandths != value || sample.time.since(last) > 120 * second {
      value = sample.thousandths
      since = sample.time
    }
    last = sample.time
    decimals = sample.decimals
  }

  /// With thousandths on the wire 20 minutes are enough, with coarser steps it takes 45.
  var isStuck: Bool { last.since(since) >= (decimals >= 3 ? 20 : 45) * 60 * second }

  var onset: Timestamp { since }
}

/// Whether a probe's bins jump about as no body does (section 5, NOISY).
struct Jitter {
  private(set) var isNoisy = false
  private(set) var onset = Timestamp.zero
  /// The noise of a single bin as its second differences show it, in thousandths of a degree.
  private(set) var scale = 0

  private var calmMinutes = 0

  static let limit = 150
  private static let clearLimit = 100

  /// Once a minute, by the bins of the last five.
  mutating func step(_ bins: Bins, at now: Timestamp) {
    var differences = SortedValues<30>()
    for age in 0..<30 {
      guard let newest = bins[age: age], let middle = bins[age: age + 1],
        let oldest = bins[age: age + 2]
      else { continue }
      differences.insert(Int64(abs(newest - 2 * middle + oldest)))
    }
    guard differences.count >= 15 else { return }
    // The upper fifth begins here, for jumps that leave most bins alone: at 1.2816 standard
    // deviations of a normal distribution. A second difference (1, -2, 1) has √6 times a bin's.
    scale = Int(differences.upperFifth) * 31_855 / 100_000
    if !isNoisy, scale > Self.limit {
      isNoisy = true
      onset = now.advanced(by: -300 * second)
    }
    calmMinutes = scale <= Self.clearLimit ? calmMinutes + 1 : 0
    if calmMinutes >= 5 { isNoisy = false }
  }
}

extension Constancy {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&value, within: .min ... .max)
    try archive.pass(&since)
    try archive.pass(&last)
    try archive.pass(&decimals)
  }
}

extension Jitter {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&isNoisy)
    try archive.pass(&onset)
    try archive.pass(&scale)
    try archive.pass(&calmMinutes)
  }
}
