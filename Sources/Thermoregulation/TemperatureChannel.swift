import Probes

/// One temperature at one site of one infant: its bins, minutes, windows and quality.
///
/// Bins lie on a fixed grid of 10 s of stream time, minutes on one of 60 s (section 3).
struct TemperatureChannel {
  let port: PortIndex
  let channel: UInt8
  let site: Site

  /// Below or above, no living body (section 5, FAULT).
  static let plausible: ClosedRange<Int32> = 15_000...45_000
  /// Faulty samples in a row that make a fault, before their bin has ended.
  private static let faultRun = 3

  /// Without a valid bin for so long, what comes next is judged as coming after a gap.
  private static let leastGap = 120 * second
  /// Good minutes after a gap within which a lower level is put down to it.
  private static let gapMinutes = 10
  private static let longestSettling = 600 * second

  private var intake = BinIntake()
  private var bins = Series<36>()
  private var twenties = Series<24>()
  private(set) var minutes = Series<30>()
  /// Minutes of settled contact only, and their running 20-minute median.
  private var settled = Series<30>()
  private var medians = Series<120>()
  /// Minutes since the windows W15 and W8 were last dropped, at most 30.
  private var span = 30

  /// When the probe was attached, or settled anew.
  private(set) var warmupStart: Timestamp
  private var isWarm = false
  private(set) var lastValid: Timestamp
  private var heard = false
  private var settlingSince: Timestamp?
  private var faultRun = 0
  private(set) var fault: Cause?
  private(set) var isStale = false

  /// The newest bin that held a value.
  private(set) var temperature: Int?
  /// The newest minute, nil where it held too few bins.
  private(set) var minute: Int?
  private(set) var line30: Line?
  private(set) var line15: Line?
  private(set) var line8: Line?
  /// Whether the probe's steps are a tenth of a degree: its short windows are mostly level.
  private(set) var isCoarse = false
  /// Highest running 20-minute median of the last two hours, kept four hours when stale.
  private(set) var reference: Int32?
  private var referenceTime = Timestamp.zero

  /// Good minutes since valid values came back after a gap; nil once that is history.
  private var minutesSinceGap: Int?
  /// The median of up to three minutes since then, while the gap is recent.
  private(set) var resumedLevel: Int?

  var noData = Condition()
  var probeFault = Condition()

  init(port: PortIndex, channel: UInt8, site: Site, at time: Timestamp) {
    self.port = port
    self.channel = channel
    self.site = site
    warmupStart = time
    lastValid = time
  }

  var quality: Quality {
    if fault != nil { return .fault }
    if isStale { return .stale }
    if !heard || !isWarm { return .warmup }
    return .good
  }

  mutating func take(_ sample: Sample) {
    let believed = sample.validity == .valid && Self.plausible.contains(sample.thousandths)
    let isFaulty = sample.isFaulty
    isCoarse = sample.decimals <= 1
    intake.count(
      valid: believed ? sample.thousandths : nil, faulty: isFaulty, flags: sample.flags)
    if sample.validity == .settling {
      // The probe itself says that it is warming up: contact begins anew. For a while that is an
      // answer; a probe that never settles is one without data.
      let since = settlingSince ?? sample.time
      settlingSince = since
      if sample.time.since(since) < Self.longestSettling { lastValid = sample.time }
      warmupStart = sample.time
      isWarm = false
    }
    faultRun = isFaulty ? faultRun + 1 : 0
    if faultRun >= Self.faultRun { fault = Cause(fault: sample.flags) }
  }

  /// The probe has been taken off and put on again.
  mutating func reattach(at time: Timestamp) {
    warmupStart = time
    isWarm = false
  }

  /// Ends the bin at `now`, a multiple of 10 s. Whether a minute ended with it.
  mutating func closeBin(at now: Timestamp) -> Bool {
    let bin = intake.close()
    if let bin {
      fault = nil
      settlingSince = nil
      heard = true
      let gap = now.since(lastValid)
      dropOldWindows(gap: gap)
      if gap >= Self.leastGap { minutesSinceGap = 0 }
      lastValid = now
      temperature = Int(bin)
    } else if let flags = intake.lastFault {
      fault = Cause(fault: flags)
    }
    isStale = now.since(lastValid) >= 120 * second
    bins.append(bin)
    if now.seconds % 20 == 0 { twenties.append(mean(bins[age: 1], bins[age: 0])) }
    guard now.seconds % 60 == 0 else { return false }
    closeMinute(at: now)
    return true
  }

  private mutating func dropOldWindows(gap: Int64) {
    guard gap > 610 * second else { return }
    twenties.removeAll()
    span = 0
    if gap > 1_810 * second { minutes.removeAll() }
  }

