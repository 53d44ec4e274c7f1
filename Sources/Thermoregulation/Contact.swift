import Probes

/// Ten-second bins, newest first; enough to put five held minutes back.
typealias Bins = Series<48>

/// Whether a temperature probe still lies on the skin (section 5, SUSPECT and OFF).
///
/// A foot, or a parent's chest, may well settle below 34.8 °C: there only a far fall counts.
///
///     on ──sudden fall──▶ suspect ──fallen far, or decaying to a colder place──▶ off
///      ▲                     │                                                    │
///      └─half of it regained─┤                  sudden rise, or as before ────────┘
///      └──five minutes later─┘
///
/// What has fallen off does not warm again by itself: once half of the fall is regained, it was a
/// movement, and nothing need wait for the five minutes.
///
/// The decay is that of a probe that takes on its surroundings: three levels 40 s apart, y0, y1,
/// y2, with a = y0 - y1 and b = y1 - y2, in thousandths of a degree. It counts when, without any
/// division or logarithm,
///
/// - a > 150, b > 0,
/// - 1,000,000 b < 875,173 a: the time constant, 40 s / ln(a / b), is below 300 s, because
///   exp(-40/300) = 0.875173; a ratio below 0.97 is thereby given,
/// - a² > (y0 - 34,800) (a - b): where it will end, y0 - a² / (a - b), is colder than 34.8 °C.
struct Contact {
  enum State: UInt8 { case on, suspect, off }

  enum Change { case none, suspected, rejected, confirmed, regained }

  private(set) var state = State.on
  /// When the state began.
  private(set) var since = Timestamp.zero
  private(set) var suspectedAt = Timestamp.zero
  /// The level before the fall.
  private var before: Int32 = 0
  /// Whether it fell by more than a degree within a minute, as no infant does.
  private(set) var hasJumped = false

  private static let leastFall: Int32 = 500
  private static let leastRise: Int32 = 1_000
  private static let leastReturn: Int32 = 400
  private static let leastWarming: Int32 = 250
  private static let farFall: Int32 = 2_000
  private static let decayFall: Int32 = 1_000
  private static let decision = (from: 50 * second, to: 300 * second)

  /// The probe has been put on anew.
  mutating func reset() { self = Contact() }

  /// Looks at the bins once one has ended.
  mutating func step(_ bins: Bins, isCore: Bool, at now: Timestamp) -> Change {
    switch state {
    case .on:
      guard let late = bins.level(age: 0), let early = bins.levelAMinuteAgo,
        late <= early - Self.leastFall
      else { return .none }
      before = bins.levelLongBefore ?? early
      hasJumped = bins.fallsMoreThanADegree
      suspectedAt = now
      return turn(.suspect, at: now, .suspected)
    case .suspect:
      if bins.fallsMoreThanADegree { hasJumped = true }
      let elapsed = now.since(since)
      if elapsed >= Self.decision.from, isOff(bins, isCore) {
        return turn(.off, at: now, .confirmed)
      }
      let isOver = elapsed >= Self.decision.to || hasRegained(bins, elapsed)
      return isOver ? turn(.on, at: now, .rejected) : .none
    case .off:
      guard let late = bins.level(age: 0) else { return .none }
      let rises = bins.levelAMinuteAgo.map { late >= $0 + Self.leastRise } ?? false
      let isBack = late >= before - Self.decayFall
      return rises || isBack ? turn(.on, at: now, .regained) : .none
    }
  }

  private mutating func turn(_ next: State, at now: Timestamp, _ change: Change) -> Change {
    state = next
    since = now
    return change
  }

  /// Whether half of what had been lost since a minute before the suspicion has come back, or
  /// 0.4 °C (an infant that cools fast goes on doing so while its probe recovers), and no more is
  /// on its way: what a probe shows while it still warms is not yet the infant's.
  private func hasRegained(_ bins: Bins, _ elapsed: Int64) -> Bool {
    let age = Int(elapsed / (10 * second))
    guard let late = bins.level(age: 0), let early = bins.median((age + 6)..<(age + 8), least: 1)
    else { return false }
    if let newest = bins[age: 0], let then = bins[age: 2], newest - then >= Self.leastWarming {
      return false
    }
    var lowest = late
    for age in 1..<(age + 1) { if let level = bins.level(age: age) { lowest = min(lowest, level) } }
    return late - lowest >= min((early - lowest) / 2, Self.leastReturn)
  }

  private func isOff(_ bins: Bins, _ isCore: Bool) -> Bool {
    guard let newest = bins.level(age: 0) else { return false }
    if before - newest >= Self.farFall { return true }
    guard isCore, before - newest >= Self.decayFall, let middle = bins.level(age: 4),
      let oldest = bins.level(age: 8)
    else { return false }
    let a = Int64(oldest) - Int64(middle)
    let b = Int64(middle) - Int64(newest)
    return a > 150 && b > 0 && 1_000_000 * b < 875_173 * a
      && a * a > (Int64(oldest) - 34_800) * (a - b)
  }
}

extension Series<48> {
  /// The lower median of the three bins from `age` on, of which two must be there.
  func level(age: Int) -> Int32? { median(age..<(age + 3), least: 2) }

  /// 60 to 80 s ago.
  fileprivate var levelAMinuteAgo: Int32? { median(6..<8, least: 1) }

  /// 100 to 300 s ago.
  fileprivate var levelLongBefore: Int32? { median(10..<30, least: 5) }

  /// Whether the newest bin lies more than a degree below the one of a minute before.
  fileprivate var fallsMoreThanADegree: Bool {
    guard let now = self[age: 0], let then = self[age: 6] else { return false }
    return then - now > 1_000
  }

  func median(_ ages: Range<Int>, least: Int) -> Int32? {
    var values = SortedValues<20>()
    for age in ages { if let bin = self[age: age] { values.insert(Int64(bin)) } }
    return values.count >= least ? Int32(values.lowerMedian) : nil
  }
}

extension Contact {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&state)
    try archive.pass(&since)
    try archive.pass(&suspectedAt)
    try archive.pass(&before, within: 0...60_000)
    try archive.pass(&hasJumped)
  }
}
