public import Probes

/// What the analyzer is told, each with its time; times never decrease.
public enum Input: Sendable {
  case sample(Sample)
  /// The port's probe is there, or is there again.
  case attached(PortIndex, Timestamp)
  case detached(PortIndex, Timestamp)
  /// Nothing happened until now.
  case passed(Timestamp)
  case mark(Mark, infant: InfantIndex, by: String?, Timestamp)
  case acknowledge(alarm: Int, by: String?, Timestamp)
  /// A nurse's thermometer, in thousandths of a degree Celsius, and where it was held.
  case spotCheck(Int, Site, infant: InfantIndex, by: String?, Timestamp)
  /// What the daemon finds wrong with itself, as `storage` or `socketLost`; nil: it is well again.
  case house(Rule, Cause?, Timestamp)

  public var time: Timestamp {
    switch self {
    case .sample(let sample): sample.time
    case .attached(_, let time), .detached(_, let time), .passed(let time): time
    case .mark(_, infant: _, by: _, let time), .acknowledge(alarm: _, by: _, let time): time
    case .spotCheck(_, _, infant: _, by: _, let time), .house(_, _, let time): time
    }
  }
}

/// Whose a port's samples are.
public struct PortAssignment: Equatable, Sendable {
  /// Nil where nobody has said whose they are, or where they are a parent's only.
  public var infant: InfantIndex?
  public var parent: String?
  /// Where the configuration places the probe, for a protocol that does not say.
  public var site: Site
  /// Sites of further channels: `channelSites[1]` is that of channel 2.
  public var channelSites: [Site]

  public init(
    infant: InfantIndex? = nil, parent: String? = nil, site: Site = .unknown,
    channelSites: [Site] = []
  ) {
    self.infant = infant
    self.parent = parent
    self.site = site
    self.channelSites = channelSites
  }

  /// Where a sample was taken: as the probe says, else as the configuration says of its channel.
  public func site(of sample: Sample) -> Site {
    if sample.site != .unknown { return sample.site }
    let place = Int(sample.channel) - 1
    if channelSites.indices.contains(place), channelSites[place] != .unknown {
      return channelSites[place]
    }
    return sample.channel <= 1 ? site : .unknown
  }
}

/// Judges samples: bins, quality, windows, rules, alarms (the clinical rules, section 3).
///
/// A value without clock or descriptor: time is in its inputs, and decisions fall on a grid of
/// whole seconds of that time, so that equal inputs give equal events on every machine, at every
/// speed and in every chunking. All decisions are made in integers. After the first samples of a
/// channel, a step allocates nothing.
public struct Analyzer: Sendable {
  var infants: [Infant] = []
  var ports: [Port] = []
  /// The daemon's own conditions.
  var house = HouseConditions(from: .storage)
  var announcer = Announcer()
  /// The next second of the grid that has not been judged.
  private var nextTick: Int64?

  /// One port as far as its infant is concerned.
  struct Port {
    var assignment: PortAssignment
    /// When it was attached; nil while it is not.
    var attached: Timestamp?
    var detached: Timestamp?
    var hasSpoken = false
    var portLost = Condition()
    var noData = Condition()
  }

  public init() {}

  public var infantCount: Int { infants.count }

  /// Admits an infant; its number is the count of those before it.
  @discardableResult
  public mutating func admit(_ profile: InfantProfile) -> InfantIndex {
    infants.append(Infant(index: infants.count, profile: profile))
    return infants.count - 1
  }

  /// Corrects what is known of an infant; what was judged so far stands.
  public mutating func correct(_ infant: InfantIndex, to profile: InfantProfile) {
    infants[infant].profile = profile
  }

  /// Says whose the samples of a port are. Ports are numbered from 0 without a gap.
  public mutating func assign(_ assignment: PortAssignment, to port: PortIndex) {
    while ports.count <= Int(port) { ports.append(Port(assignment: PortAssignment())) }
    ports[Int(port)].assignment = assignment
  }

  /// What has been said since `forgetEvents`, in order.
  public var events: [Event] { announcer.events }

  /// Whether anything has been said since `forgetEvents`.
  public var hasEvents: Bool { !announcer.events.isEmpty }

  /// Empties `events`, keeping their room.
  public mutating func forgetEvents() { announcer.events.removeAll(keepingCapacity: true) }

