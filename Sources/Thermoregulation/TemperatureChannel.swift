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
  /// Off the skin for so long, a probe is put on anew.
  private static let leastAbsence = 60 * second
  private static let longestSettling = 600 * second

  private var intake = BinIntake()
  private var bins = Bins()
  private(set) var windows = TemperatureWindows()
  private(set) var contact = Contact()
  private(set) var constancy = Constancy()
  private(set) var jitter = Jitter()

  /// When the probe was attached, or settled anew.
  private(set) var warmupStart: Timestamp
  private(set) var isWarm = false
  private(set) var quality = Quality.warmup
  private(set) var lastValid: Timestamp
  /// Whether it has ever had a value.
  private(set) var isHeard = false
  private var settlingSince: Timestamp?
  private var faultRun = 0
  private(set) var fault: Cause?
  private var isStale = false
  /// Whether the probe's steps are a tenth of a degree: its short windows are mostly level.
  private(set) var isCoarse = false

  /// The newest bin that held a value.
  private(set) var temperature: Int?
  /// The newest minute, nil where it held too few bins or contact is in doubt.
  private(set) var minute: Int?
  /// Minutes before the newest that have just been put back, to be judged late.
  private(set) var restoredMinutes = 0
  /// Good minutes since valid values came back after a gap; nil once that is history.
  private var minutesSinceGap: Int?
  /// The median of up to three minutes since then, while the gap is recent.
  private(set) var resumedLevel: Int?
  /// Good minutes since the probe was put on anew, and the level before that; nil where it has
  /// never been.
  private(set) var reattachment: (before: Int32, goodMinutes: Int)?

  var conditions = ProbeConditions()

  init(port: PortIndex, channel: UInt8, site: Site, at time: Timestamp) {
    self.port = port
    self.channel = channel
    self.site = site
    warmupStart = time
    lastValid = time
  }

  private var presentQuality: Quality {
    if fault != nil { return .fault }
    if isStale { return .stale }
    switch contact.state {
    case .off: return .off
    case .suspect: return .suspect
    case .on: break
    }
    if constancy.isStuck { return .stuck }
    if jitter.isNoisy { return .noisy }
    return isHeard && isWarm ? .good : .warmup
  }

  /// A further socket of a unit that nobody has named and that has never had a probe.
  var isVacant: Bool { channel >= 2 && site == .unknown && !isHeard }

  mutating func take(_ sample: Sample) {
    let believed = sample.validity == .valid && Self.plausible.contains(sample.thousandths)
    let isFaulty = sample.isFaulty
    isCoarse = sample.decimals <= 1
    intake.count(
      valid: believed ? sample.thousandths : nil, faulty: isFaulty, flags: sample.flags)
    if believed { constancy.take(sample) }
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
    if isFaulty || sample.validity == .settling { quality = presentQuality }
  }

  /// The probe has been taken off and put on again.
  mutating func reattach(at time: Timestamp) {
    reattachment = windows.settledLevel.map { ($0, 0) }
    warmupStart = time
    isWarm = false
    contact.reset()
    windows.dropShortWindows()
    quality = presentQuality
  }

  /// Ends the bin at `now`, a multiple of 10 s. Whether a minute ended with it.
  mutating func closeBin(at now: Timestamp) -> Bool {
    let bin = intake.close()
    if let bin {
      // The probe said that it was off the skin: it has been put on again, perhaps elsewhere.
      if fault == .leadOff, now.since(lastValid) >= Self.leastAbsence { reattach(at: now) }
      fault = nil
      settlingSince = nil
      isHeard = true
      let gap = now.since(lastValid)
      windows.resume(after: gap)
      if gap >= Self.leastGap { minutesSinceGap = 0 }
      lastValid = now
      temperature = Int(bin)
    } else if let flags = intake.lastFault {
      fault = Cause(fault: flags)
    }
    isStale = now.since(lastValid) >= 120 * second
    bins.append(bin)
    let isCore = site.coreRank != nil
    let change = site == .ambient ? .none : contact.step(bins, isCore: isCore, at: now)
    let isHeld = contact.state != .on
    if now.seconds % 20 == 0 {
      windows.append(twenty: isHeld ? nil : mean(bins[age: 1], bins[age: 0]))
    }
    let endsMinute = now.seconds % 60 == 0
    if endsMinute { closeMinute(isHeld: isHeld, at: now) }
    follow(change, at: now)
    quality = presentQuality
    return endsMinute
  }

  /// What a change of contact does to the windows.
  private mutating func follow(_ change: Contact.Change, at now: Timestamp) {
    switch change {
    case .none, .suspected: break
    case .rejected:
      let passed = Int(now.seconds % 60)
      let restored = windows.putBack(bins, passed: passed, isSettled: isWarm)
      // On the minute, the newest was never held.
      restoredMinutes = passed == 0 ? max(restored - 1, 0) : restored
    case .confirmed:
      // Nothing was fed since the suspicion, but the fall had begun up to a minute before.
      windows.forget(minutes: Int(now.since(contact.suspectedAt) / (60 * second)) + 2)
    case .regained: reattach(at: now)
    }
  }

  private mutating func closeMinute(isHeld: Bool, at now: Timestamp) {
    minute = isHeld ? nil : bins.median(0..<6, least: 3).map(Int.init)
    // Other sites have no trend of their own, only a warm-up.
    windows.append(minute: minute.map(Int32.init), fittingTrend: site.coreRank != nil)
    if !isWarm { isWarm = hasWarmedUp(at: now) }
    windows.settle(isWarm, at: now)
    jitter.step(bins, at: now)
    updateResumption()
    if isWarm, minute != nil, let old = reattachment {
      reattachment = (old.before, min(old.goodMinutes + 1, 1_000))
    }
  }

  private func hasWarmedUp(at now: Timestamp) -> Bool {
    guard now.since(warmupStart) >= 600 * second, let line8 = windows.line8 else { return false }
    // A foot, a parent or a room may well be colder than an infant's core.
    return line8.isLevel(within: 1_500) && (site.coreRank == nil || line8.levelThousandths > 34_000)
  }

  /// Counts good minutes only: a new warm-up comes before what it may hide.
  private mutating func updateResumption() {
    resumedLevel = nil
    guard let passed = minutesSinceGap, isWarm, minute != nil else { return }
    minutesSinceGap = passed + 1 < Self.gapMinutes ? passed + 1 : nil
    var values = SortedValues<3>()
    for age in 0..<min(3, passed + 1) {
      if let value = windows.minutes[age: age] { values.insert(Int64(value)) }
    }
    resumedLevel = Int(values.lowerMedian)
  }

  /// What was put back has been judged.
  mutating func forgetRestored() { restoredMinutes = 0 }

  /// The 10 s bin that ended so many bins ago, nil where it held too little.
  func bin(age: Int) -> Int? { bins[age: age].map(Int.init) }

  /// How far the temperature has fallen below the reference, by the newest minute.
  var drop: Int? {
    guard let reference = windows.reference, let minute else { return nil }
    return Int(reference) - minute
  }

  /// The lower median of the last ten minutes.
  var recentLevel: Int? {
    var values = SortedValues<10>()
    for age in 0..<10 {
      if let value = windows.minutes[age: age] { values.insert(Int64(value)) }
    }
    return values.count >= 5 ? Int(values.lowerMedian) : nil
  }

  /// Whether the last quarter of an hour bears out a falling trend; asked once it holds enough.
  ///
  /// A slow fall in steps of a tenth has a median slope of zero over 15 minutes, since most pairs
  /// of minutes are equal; there, one step down is as much as can be seen.
  func fallsLately(_ limit: Int) -> Bool {
    if windows.falls15(limit) { return true }
    guard isCoarse, windows.falls15(0), let then = windows.minutes[age: 14],
      let now = windows.minutes[age: 0]
    else { return false }
    return now <= then - 100
  }

  /// Whether the newest minutes themselves fall at `slope`, thousandths of a degree per hour.
  ///
  /// What sets an infant that cools apart from one that was moved: that one soon comes back, long
  /// before a window's slope shows it. Without a minute to compare with, nothing is held against
  /// the trend.
  func stillFalls(_ slope: Int, minutes count: Int) -> Bool {
    guard let now = windows.minutes[age: 0] else { return true }
    for age in count..<(count + 3) {
      guard let then = windows.minutes[age: age] else { continue }
      return 60 * (Int(now) - Int(then)) <= slope * age
    }
    return true
  }
}

