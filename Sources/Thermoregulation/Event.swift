public import Probes

/// What the analyzer says, and when.
public struct Event: Sendable {
  public enum Content: Sendable {
    case assessment(Assessment)
    case alarm(AlarmEvent)
    case mark(Mark, infant: InfantIndex, by: String?)
  }

  public var time: Timestamp
  public var content: Content
}

/// One infant's state at one moment: what an `assessment` line shows.
///
/// Temperatures are in thousandths of a degree Celsius, slopes in thousandths of a degree per hour.
public struct Assessment: Equatable, Sendable {
  public var infant: InfantIndex
  public var band = Band.unknown
  /// The primary channel's newest bin.
  public var temperature: Int?
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

  public init(infant: InfantIndex) { self.infant = infant }
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
  private var lastAlarm = 0

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
