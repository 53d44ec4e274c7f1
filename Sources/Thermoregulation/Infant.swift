import Probes

/// Who an infant is to the analyzer. The name is a bed or study identifier, never a person's.
public struct InfantProfile: Equatable, Sendable {
  public var name: String
  /// Completed weeks; nil where unknown, which is judged as preterm.
  public var gestationalAgeWeeks: Int?
  public var birthWeightGrams: Int?
  /// Nanoseconds since 1970.
  public var born: Int64?
  /// The parent whose skin it lies on; twins share one.
  public var parent: String?
  public var limits: Limits

  public init(
    name: String, gestationalAgeWeeks: Int? = nil, birthWeightGrams: Int? = nil,
    born: Int64? = nil, parent: String? = nil, limits: Limits? = nil
  ) {
    self.name = name
    self.gestationalAgeWeeks = gestationalAgeWeeks
    self.birthWeightGrams = birthWeightGrams
    self.born = born
    self.parent = parent
    self.limits = limits ?? Limits(gestationalAgeWeeks: gestationalAgeWeeks)
  }
}

/// All that is known of one infant: its channels, and how far each rule has come.
struct Infant {
  let index: InfantIndex
  var profile: InfantProfile
  var temperatures: [TemperatureChannel] = []
  var hearts: [HeartChannel] = []
  var marks = Marks()

  var coldStress = Dwell()
  var resumedLower = Dwell()
  var hypothermia = Dwell()
  var hyperthermia = Dwell()
  var hyperthermiaMedium = Dwell()
  var hyperthermiaHigh = Dwell()
  /// On 10 s bins: below 35.0 and below 32.0.
  var deep = Dwell()
  var severe = Dwell()
  var peripheralGap = Dwell()
  /// Second by second.
  var combined = Dwell()
  var coolingTrend = MinuteVote()
  var coolingFast = MinuteVote()
  var coolingRapid = MinuteVote()
  var notRewarming = MinuteVote()
  var warmingTrend = MinuteVote()

  var calibration: Calibration?
  var sessions = Sessions()
  var possibleSwap = Condition()
  /// One condition a physiological rule.
  var conditions = Conditions<13>(from: .coolingTrend)
  private var lastSaturation: (percent: Int, time: Timestamp)?
  private(set) var published: Assessment
  /// Whether the primary channel or its quality may have changed since it was last published.
  var isStirred = true
  /// Whether it is judged no more.
  var isDischarged = false

  /// Channels of one infant; samples of a further one are not judged.
  static let mostChannels = 8

  init(index: InfantIndex, profile: InfantProfile) {
    precondition(Rule.noData.rawValue == 13, "one condition a physiological rule")
    self.index = index
    self.profile = profile
    published = Assessment(infant: index)
    temperatures.reserveCapacity(Self.mostChannels)
    hearts.reserveCapacity(Self.mostChannels)
  }

  var limits: Limits { profile.limits }

  /// Takes a sample of this infant's. `site` is where the configuration or the probe places it.
  mutating func take(_ sample: Sample, site: Site) {
    switch sample.quantity {
    case .temperature:
      guard let place = temperaturePlace(sample, site) else { return }
      temperatures[place].take(sample)
      // A good sample changes nothing before its bin ends; what a bad one does shows at once.
      if sample.validity != .valid || sample.isFaulty || !temperatures[place].isHeard {
        isStirred = true
      }
    case .heartRate, .pulseRate:
      guard let place = heartPlace(sample) else { return }
      hearts[place].take(sample, limits)
    case .spo2:
      if sample.validity == .valid {
        lastSaturation = (Int(sample.thousandths) / 1000, sample.time)
      }
    case .perfusionIndex, .battery, .respirationRate, .humidity: break
    }
  }

  private mutating func temperaturePlace(_ sample: Sample, _ site: Site) -> Int? {
    for place in temperatures.indices
    where temperatures[place].port == sample.port && temperatures[place].channel == sample.channel
      && temperatures[place].site == site
    {
      return place
    }
    guard temperatures.count < Self.mostChannels else { return nil }
    temperatures.append(
      TemperatureChannel(
        port: sample.port, channel: sample.channel, site: site, at: sample.time))
    return temperatures.count - 1
  }

  private mutating func heartPlace(_ sample: Sample) -> Int? {
    for place in hearts.indices
    where hearts[place].port == sample.port && hearts[place].quantity == sample.quantity {
      return place
    }
    guard hearts.count < Self.mostChannels else { return nil }
    hearts.append(HeartChannel(port: sample.port, quantity: sample.quantity, at: sample.time))
    return hearts.count - 1
  }

