import Probes

/// What is remembered of one channel's temperature: the windows, and the reference (section 3).
struct TemperatureWindows {
  private var twenties = Series<24>()
  private(set) var minutes = Series<60>()
  /// Minutes of settled contact only, and their running 20-minute median.
  private var settled = Series<30>()
  private var medians = Series<120>()
  /// Minutes since the windows W15 and W8 were last dropped, at most 60.
  private var span = 60

  /// Fitted with every minute, since it is published.
  private(set) var line30: Line?
  /// Highest running 20-minute median of the last two hours, kept four hours when stale.
  private(set) var reference: Int32?
  private var referenceTime = Timestamp.zero

  private static let referenceLife: Int64 = 4 * 3_600 * second

  mutating func append(twenty: Int32?) { twenties.append(twenty) }

  /// Takes the next minute; fits the line of half an hour where the channel needs one.
  mutating func append(minute: Int32?, fittingTrend: Bool) {
    minutes.append(minute)
    span = min(span + 1, 60)
    if fittingTrend {
      line30 =
        has(20, of: 30, spanning: 24, recent: 3, of: 5) ? Fits.w30(minutes, near: line30) : nil
    }
  }

  /// Whether the last quarter of an hour holds enough for a trend, and the last eight minutes.
  var hasW15: Bool { has(10, of: min(15, span), spanning: 0, recent: 2, of: 3) }
  var hasW8: Bool {
    var count = 0
    for age in 0..<24 where twenties[age: age] != nil { count += 1 }
    return count >= 16 && twenties[age: 0] != nil && twenties[age: 1] != nil
      && twenties[age: 2] != nil
  }

  /// The lines of a quarter of an hour and of eight minutes; nil where there is too little.
  var line15: Line? { hasW15 ? Fits.w15(minutes, span) : nil }
  var line8: Line? { hasW8 ? Fits.w8(twenties) : nil }

  /// What `line15?.falls(limit)` and `line8?.falls(limit)` say, without a line being fitted; asked
  /// only once there is enough.
  func falls15(_ limit: Int) -> Bool { Fits.falls15(limit, minutes, span) }
  func falls8(_ limit: Int) -> Bool { Fits.falls8(limit, twenties) }

  /// The line of the last hour, by the medians of three minutes each.
  ///
  /// Nil with less than 40 minutes, or where the probe was put on anew or long silent in between.
  var line60: Line? {
    guard span == 60, has(40, of: 60, spanning: 48, recent: 3, of: 5) else { return nil }
    var thirds = Series<20>()
    for place in 0..<20 {
      var values = SortedValues<3>()
      for age in (57 - 3 * place)..<(60 - 3 * place) {
        if let value = minutes[age: age] { values.insert(Int64(value)) }
      }
      thirds.append(values.count > 0 ? Int32(values.lowerMedian) : nil)
    }
    return Fits.w60(thirds)
  }

  /// The newest minute belongs to settled contact, or does not: brings the reference up to date.
  mutating func settle(_ isSettled: Bool, at now: Timestamp) {
    settled.append(isSettled ? minutes[age: 0] : nil)
    var values = SortedValues<20>()
    for age in 0..<30 where !values.isFull {
      if let value = settled[age: age] { values.insert(Int64(value)) }
    }
    medians.append(values.isFull ? Int32(values.lowerMedian) : nil)
    if values.isFull { referenceTime = now }
    var highest: Int32?
    for age in 0..<120 {
      if let median = medians[age: age], median > highest ?? .min { highest = median }
    }
    if let highest {
      reference = highest
    } else if now.since(referenceTime) > Self.referenceLife {
      reference = nil
    }
  }

  /// The lower median of the running 20-minute medians of the last two hours: the infant's usual
  /// temperature. Unlike the reference, its own wander does not raise it.
  var usual: Int32? {
    var values = SortedValues<120>()
    for age in 0..<120 { if let median = medians[age: age] { values.insert(Int64(median)) } }
    return values.count > 0 ? Int32(values.lowerMedian) : nil
  }

