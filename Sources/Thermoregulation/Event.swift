public import Probes

/// What the analyzer says, and when.
public struct Event: Sendable {
  public enum Content: Sendable {
    case assessment(Assessment)
    case alarm(AlarmEvent)
    case mark(Mark, infant: InfantIndex, by: String?)
    case session(SessionEvent)
    case spotCheck(SpotCheck)
  }

  public var time: Timestamp
  public var content: Content

  public init(time: Timestamp, content: Content) {
    self.time = time
    self.content = content
  }
}

/// One infant's state at one moment: what an `assessment` line shows.
///
/// Temperatures are in thousandths of a degree Celsius, slopes in thousandths of a degree per hour.
public struct Assessment: Equatable, Sendable {
  public var infant: InfantIndex
  public var band = Band.unknown
  /// The primary channel's newest bin, by a spot check's offset where there is one.
  public var temperature: Int?
  /// What the probe itself said, and how much was added; nil where nothing is.
  public var rawTemperature: Int?
  public var offset: Int?
  public var site = Site.unknown
  /// Seconds since the primary channel's last valid bin ended.
  public var age: Int?
  public var quality = Quality.none
  public var trend = Trend.insufficient
  public var slope: Int?
  public var slopeLow: Int?
  public var slopeHigh: Int?
  /// Minutes until the cold-stress and the hypothermia limit, while the temperature falls.
  public var minutesToColdStress: Int?
  public var minutesToHypothermia: Int?
  /// The foot's newest bin, and how much colder it is than the primary site.
  public var peripheral: Int?
  public var gap: Int?
  /// Beats per minute.
  public var heartRate: Int?
  /// Percent.
  public var spo2: Int?
  public var skinToSkin = SkinToSkin.unknown
  /// Thousandths of an hour; nil where nothing is known of skin-to-skin contact.
  public var skinToSkinHours24h: Int?

  public init(infant: InfantIndex) { self.infant = infant }
}

/// Whether the infant lies skin-to-skin.
public enum SkinToSkin: UInt8, BitwiseCopyable, Sendable {
  case unknown, no, yes

  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .no: "no"
    case .yes: "yes"
    }
  }
}

/// The beginning or the end of a skin-to-skin session (section 7).
public struct SessionEvent: BitwiseCopyable, Equatable, Sendable {
  public enum Basis: UInt8, BitwiseCopyable, Sendable {
    /// Staff said so.
    case marked
    /// The temperatures of infant and parent showed it.
    case inferred

    public var name: String {
      switch self {
      case .marked: "marked"
      case .inferred: "inferred"
      }
    }
  }

  public var infant: InfantIndex
  public var basis: Basis
  public var start: Timestamp
  /// Nil while the session lasts.
  public var end: Timestamp?
  /// The infant's temperature, where one was trustworthy.
  public var temperatureStart: Int?
  public var temperatureLow: Int?
  public var temperatureEnd: Int?
  /// Thousandths of an hour spent skin-to-skin in the last 24 hours.
  public var hours24h = 0
  /// Sessions shorter than an hour that ended in the last 24 hours.
  public var shortSessions24h = 0
  /// When the first session that the analyzer knows of began.
  public var firstStart: Timestamp

  /// Whole seconds from start to end.
  public var duration: Int? { end.map { Int($0.since(start) / 1_000_000_000) } }
}

/// A nurse's thermometer against the probe, and what came of it (section 2).
public struct SpotCheck: Sendable {
  public enum Outcome: UInt8, BitwiseCopyable, Sendable {
    /// From now on the difference is added.
    case accepted
    /// More than 0.7 °C apart.
    case differs
    /// The temperature is rising or falling too fast, or for too short a time known.
    case unstable
    /// There is no trustworthy temperature to compare with.
    case noValue

    public var name: String {
      switch self {
      case .accepted: "accepted"
      case .differs: "differs"
      case .unstable: "unstable"
      case .noValue: "no-value"
      }
    }
  }

  public var infant: InfantIndex
  public var outcome: Outcome
  /// What the nurse's thermometer showed, and where.
  public var value: Int
  public var site: Site
  /// What the probe showed, without any offset, and how much more the thermometer did.
  public var temperature: Int?
  public var offset: Int?
  public var by: String?
}