  /// Takes one input; what it leads to is appended to `events`.
  public mutating func step(_ input: Input) {
    advance(to: input.time)
    announcer.now = input.time
    switch input {
    case .sample(let sample): take(sample)
    case .attached(let port, let time): attach(port, at: time)
    case .detached(let port, let time): detach(port, at: time)
    case .passed: break
    case .mark(let mark, let infant, let by, let time):
      guard infants.indices.contains(infant) else { return }
      announcer.say(.mark(mark, infant: infant, by: by))
      infants[infant].take(mark, at: time, &announcer)
    case .acknowledge(alarm: let id, let by, _):
      _ = acknowledge(id, by: by)
    case .spotCheck(let value, let site, let infant, let by, let time):
      guard infants.indices.contains(infant) else { return }
      infants[infant].takeSpotCheck(value, site, by: by, at: time, &announcer)
    case .house(let rule, let cause, let time): judgeHouse(rule, cause, at: time)
    }
  }

  /// Whether an alarm of that number stands.
  public func hasAlarm(_ id: Int) -> Bool {
    var trial = self
    return trial.acknowledge(id, by: nil)
  }

  private mutating func advance(to time: Timestamp) {
    let second = time.seconds
    guard var tick = nextTick else {
      // The grid begins at the second after the first input.
      nextTick = second + 1
      return
    }
    while tick <= second {
      let now = Timestamp(seconds: tick)
      announcer.now = now
      judge(at: now)
      tick += 1
    }
    nextTick = tick
  }

  private mutating func take(_ sample: Sample) {
    guard ports.indices.contains(Int(sample.port)) else { return }
    ports[Int(sample.port)].hasSpoken = true
    let site = ports[Int(sample.port)].assignment.site(of: sample)
    if let infant = ports[Int(sample.port)].assignment.infant {
      infants[infant].take(sample, site: site)
    } else if let parent = ports[Int(sample.port)].assignment.parent {
      // A probe on the parent alone is context for every infant that lies there.
      for place in infants.indices where infants[place].profile.parent == parent {
        infants[place].take(sample, site: site == .unknown ? .parentChest : site)
      }
    }
  }

  private mutating func attach(_ port: PortIndex, at time: Timestamp) {
    guard ports.indices.contains(Int(port)) else { return }
    let place = Int(port)
    // A plug that slipped for a moment is no new contact with the skin.
    let isNewContact = ports[place].detached.map { time.since($0) >= 60 * second } ?? false
    // Opened anew by a daemon that was started again, it has been there all along.
    ports[place].attached = ports[place].attached ?? time
    ports[place].detached = nil
    ports[place].portLost.end(&announcer)
    guard isNewContact else { return }
    for infant in infants.indices {
      for channel in infants[infant].temperatures.indices
      where infants[infant].temperatures[channel].port == port {
        infants[infant].temperatures[channel].reattach(at: time)
        infants[infant].isStirred = true
      }
    }
  }

  private mutating func detach(_ port: PortIndex, at time: Timestamp) {
    guard ports.indices.contains(Int(port)), ports[Int(port)].detached == nil else { return }
    let place = Int(port)
    ports[place].attached = nil
    ports[place].detached = time
    var alarm = Alarm(
      id: 0, rule: .portLost, priority: .medium, infant: ports[place].assignment.infant,
      port: port, onset: time, raised: time)
    alarm.cause = .detached
    ports[place].portLost.raise(alarm, &announcer)
  }

  /// The daemon's own troubles are no infant's.
  private mutating func judgeHouse(_ rule: Rule, _ cause: Cause?, at time: Timestamp) {
    guard let cause else { return house.end(rule, &announcer) }
    // Another cause is another condition: what helped against the first may be the second.
    if let standing = house[rule], standing.cause != cause { house.end(rule, &announcer) }
    var alarm = Alarm(id: 0, rule: rule, priority: .medium, onset: time, raised: time)
    alarm.cause = cause
    house.raise(alarm, &announcer)
  }

  private mutating func acknowledge(_ id: Int, by: String?) -> Bool {
    if house.acknowledge(id, by: by, &announcer) { return true }
    for place in infants.indices
    where infants[place].acknowledge(id, by: by, &announcer) { return true }
    for place in ports.indices
    where ports[place].portLost.acknowledge(id, by: by, &announcer)
      || ports[place].noData.acknowledge(id, by: by, &announcer)
    {
      return true
    }
    return false
  }