  private mutating func closeMinute(at now: Timestamp) {
    var values = SortedValues<6>()
    for age in 0..<6 { if let bin = bins[age: age] { values.insert(Int64(bin)) } }
    minute = values.count >= 3 ? Int(values.lowerMedian) : nil
    minutes.append(minute.map(Int32.init))
    span = min(span + 1, 30)
    // Other sites have no trend of their own, only a warm-up.
    if site.coreRank != nil {
      line30 = has(20, of: 30, spanning: 24, recent: 3, of: 5) ? Fits.w30(minutes) : nil
      line15 =
        has(10, of: min(15, span), spanning: 0, recent: 2, of: 3) ? Fits.w15(minutes, span) : nil
    }
    if site.coreRank != nil || !isWarm { line8 = hasW8 ? Fits.w8(twenties) : nil }
    if !isWarm { isWarm = hasWarmedUp(at: now) }
    settled.append(isWarm ? minute.map(Int32.init) : nil)
    updateReference(at: now)
    updateResumption()
  }

  /// Counts good minutes only: a new warm-up comes before what it may hide.
  private mutating func updateResumption() {
    resumedLevel = nil
    guard let passed = minutesSinceGap, isWarm, minute != nil else { return }
    minutesSinceGap = passed + 1 < Self.gapMinutes ? passed + 1 : nil
    var values = SortedValues<3>()
    for age in 0..<min(3, passed + 1) {
      if let value = minutes[age: age] { values.insert(Int64(value)) }
    }
    resumedLevel = Int(values.lowerMedian)
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

  private var hasW8: Bool {
    var count = 0
    for age in 0..<24 where twenties[age: age] != nil { count += 1 }
    return count >= 16 && twenties[age: 0] != nil && twenties[age: 1] != nil
      && twenties[age: 2] != nil
  }

  private func hasWarmedUp(at now: Timestamp) -> Bool {
    guard now.since(warmupStart) >= 600 * second, let line8 else { return false }
    // A foot, a parent or a room may well be colder than an infant's core.
    return line8.isLevel(within: 1_500) && (site.coreRank == nil || line8.levelThousandths > 34_000)
  }

  private mutating func updateReference(at now: Timestamp) {
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
    } else if now.since(referenceTime) > 4 * 3_600 * second {
      reference = nil
    }
  }

  /// Whether the last quarter of an hour bears out a falling trend.
  ///
  /// A slow fall in steps of a tenth has a median slope of zero over 15 minutes, since most pairs
  /// of minutes are equal; there, one step down is as much as can be seen.
  func fallsLately(_ limit: Int) -> Bool {
    guard let line15 else { return false }
    if line15.falls(limit) { return true }
    guard isCoarse, line15.falls(0), let then = minutes[age: 14], let now = minutes[age: 0] else {
      return false
    }
    return now <= then - 100
  }

  /// The 10 s bin that ended so many bins ago, nil where it held too little.
  func bin(age: Int) -> Int? { bins[age: age].map(Int.init) }

  /// How far the temperature has fallen below the reference, by the newest minute.
  var drop: Int? {
    guard let reference, let minute else { return nil }
    return Int(reference) - minute
  }
}

let second: Int64 = 1_000_000_000

/// The three kinds of window, made once.
private enum Fits {
  private static let half = LineFit.w30
  private static let quarter = LineFit.w15
  private static let eight = LineFit.w8

  static func w30(_ minutes: Series<30>) -> Line? { half.line(through: minutes, oldest: 29) }
  static func w15(_ minutes: Series<30>, _ span: Int) -> Line? {
    quarter.line(through: minutes, oldest: min(14, span - 1))
  }
  static func w8(_ twenties: Series<24>) -> Line? { eight.line(through: twenties, oldest: 23) }
}

private func mean(_ a: Int32?, _ b: Int32?) -> Int32? {
  guard let a else { return b }
  guard let b else { return a }
  return Int32(floorDivide(Int64(a) + Int64(b), 2))
}

/// Collects the samples of one 10-second bin.
struct BinIntake {
  private var values = SortedValues<64>()
  private var seen = 0
  private var faulty = 0
  /// Samples seen in each of the last six bins: the most of them are what a bin should hold.
  private var recent = InlineArray<6, Int>(repeating: 0)
  private var turn = 0
  /// What the probe said in the bin just closed, where most of its samples were faulty.
  private(set) var lastFault: SampleFlags?
  private var faultFlags = SampleFlags()

  mutating func count(valid: Int32?, faulty isFaulty: Bool, flags: SampleFlags) {
    seen += 1
    if isFaulty {
      faulty += 1
      faultFlags = flags
    }
    // A probe that sends more than six values a second is thinned to the bin's first 64.
    if let valid, !values.isFull { values.insert(Int64(valid)) }
  }

  /// The bin's lower median, nil with less than half of what it should hold.
  mutating func close() -> Int32? {
    var expected = min(seen, 64)
    for index in 0..<6 { expected = max(expected, recent[index]) }
    recent[turn] = min(seen, 64)
    turn = (turn + 1) % 6
    let enough = values.count > 0 && values.count * 2 >= expected
    let median = enough ? Int32(values.lowerMedian) : nil
    lastFault = faulty > 0 && faulty * 2 >= seen ? faultFlags : nil
    values.removeAll()
    seen = 0
    faulty = 0
    return median
  }
}

extension Sample {
  /// Whether the probe says that it is broken or off, or its temperature is none of a living body.
  var isFaulty: Bool {
    switch validity {
    case .invalid: true
    case .settling: false
    case .valid, .questionable:
      quantity == .temperature && !TemperatureChannel.plausible.contains(thousandths)
    }
  }
}