/// A change of one alarm condition.
public struct AlarmEvent: Sendable {
  public enum Change: UInt8, BitwiseCopyable, Sendable {
    case raised, escalated, deescalated, acknowledged, latched, cleared, active

    public var name: String {
      switch self {
      case .raised: "raised"
      case .escalated: "escalated"
      case .deescalated: "deescalated"
      case .acknowledged: "acknowledged"
      case .latched: "latched"
      case .cleared: "cleared"
      case .active: "active"
      }
    }
  }

  public var change: Change
  public var alarm: Alarm
  /// Who acknowledged it.
  public var by: String?

  public init(change: Change, alarm: Alarm, by: String? = nil) {
    self.change = change
    self.alarm = alarm
    self.by = by
  }
}

/// One alarm condition, from its raising to its clearing.
public struct Alarm: BitwiseCopyable, Equatable, Sendable {
  /// Counts up from 1 over the analyzer's life.
  public var id: Int
  public var rule: Rule
  public var priority: Priority
  /// Nil for a port that serves no infant.
  public var infant: InfantIndex?
  public var port: PortIndex?
  public var site = Site.unknown
  /// When the condition first held.
  public var onset: Timestamp
  /// When it had held for its dwell.
  public var raised: Timestamp
  /// The value behind it and the limit that it crossed, in thousandths of the rule's unit:
  /// °C, °C/h for the cooling rules, beats per minute for the heart.
  public var value: Int?
  public var limit: Int?
  public var cause = Cause.none
  /// For the cooling rules: where the temperature is, and when it will reach the next limit.
  public var level: Int?
  public var minutesToColdStress: Int?
  public var isLatched = false
  public var isAcknowledged = false

  /// Whole seconds for which the condition held before it was raised.
  public var dwell: Int { Int(raised.since(onset) / 1_000_000_000) }
}

/// Collects events and numbers alarms.
struct Announcer {
  var events: [Event] = []
  /// The time of what is said next.
  var now = Timestamp.zero
  var lastAlarm = 0

  /// Room for what one step can say about every infant; beyond it the array grows.
  init() { events.reserveCapacity(1024) }

  mutating func nextAlarm() -> Int {
    lastAlarm += 1
    return lastAlarm
  }

  mutating func say(_ content: Event.Content) {
    events.append(Event(time: now, content: content))
  }

  mutating func announce(_ change: AlarmEvent.Change, _ alarm: Alarm, by: String? = nil) {
    say(.alarm(AlarmEvent(change: change, alarm: alarm, by: by)))
  }
}

extension Alarm {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&id, within: 1...(1 << 50))
    try archive.pass(&rule)
    try archive.pass(&priority)
    try archive.pass(infant: &infant)
    try archive.pass(port: &port)
    try archive.pass(&site)
    try archive.pass(&onset)
    try archive.pass(&raised)
    try archive.pass(&value)
    try archive.pass(&limit)
    try archive.pass(&cause)
    try archive.pass(&level)
    try archive.pass(&minutesToColdStress)
    try archive.pass(&isLatched)
    try archive.pass(&isAcknowledged)
  }
}

extension Assessment {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&band)
    try archive.pass(&temperature)
    try archive.pass(&rawTemperature)
    try archive.pass(&offset)
    try archive.pass(&site)
    try archive.pass(&age)
    try archive.pass(&quality)
    try archive.pass(&trend)
    try archive.pass(&slope)
    try archive.pass(&slopeLow)
    try archive.pass(&slopeHigh)
    try archive.pass(&minutesToColdStress)
    try archive.pass(&minutesToHypothermia)
    try archive.pass(&peripheral)
    try archive.pass(&gap)
    try archive.pass(&heartRate)
    try archive.pass(&spo2)
    try archive.pass(&skinToSkin)
    try archive.pass(&skinToSkinHours24h)
  }
}

extension Announcer {
  /// What has been said is for those who heard it; only the count of alarms goes on.
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&now)
    try archive.pass(&lastAlarm, within: 0...(1 << 50))
  }
}