  /// One second of the grid.
  private mutating func judge(at now: Timestamp) {
    let onGrid = now.seconds % 10 == 0
    for place in infants.indices where !infants[place].isDischarged {
      if onGrid {
        var minuteEnded = false
        for channel in infants[place].temperatures.indices
        where infants[place].temperatures[channel].closeBin(at: now) { minuteEnded = true }
        for heart in infants[place].hearts.indices {
          infants[place].hearts[heart].closeBin(at: now)
        }
        infants[place].judgeBin(at: now, &announcer)
        if minuteEnded { infants[place].judgeMinute(at: now, &announcer) }
        infants[place].lookForSession(at: now, &announcer)
      }
      infants[place].sessions.pass(to: now)
      infants[place].judgeHeart(at: now, &announcer)
      infants[place].judgeCombined(at: now, &announcer)
      infants[place].judgeProbes(at: now, &announcer)
      if onGrid || infants[place].isStirred {
        infants[place].publish(at: now, onGrid: onGrid, &announcer)
      }
    }
    if onGrid { judgePorts(at: now) }
    if now.seconds % 60 == 0 { judgeTwins(at: now) }
  }

  /// A port that is attached and has never said anything has no channel to miss data from.
  private mutating func judgePorts(at now: Timestamp) {
    for place in ports.indices {
      if ports[place].hasSpoken {
        ports[place].noData.end(&announcer)
        continue
      }
      guard let attached = ports[place].attached, ports[place].assignment.infant != nil,
        now.since(attached) >= Infant.staleAfter
      else { continue }
      let isLong = now.since(attached) >= Infant.staleForLong
      var alarm = Alarm(
        id: 0, rule: .noData, priority: isLong ? .medium : .low,
        infant: ports[place].assignment.infant, port: PortIndex(place), onset: attached,
        raised: now)
      alarm.cause = .silent
      ports[place].noData.raise(alarm, &announcer)
    }
  }
}

/// The ports' part of an archive.
extension Analyzer {
  var portCount: Int { ports.count }

  func assignment(of port: PortIndex) -> PortAssignment { ports[Int(port)].assignment }

  /// The newest second that has been judged is that of the newest input.
  mutating func passPorts(
    through archive: inout Archive, _ count: Int, _ dropped: inout [Alarm]
  ) throws(ArchiveError) {
    var hasBegun = nextTick != nil
    try archive.pass(&hasBegun)
    if archive.isRestoring { nextTick = hasBegun ? announcer.now.seconds + 1 : nil }
    for place in 0..<count {
      guard archive.isRestoring else {
        try ports[place].pass(through: &archive)
        continue
      }
      var port = Port(assignment: PortAssignment())
      try port.pass(through: &archive)
      let isRecent = port.detached.map { announcer.now.since($0) < 86_400 * second } ?? false
      archive.isPortRecent.append(port.attached != nil || isRecent)
      if let today = archive.ports[place] {
        port.assignment = ports[Int(today)].assignment
        ports[Int(today)] = port
      } else {
        dropped += [port.portLost.alarm, port.noData.alarm].compactMap { $0 }
      }
    }
  }

  func forEachPortAlarm(_ body: (Alarm) -> Void) {
    for place in ports.indices {
      if let alarm = ports[place].portLost.alarm { body(alarm) }
      if let alarm = ports[place].noData.alarm { body(alarm) }
    }
  }

  mutating func beginAnew(at now: Timestamp) {
    announcer.now = now
    nextTick = now.seconds + 1
    for place in ports.indices {
      ports[place].attached = nil
      ports[place].hasSpoken = false
    }
  }

  /// Whether the port's probe is there, as far as the analyzer has been told.
  public func isAttached(_ port: PortIndex) -> Bool {
    ports.indices.contains(Int(port)) && ports[Int(port)].attached != nil
  }
}

extension Analyzer.Port {
  fileprivate mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&attached)
    try archive.pass(&detached)
    try archive.pass(&hasSpoken)
    try portLost.pass(through: &archive)
    try noData.pass(through: &archive)
  }
}
