public import Probes
public import Thermoregulation

/// The names behind the numbers that samples and events carry.
public struct Roster: Equatable, Sendable {
  public var infants: [InfantProfile] = []
  public var ports: [PortEntry] = []
  /// Infants that are no longer here; their numbers are not given to others.
  public var discharged: Set<InfantIndex> = []

  public init() {}

  public func infantName(_ index: InfantIndex?) -> String? {
    index.map { infants[$0].name }
  }

  public func portName(_ index: PortIndex?) -> String? {
    index.flatMap { ports.indices.contains(Int($0)) ? ports[Int($0)].name : nil }
  }

  public func infant(named name: String) -> InfantIndex? {
    infants.indices.first { infants[$0].name == name && !discharged.contains($0) }
  }
}

/// What is told of a port in its lines.
public struct PortEntry: Equatable, Sendable {
  /// The configuration's name for the probe, else its device identity.
  public var name: String
  public var protocolName: String
  public var line: String
  public var assignment: PortAssignment
  /// Thermometers that share the port, as far as the configuration knows them.
  public var sensors: [Sensor] = []
  public var device: String?
  public var match: String?
  /// The kernel's node: an attribute only, it changes from one plugging to the next.
  public var path: String?
  public var link = Link.detached
  public var data = DataState.none
  /// When `link` or `data` last changed.
  public var since = Timestamp.zero
  public var lastFrame: Timestamp?
  public var flaps = 0
  /// How unevenly its lines arrive by the probe's own clock; nil where it has none.
  public var jitterMicroseconds: Int?
  public var detail: String?
  /// Whether no section is about it any longer.
  public var isRetired = false

  public init(
    name: String, protocolName: String, line: String, assignment: PortAssignment,
    device: String? = nil
  ) {
    self.name = name
    self.protocolName = protocolName
    self.line = line
    self.assignment = assignment
    self.device = device
  }
}

/// Whether the probe's port is there.
public enum Link: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case attached, open, detached, busy, denied, ambiguous, unclaimed

  public var name: String {
    switch self {
    case .attached: "attached"
    case .open: "open"
    case .detached: "detached"
    case .busy: "busy"
    case .denied: "denied"
    case .ambiguous: "ambiguous"
    case .unclaimed: "unclaimed"
    }
  }
}

/// Whether frames come from it; independent of the link.
public enum DataState: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case none, fresh, silent, garbled

  public var name: String {
    switch self {
    case .none: "none"
    case .fresh: "fresh"
    case .silent: "silent"
    case .garbled: "garbled"
    }
  }
}