  /// The place of the best valid core site: rectal, esophageal, axilla, abdomen, back, and last a
  /// site that nobody named. Without a valid one, the best that there is.
  var primary: Int? {
    var best: Int?
    for place in temperatures.indices {
      guard temperatures[place].site.coreRank != nil else { continue }
      if let other = best, !isBetter(place, than: other) { continue }
      best = place
    }
    return best
  }

  /// A probe that is still warming up does not displace one that can show a trend.
  private func isBetter(_ place: Int, than other: Int) -> Bool {
    let quality = max(temperatures[place].quality, .noisy)
    let otherQuality = max(temperatures[other].quality, .noisy)
    if quality != otherQuality { return quality > otherQuality }
    return temperatures[place].site.coreRank! < temperatures[other].site.coreRank!
  }

  /// The heart-rate source that counts: an electrocardiogram before an oximeter, fresh before not.
  func primaryHeart(at now: Timestamp) -> Int? {
    var best: Int?
    for place in hearts.indices where now <= hearts[place].freshUntil {
      if let other = best, hearts[other].quantity == .heartRate { continue }
      best = place
    }
    return best
  }

  /// An alarm of this infant's, as it would be raised now.
  func alarm(
    _ rule: Rule, _ priority: Priority, onset: Timestamp, at now: Timestamp, port: PortIndex?,
    site: Site = .unknown
  ) -> Alarm {
    Alarm(
      id: 0, rule: rule, priority: priority, infant: index, port: port, site: site, onset: onset,
      raised: now)
  }

  /// Publishes the state on the 10 s grid, and at once when band, quality or site has changed.
  mutating func publish(at now: Timestamp, onGrid: Bool, _ announcer: inout Announcer) {
    isStirred = false
    let place = primary
    let quality = place.map { temperatures[$0].quality } ?? .none
    let site = place.map { temperatures[$0].site } ?? .unknown
    if !onGrid, quality == published.quality, site == published.site { return }
    let assessment = assess(place, quality, at: now)
    let changed =
      assessment.band != published.band || assessment.quality != published.quality
      || assessment.site != published.site
    guard onGrid || changed else { return }
    published = assessment
    announcer.say(.assessment(assessment))
  }

  private func assess(_ place: Int?, _ quality: Quality, at now: Timestamp) -> Assessment {
    var state = Assessment(infant: index)
    state.quality = quality
    if let place {
      let offset = offset(of: place, at: now)
      state.site = temperatures[place].site
      state.temperature = temperatures[place].temperature.map { $0 + offset }
      if offset != 0 {
        state.rawTemperature = temperatures[place].temperature
        state.offset = offset
      }
      if state.temperature != nil {
        state.age = Int(now.since(temperatures[place].lastValid) / second)
      }
      if quality == .good, let temperature = state.temperature {
        state.band = limits.band(of: temperature)
      }
      if quality == .good, let line = temperatures[place].windows.line30 {
        state.describe(line.raised(by: offset), limits)
      }
    }
    for place in temperatures.indices
    where temperatures[place].site == .foot && temperatures[place].quality == .good {
      state.peripheral = temperatures[place].temperature
    }
    if let peripheral = state.peripheral, let core = state.temperature, state.band != .unknown {
      state.gap = core - peripheral
    }
    if let heart = primaryHeart(at: now) { state.heartRate = hearts[heart].rate }
    if let saturation = lastSaturation, now.since(saturation.time) <= 10 * second {
      state.spo2 = saturation.percent
    }
    state.skinToSkin = sessions.state
    state.skinToSkinHours24h = sessions.hours24h
    return state
  }
}

extension Assessment {
  /// An infant's own wander limits a half-hour slope to 0.30 °C/h; the interval is 1.28 of it.
  private static let interval = 384

  /// A trend is one whose whole interval lies on one side of zero.
  fileprivate mutating func describe(_ line: Line, _ limits: Limits) {
    let slope = line.slopePerHour
    self.slope = slope
    slopeLow = slope - Self.interval
    slopeHigh = slope + Self.interval
    trend =
      slope < -Self.interval ? .cooling : slope > Self.interval ? .warming : .stable
    minutesToColdStress = line.minutes(to: limits.coldStress)
    minutesToHypothermia = line.minutes(to: limits.hypothermia)
  }
}

extension Site {
  /// The order in which sites are preferred for the infant's temperature; nil for those that
  /// never make its band: the periphery, the parent, the room.
  var coreRank: Int? {
    switch self {
    case .rectal: 0
    case .esophageal: 1
    case .axilla: 2
    case .abdomen: 3
    case .back: 4
    case .unknown: 5
    case .foot, .forehead, .parentChest, .ambient: nil
    }
  }
}

