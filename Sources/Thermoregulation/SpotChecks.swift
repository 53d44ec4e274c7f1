import Probes

/// What a nurse's thermometer adds to one channel's values (section 2).
struct Calibration {
  /// Place of the channel.
  var place: Int
  /// Thousandths of a degree.
  private(set) var offset: Int
  private(set) var time: Timestamp

  static let greatest = 700
  /// Thousandths of a degree per hour over 15 minutes.
  static let greatestSlope = 300
  static let life: Int64 = 12 * 3_600 * second
}

extension Calibration {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&place, within: 0...(Infant.mostChannels - 1))
    try archive.pass(&offset, within: -Self.greatest...Self.greatest)
    try archive.pass(&time)
  }
}

extension Infant {
  /// What is added to a channel's values now: nothing once the check is old, or the probe has been
  /// put on anew.
  func offset(of place: Int, at now: Timestamp) -> Int {
    guard let check = calibration, check.place == place, now.since(check.time) < Calibration.life,
      temperatures[place].warmupStart <= check.time
    else { return 0 }
    return check.offset
  }

  mutating func takeSpotCheck(
    _ value: Int, _ site: Site, by: String?, at now: Timestamp, _ announcer: inout Announcer
  ) {
    var check = SpotCheck(
      infant: index, outcome: .noValue, value: value, site: site, by: by)
    defer { announcer.say(.spotCheck(check)) }
    guard let place = primary, temperatures[place].quality >= .warmup,
      let shown = temperatures[place].minute ?? temperatures[place].temperature
    else { return }
    let offset = value - shown
    check.temperature = shown
    check.offset = offset
    guard offset.magnitude <= Calibration.greatest else {
      check.outcome = .differs
      var alarm = alarm(
        .checkProbe, .low, onset: now, at: now, port: temperatures[place].port,
        site: temperatures[place].site)
      alarm.value = offset
      alarm.limit = Calibration.greatest
      alarm.cause = .spotCheck
      temperatures[place].conditions.raise(alarm, &announcer)
      return
    }
    guard temperatures[place].quality == .good,
      let line = temperatures[place].windows.line15, line.isLevel(within: Calibration.greatestSlope)
    else {
      check.outcome = .unstable
      return
    }
    check.outcome = .accepted
    calibration = Calibration(place: place, offset: offset, time: now)
    if temperatures[place].conditions[.checkProbe]?.cause == .spotCheck {
      temperatures[place].conditions.end(.checkProbe, &announcer)
    }
  }
}
