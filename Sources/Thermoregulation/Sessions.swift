import Probes

/// An infant's skin-to-skin sessions: said by staff, or shown by the temperatures (section 7).
struct Sessions {
  private(set) var open: SessionEvent?
  private(set) var dose = Dose()
  private var firstStart: Timestamp?
  /// Whether staff have ever said anything, or the temperatures show it just now.
  private var isMarked = false
  private var isVisible = false
  /// Bins in a row in which infant and parent were, or were not, equally warm.
  private var together = 0
  private var apart = 0
  /// Staff said that it is over: nothing is inferred until the two have been seen apart.
  private var isOverByMark = false

  /// Ten minutes of bins, and a session that counts.
  private static let decisive = 60
  private static let decisiveSpan = 600 * second
  private static let shortSession: Int64 = 3_600 * second
  /// Thousandths of a degree between infant and parent.
  private static let greatestDifference = 1_000

  var state: SkinToSkin {
    if open != nil { return .yes }
    return isMarked || isVisible ? .no : .unknown
  }

  /// Nil as long as nothing is known.
  var hours24h: Int? {
    state == .unknown && firstStart == nil ? nil : dose.hours24h
  }

  mutating func pass(to now: Timestamp) {
    dose.advance(to: now)
    if open != nil { dose.add(seconds: 1) }
  }

  mutating func mark(
    _ mark: Mark, infant: InfantIndex, temperature: Int?, at now: Timestamp,
    _ announcer: inout Announcer
  ) {
    switch mark {
    case .transfer, .bath: break
    case .skinToSkinStart:
      isMarked = true
      isOverByMark = false
      if open == nil {
        start(.marked, infant, temperature, at: now, &announcer)
      } else {
        // Marked beats inferred.
        open!.basis = .marked
      }
    case .skinToSkinEnd:
      isMarked = true
      isOverByMark = true
      if open != nil {
        open!.basis = .marked
        end(temperature, at: now, &announcer)
      }
    }
  }

  /// Ends the session that is open, if any: the infant leaves.
  mutating func close(temperature: Int?, at now: Timestamp, _ announcer: inout Announcer) {
    if open != nil { end(temperature, at: now, &announcer) }
  }

  /// Once a bin: what the infant's trunk and the parent's chest show; nil where one is unknown.
  mutating func look(
    difference: Int?, infant: InfantIndex, temperature: Int?, at now: Timestamp,
    _ announcer: inout Announcer
  ) {
    if let temperature, open != nil {
      open!.temperatureLow = min(open!.temperatureLow ?? temperature, temperature)
      if open!.temperatureStart == nil { open!.temperatureStart = temperature }
    }
    isVisible = difference != nil
    guard let difference else { return }
    let isNear = difference.magnitude <= Self.greatestDifference
    together = isNear ? together + 1 : 0
    apart = isNear ? 0 : apart + 1
    let began = now.advanced(by: -Self.decisiveSpan)
    if together >= Self.decisive, open == nil, !isOverByMark {
      start(.inferred, infant, temperature, at: began, &announcer)
      dose.add(seconds: Int32(Self.decisiveSpan / second))
    } else if apart >= Self.decisive {
      isOverByMark = false
      if let session = open, session.basis == .inferred {
        let end = max(began, session.start)
        dose.add(seconds: -Int32(now.since(end) / second))
        self.end(temperature, at: end, &announcer)
      }
    }
  }

  private mutating func start(
    _ basis: SessionEvent.Basis, _ infant: InfantIndex, _ temperature: Int?, at time: Timestamp,
    _ announcer: inout Announcer
  ) {
    let first = firstStart ?? time
    firstStart = first
    var session = SessionEvent(infant: infant, basis: basis, start: time, firstStart: first)
    session.temperatureStart = temperature
    session.temperatureLow = temperature
    open = session
    announcer.say(.session(counted(session)))
  }

  private mutating func end(
    _ temperature: Int?, at time: Timestamp, _ announcer: inout Announcer
  ) {
    guard var session = open else { return }
    open = nil
    session.end = time
    session.temperatureEnd = temperature
    if time.since(session.start) < Self.shortSession { dose.addShortSession() }
    announcer.say(.session(counted(session)))
  }

  private func counted(_ session: SessionEvent) -> SessionEvent {
    var session = session
    session.hours24h = dose.hours24h
    session.shortSessions24h = dose.shortSessions24h
    return session
  }
}

extension Infant {
  mutating func take(_ mark: Mark, at time: Timestamp, _ announcer: inout Announcer) {
    marks.set(mark, at: time)
    sessions.mark(
      mark, infant: index, temperature: trustworthyTemperature(at: time), at: time, &announcer)
  }

  /// Once a bin.
  mutating func lookForSession(at now: Timestamp, _ announcer: inout Announcer) {
    sessions.look(
      difference: trunkAboveParent, infant: index,
      temperature: trustworthyTemperature(at: now), at: now, &announcer)
  }

  func trustworthyTemperature(at now: Timestamp) -> Int? {
    guard let place = primary, temperatures[place].quality == .good else { return nil }
    return temperatures[place].temperature.map { $0 + offset(of: place, at: now) }
  }

  /// How much warmer the infant's back or abdomen is than the parent's chest.
  private var trunkAboveParent: Int? {
    var trunk: Int?
    var parent: Int?
    for place in temperatures.indices where temperatures[place].quality >= .warmup {
      guard let temperature = temperatures[place].temperature else { continue }
      switch temperatures[place].site {
      case .back, .abdomen: trunk = trunk ?? temperature
      case .parentChest: parent = parent ?? temperature
      default: break
      }
    }
    guard let trunk, let parent else { return nil }
    return trunk - parent
  }
}

extension Sessions {
  mutating func pass(
    through archive: inout Archive, infant: InfantIndex
  ) throws(ArchiveError) {
    let blank = SessionEvent(infant: infant, basis: .marked, start: .zero, firstStart: .zero)
    try archive.pass(&open, from: blank) { session, archive throws(ArchiveError) in
      try archive.pass(&session.basis)
      try archive.pass(&session.start)
      try archive.pass(&session.end)
      try archive.pass(&session.temperatureStart)
      try archive.pass(&session.temperatureLow)
      try archive.pass(&session.temperatureEnd)
      try archive.pass(&session.hours24h)
      try archive.pass(&session.shortSessions24h)
      try archive.pass(&session.firstStart)
    }
    try dose.pass(through: &archive)
    try archive.pass(&firstStart)
    try archive.pass(&isMarked)
    try archive.pass(&isVisible)
    try archive.pass(&together)
    try archive.pass(&apart)
    try archive.pass(&isOverByMark)
  }
}