extension Infant {
  /// Channels of ports that are gone come back under `Archive.noPort`, to be dropped.
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try passChannels(through: &archive)
    try marks.pass(through: &archive)
    try coldStress.pass(through: &archive)
    try resumedLower.pass(through: &archive)
    try hypothermia.pass(through: &archive)
    try hyperthermia.pass(through: &archive)
    try hyperthermiaMedium.pass(through: &archive)
    try hyperthermiaHigh.pass(through: &archive)
    try deep.pass(through: &archive)
    try severe.pass(through: &archive)
    try peripheralGap.pass(through: &archive)
    try combined.pass(through: &archive)
    try coolingTrend.pass(through: &archive)
    try coolingFast.pass(through: &archive)
    try coolingRapid.pass(through: &archive)
    try notRewarming.pass(through: &archive)
    try warmingTrend.pass(through: &archive)
    try archive.pass(&calibration, from: Calibration(place: 0, offset: 0, time: .zero)) {
      check, archive throws(ArchiveError) in try check.pass(through: &archive)
    }
    try sessions.pass(through: &archive, infant: index)
    try possibleSwap.pass(through: &archive)
    try conditions.pass(through: &archive)
    try archive.pass(&lastSaturation, from: (0, .zero)) { known, archive throws(ArchiveError) in
      try archive.pass(&known.percent)
      try archive.pass(&known.time)
    }
    try published.pass(through: &archive)
    try archive.pass(&isStirred)
  }

  private mutating func passChannels(through archive: inout Archive) throws(ArchiveError) {
    var count = temperatures.count
    try archive.pass(&count, within: 0...Self.mostChannels)
    for place in 0..<count {
      var port = archive.isRestoring ? 0 : temperatures[place].port
      var channel = archive.isRestoring ? 0 : temperatures[place].channel
      var site = archive.isRestoring ? .unknown : temperatures[place].site
      try archive.pass(port: &port)
      try archive.pass(&channel)
      try archive.pass(&site)
      if archive.isRestoring {
        temperatures.append(
          TemperatureChannel(port: port, channel: channel, site: site, at: .zero))
      }
      try temperatures[place].pass(through: &archive)
    }
    count = hearts.count
    try archive.pass(&count, within: 0...Self.mostChannels)
    for place in 0..<count {
      var port = archive.isRestoring ? 0 : hearts[place].port
      var quantity = archive.isRestoring ? .heartRate : hearts[place].quantity
      try archive.pass(port: &port)
      try archive.pass(&quantity)
      if archive.isRestoring {
        hearts.append(HeartChannel(port: port, quantity: quantity, at: .zero))
      }
      try hearts[place].pass(through: &archive)
    }
  }

  /// Drops the channels of ports that are this infant's no more; their alarms go to `dropped`.
  mutating func keepChannels(
    ofPorts isKept: (PortIndex) -> Bool, dropped: inout [Alarm]
  ) {
    var lost: [Alarm] = []
    var kept: [TemperatureChannel] = []
    let checked = calibration?.place
    calibration?.place = 0
    for place in temperatures.indices {
      guard isKept(temperatures[place].port) else {
        temperatures[place].conditions.forEachAlarm { lost.append($0) }
        if place == checked { calibration = nil }
        continue
      }
      if place == checked { calibration?.place = kept.count }
      kept.append(temperatures[place])
    }
    if checked.map({ $0 >= temperatures.count }) ?? false { calibration = nil }
    temperatures = kept
    temperatures.reserveCapacity(Self.mostChannels)
    hearts.removeAll { heart in
      if isKept(heart.port) { return false }
      heart.conditions.forEachAlarm { lost.append($0) }
      return true
    }
    dropped += lost
  }

  /// Calls `body` with each alarm of this infant's that stands.
  func forEachAlarm(_ body: (Alarm) -> Void) {
    conditions.forEachAlarm(body)
    if let alarm = possibleSwap.alarm { body(alarm) }
    for place in temperatures.indices { temperatures[place].conditions.forEachAlarm(body) }
    for place in hearts.indices { hearts[place].conditions.forEachAlarm(body) }
  }

  /// After a pause so long that nothing of the past explains the present: what staff must still
  /// see to stands, sessions and their dose go on, all else begins anew.
  mutating func beginAnew(at now: Timestamp) {
    var fresh = Infant(index: index, profile: profile)
    for old in temperatures {
      var channel = TemperatureChannel(
        port: old.port, channel: old.channel, site: old.site, at: now)
      channel.conditions = old.conditions
      fresh.temperatures.append(channel)
    }
    for old in hearts {
      var heart = HeartChannel(port: old.port, quantity: old.quantity, at: now)
      heart.conditions = old.conditions
      fresh.hearts.append(heart)
    }
    fresh.conditions = conditions
    fresh.possibleSwap = possibleSwap
    fresh.sessions = sessions
    self = fresh
  }
}
