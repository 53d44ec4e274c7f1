public import Probes

/// All that an analyzer knows, as bytes that outlive it.
///
/// An analyzer that is restored goes on as if nothing had happened: fed with equal inputs it says
/// the same, byte for byte. Into a changed configuration comes what still has its place there:
/// infants are known by name, ports by name and assignment. What is gone is dropped, and its alarms
/// are cleared; what is new begins empty.
extension Analyzer {
  /// The form of the bytes; to be raised whenever what passes through an archive changes.
  static let archiveVersion = 1

  /// Appends all state to `bytes`, in whose room nothing is allocated. Events must have been told.
  ///
  /// `portNames`: what the ports are called, by number.
  public mutating func archive(into bytes: inout [UInt8], portNames: [String]) {
    precondition(!hasEvents, "what has been said is told before the state is archived")
    var out: [UInt8] = []
    swap(&out, &bytes)
    var archive = Archive(appendingTo: out)
    do throws(ArchiveError) {
      try pass(through: &archive, portNames)
    } catch {
      preconditionFailure("only what comes back can be refused: \(error)")
    }
    bytes = archive.takeBytes()
  }

  /// Takes over what an archive holds of today's infants and ports.
  ///
  /// Refused as a whole where anything is wrong; then nothing has changed. What the configuration
  /// no longer has an infant or a port for is cleared by `events`.
  @discardableResult
  public mutating func restore(
    from bytes: [UInt8], portNames: [String]
  ) throws(ArchiveError) -> ArchiveNumbers {
    var archive = Archive(restoringFrom: bytes)
    var restored = self
    try restored.pass(through: &archive, portNames)
    try archive.finish()
    self = restored
    return ArchiveNumbers(infants: archive.infants, ports: archive.ports)
  }

  /// The names of the ports in an archive that are there, or were within the last day.
  ///
  /// For probes that no section names: who restores has to know of them first.
  public static func recentPorts(in bytes: [UInt8]) throws(ArchiveError) -> [String] {
    var archive = Archive(restoringFrom: bytes)
    var nobody = Analyzer()
    try nobody.pass(through: &archive, [])
    let names = archive.portNames
    let isRecent = archive.isPortRecent
    return names.indices.filter { isRecent[$0] && !names[$0].isEmpty }.map { names[$0] }
  }

  /// The time of the newest input.
  public var time: Timestamp { announcer.now }

  /// The number of the newest alarm.
  public var lastAlarm: Int {
    get { announcer.lastAlarm }
    set { announcer.lastAlarm = max(announcer.lastAlarm, newValue) }
  }

  /// The alarms that stand, oldest first.
  public var standingAlarms: [Alarm] {
    var alarms: [Alarm] = []
    for place in infants.indices { infants[place].forEachAlarm { alarms.append($0) } }
    forEachPortAlarm { alarms.append($0) }
    house.forEachAlarm { alarms.append($0) }
    return alarms.sorted { $0.id < $1.id }
  }

  /// The skin-to-skin sessions that are open.
  public var openSessions: [SessionEvent] { infants.compactMap(\.sessions.open) }

  /// What was last published of each infant.
  public var assessments: [Assessment] { infants.map(\.published) }

  /// Goes on at `now` after a pause longer than anything is remembered for: alarms stand, sessions
  /// go on, windows are empty.
  public mutating func resume(afterLongPauseAt now: Timestamp) {
    for place in infants.indices { infants[place].beginAnew(at: now) }
    beginAnew(at: now)
  }
}

/// Today's numbers of those that an archive knows by its own.
public struct ArchiveNumbers: Sendable {
  let infants: [InfantIndex?]
  let ports: [PortIndex?]

  /// Nil where the infant is gone.
  public func infant(_ then: InfantIndex) -> InfantIndex? {
    infants.indices.contains(then) ? infants[then] : nil
  }

  /// Nil where the port is gone, or is another one today.
  public func port(_ then: PortIndex) -> PortIndex? {
    ports.indices.contains(Int(then)) ? ports[Int(then)] : nil
  }
}