extension TemperatureChannel {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try intake.pass(through: &archive)
    try bins.pass(through: &archive)
    try windows.pass(through: &archive)
    try contact.pass(through: &archive)
    try constancy.pass(through: &archive)
    try jitter.pass(through: &archive)
    try archive.pass(&warmupStart)
    try archive.pass(&isWarm)
    try archive.pass(&quality)
    try archive.pass(&lastValid)
    try archive.pass(&isHeard)
    try archive.pass(&settlingSince)
    try archive.pass(&faultRun)
    try archive.pass(&fault, from: .none) { cause, archive throws(ArchiveError) in
      try archive.pass(&cause)
    }
    try archive.pass(&isStale)
    try archive.pass(&isCoarse)
    try archive.pass(&temperature, within: Archive.temperatures)
    try archive.pass(&minute, within: Archive.temperatures)
    try archive.pass(&restoredMinutes, within: 0...6)
    try archive.pass(&minutesSinceGap, within: 0...Self.gapMinutes)
    try archive.pass(&resumedLevel, within: Archive.temperatures)
    try archive.pass(&reattachment, from: (0, 0)) { known, archive throws(ArchiveError) in
      try archive.pass(&known.before, within: 0...60_000)
      try archive.pass(&known.goodMinutes, within: 0...1_000)
    }
    try conditions.pass(through: &archive)
  }
}

let second: Int64 = 1_000_000_000
