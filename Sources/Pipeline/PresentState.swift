import EventStream
import Thermoregulation

/// What a subscriber is told first: how things stand now.
struct PresentState {
  /// By infant.
  private(set) var assessments: [Assessment?] = []
  /// The alarms that stand, oldest first.
  private(set) var alarms: [Alarm] = []
  /// The skin-to-skin sessions that are open.
  private(set) var sessions: [SessionEvent] = []
  /// The newest one, to answer its sender by.
  private(set) var spotCheck: SpotCheck?

  init() {}

  /// How things stand after a restart.
  init(_ analyzer: Analyzer) {
    assessments = analyzer.assessments
    alarms = analyzer.standingAlarms
    sessions = analyzer.openSessions
  }

  /// The infant has been discharged.
  mutating func forget(_ infant: InfantIndex) {
    if assessments.indices.contains(infant) { assessments[infant] = nil }
    sessions.removeAll { $0.infant == infant }
  }

  mutating func note(_ event: Event) {
    switch event.content {
    case .assessment(let state):
      while assessments.count <= state.infant { assessments.append(nil) }
      assessments[state.infant] = state
    case .alarm(let event):
      alarms.removeAll { $0.id == event.alarm.id }
      if event.change != .cleared {
        let place = alarms.firstIndex { $0.id > event.alarm.id } ?? alarms.count
        alarms.insert(event.alarm, at: place)
      }
    case .session(let session):
      sessions.removeAll { $0.infant == session.infant }
      if session.end == nil { sessions.append(session) }
    case .spotCheck(let check): spotCheck = check
    case .mark: break
    }
  }
}