  /// The newest running 20-minute median: what the level was.
  var settledLevel: Int32? {
    for age in 0..<120 { if let median = medians[age: age] { return median } }
    return nil
  }

  /// Values come again after a gap: what is too old for a trend is dropped.
  mutating func resume(after gap: Int64) {
    guard gap > 610 * second else { return }
    dropShortWindows()
    if gap > 1_810 * second { minutes.removeAll() }
  }

  /// The probe was put on anew, perhaps somewhere else: no slope runs across that.
  mutating func dropShortWindows() {
    twenties.removeAll()
    span = 0
  }

  /// The newest minutes turn out to be none of the infant's.
  mutating func forget(minutes count: Int) {
    for age in 0..<min(count, 30) {
      minutes[age: age] = nil
      settled[age: age] = nil
    }
    for age in 0..<min(3 * count, 24) { twenties[age: age] = nil }
  }

  /// Puts back what was held while contact was in doubt, from the bins; answers how many minutes.
  /// `passed`: seconds since the newest minute ended.
  mutating func putBack(_ bins: Bins, passed: Int, isSettled: Bool) -> Int {
    for age in 0..<20 where twenties[age: age] == nil {
      let bin = passed % 20 / 10 + 2 * age
      twenties[age: age] = mean(bins[age: bin + 1], bins[age: bin])
    }
    var count = 0
    for age in 0..<6 where minutes[age: age] == nil {
      let bin = passed / 10 + 6 * age
      guard let minute = bins.median(bin..<(bin + 6), least: 3) else { continue }
      minutes[age: age] = minute
      settled[age: age] = isSettled ? minute : nil
      count = age + 1
    }
    return count
  }

  /// Whether the last `length` minutes hold `least` values, and the last few enough of them.
  private func has(
    _ least: Int, of length: Int, spanning: Int, recent: Int, of few: Int
  ) -> Bool {
    var count = 0
    var late = 0
    var newest = -1
    var oldest = 0
    for age in 0..<length where minutes[age: age] != nil {
      count += 1
      if age < few { late += 1 }
      if newest < 0 { newest = age }
      oldest = age
    }
    // A minute lasts a minute: as many in a row span as many.
    return count >= least && late >= recent && oldest - newest + 1 >= spanning
  }
}

/// The kinds of window, made once.
private enum Fits {
  private static let hour = LineFit.w60
  private static let half = LineFit.w30
  private static let quarter = LineFit.w15
  private static let eight = LineFit.w8

  static func w60(_ thirds: Series<20>) -> Line? { hour.line(through: thirds, oldest: 19) }
  static func w30(_ minutes: Series<60>, near guess: Line?) -> Line? {
    half.line(through: minutes, oldest: 29, near: guess)
  }
  static func w15(_ minutes: Series<60>, _ span: Int) -> Line? {
    quarter.line(through: minutes, oldest: min(14, span - 1))
  }
  static func w8(_ twenties: Series<24>) -> Line? { eight.line(through: twenties, oldest: 23) }

  static func falls15(_ limit: Int, _ minutes: Series<60>, _ span: Int) -> Bool {
    quarter.falls(limit, through: minutes, oldest: min(14, span - 1)) ?? false
  }
  static func falls8(_ limit: Int, _ twenties: Series<24>) -> Bool {
    eight.falls(limit, through: twenties, oldest: 23) ?? false
  }
}

/// Two bins make a 20 s bin; one alone stands for both.
func mean(_ a: Int32?, _ b: Int32?) -> Int32? {
  guard let a else { return b }
  guard let b else { return a }
  return Int32(floorDivide(Int64(a) + Int64(b), 2))
}

extension TemperatureWindows {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try twenties.pass(through: &archive)
    try minutes.pass(through: &archive)
    try settled.pass(through: &archive)
    try medians.pass(through: &archive)
    try archive.pass(&span, within: 0...60)
    try Line.pass(&line30, .w30, through: &archive)
    try archive.pass(&reference, from: 0) { level, archive throws(ArchiveError) in
      try archive.pass(&level, within: 0...60_000)
    }
    try archive.pass(&referenceTime)
  }
}