extension Analyzer {
  private mutating func pass(
    through archive: inout Archive, _ portNames: [String]
  ) throws(ArchiveError) {
    try passForm(through: &archive)
    try passInfantNames(through: &archive)
    let portCount = try passPortNames(through: &archive, portNames)
    try announcer.pass(through: &archive)
    var dropped: [Alarm] = []
    try passInfants(through: &archive, &dropped)
    try house.pass(through: &archive)
    try passPorts(through: &archive, portCount, &dropped)
    dropped.sort { $0.id < $1.id }
    for alarm in dropped { announcer.announce(.cleared, alarm) }
  }

  /// What the bytes are, and that the words in them mean the same.
  private func passForm(through archive: inout Archive) throws(ArchiveError) {
    try pass(form: Self.archiveVersion, through: &archive)
    try pass(form: Rule.allCases.count, through: &archive)
    try pass(form: Cause.allCases.count, through: &archive)
  }

  private func pass(form: Int, through archive: inout Archive) throws(ArchiveError) {
    var found = form
    try archive.pass(&found)
    guard found == form else {
      throw archive.error("form \(found)", "\(form): another version wrote it")
    }
  }

  private func passInfantNames(through archive: inout Archive) throws(ArchiveError) {
    var count = infants.count
    try archive.pass(&count, within: 0...65_535)
    for place in 0..<count {
      // One that has been discharged may share its name with one that has not.
      var name =
        archive.isRestoring || infants[place].isDischarged ? "" : infants[place].profile.name
      try archive.pass(&name)
      if archive.isRestoring {
        archive.infants.append(infants.firstIndex { $0.profile.name == name })
      }
    }
  }

  /// A port that serves somebody else today, or lies elsewhere, is another port.
  private func passPortNames(
    through archive: inout Archive, _ names: [String]
  ) throws(ArchiveError) -> Int {
    var count = portCount
    try archive.pass(&count, within: 0...65_535)
    for place in 0..<count {
      var name = archive.isRestoring ? "" : names[place]
      var assignment =
        archive.isRestoring ? PortAssignment() : self.assignment(of: PortIndex(place))
      try archive.pass(&name)
      try assignment.pass(through: &archive)
      guard archive.isRestoring else { continue }
      archive.portNames.append(name)
      let today = names.firstIndex(of: name)
      let isSame = today.map { self.assignment(of: PortIndex($0)) == assignment } ?? false
      archive.ports.append(isSame ? today.map { PortIndex($0) } : nil)
    }
    return count
  }

  private mutating func passInfants(
    through archive: inout Archive, _ dropped: inout [Alarm]
  ) throws(ArchiveError) {
    guard archive.isRestoring else {
      for place in infants.indices { try infants[place].pass(through: &archive) }
      return
    }
    for known in archive.infants {
      // Whoever is gone has to pass all the same.
      let profile = known.map { infants[$0].profile } ?? InfantProfile(name: "")
      var infant = Infant(index: known ?? 0, profile: profile)
      try infant.pass(through: &archive)
      guard let known else {
        infant.forEachAlarm { dropped.append($0) }
        continue
      }
      infant.keepChannels(
        ofPorts: { port in feeds(port, known) }, dropped: &dropped)
      infants[known] = infant
    }
  }

  /// Whether a port's samples are that infant's.
  private func feeds(_ port: PortIndex, _ infant: InfantIndex) -> Bool {
    guard Int(port) < portCount else { return false }
    let assignment = assignment(of: port)
    if let owner = assignment.infant { return owner == infant }
    return assignment.parent != nil && assignment.parent == infants[infant].profile.parent
  }
}

extension PortAssignment {
  fileprivate mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(infant: &infant)
    try archive.pass(&parent, from: "") { name, archive throws(ArchiveError) in
      try archive.pass(&name)
    }
    try archive.pass(&site)
    var count = channelSites.count
    try archive.pass(&count, within: 0...255)
    for place in 0..<count {
      var site = archive.isRestoring ? .unknown : channelSites[place]
      try archive.pass(&site)
      if archive.isRestoring { channelSites.append(site) }
    }
  }
}
