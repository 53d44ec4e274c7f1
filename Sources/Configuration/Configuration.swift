public import Probes
public import Thermoregulation

/// What the daemon is told by its configuration files (contract, section 5).
public struct Configuration: Equatable, Sendable {
  public var socketPath = "/run/kangarood/stream.sock"
  public var controlSocketPath = "/run/kangarood/control.sock"
  public var stateDirectory = "/var/lib/kangarood"
  public var journal = JournalKeys()
  /// Nil where the wires are not recorded.
  public var record: RecordKeys?
  public var clock = ClockChoice.boottime
  public var infants: [InfantProfile] = []
  public var probes: [ProbeSection] = []

  public init() {}

  /// The infant of every probe that names none, where no infant is configured.
  public static let defaultInfant = "infant-1"

  /// The infant of a probe that names none; nil where there are several to choose from.
  public var onlyInfant: String? {
    switch infants.count {
    case 0: Self.defaultInfant
    case 1: infants[0].name
    default: nil
    }
  }
}

/// How much of the past is kept on disk, and how often it is written.
public struct JournalKeys: Equatable, Sendable {
  /// Bytes of all segments together.
  public var size = 64 << 20
  /// Days after which events go.
  public var days = 90
  /// Milliseconds between two commits: events in between share one.
  public var commitMilliseconds = 5
}

/// Where captures of all that the wires say are kept, and how many.
public struct RecordKeys: Equatable, Sendable {
  public var directory: String
  /// Bytes of all captures together, the oldest of which go.
  public var size = 1 << 30
  /// Bytes after which a capture is followed by the next.
  public var fileSize = 16 << 20

  public init(directory: String) { self.directory = directory }
}

/// Where stream time comes from. All but the first are for demonstrations and tests.
public enum ClockChoice: Equatable, Sendable {
  /// The kernel's monotonic clock that counts suspend.
  case boottime
  /// The same, so many times as fast.
  case fast(Int)
  /// Told by whoever writes times in seconds, a line each, into the named pipe at this path.
  case driven(path: String)

  /// What `hello` shows; nil for real time.
  public var label: String? {
    switch self {
    case .boottime: nil
    case .fast(let rate): "fast \(rate)"
    case .driven: "driven"
    }
  }
}

/// One `[probe NAME]` section.
public struct ProbeSection: Equatable, Sendable {
  public var name: String
  /// Stable identity of the device, or a pattern for it with `*` and `?`.
  public var device: String?
  /// A node that has no USB identity: an on-board UART or a pseudo-terminal.
  public var path: String?
  /// A model's name, or `auto`.
  public var protocolName = "auto"
  public var line: LineSettings?
  public var mayWrite = false
  public var infant: String?
  public var parent: String?
  public var site = Site.unknown
  /// Sites of `channel-1`, `channel-2` …
  public var channelSites: [Site] = []
  /// What `sensor-ROM` and `offset-ROM` say of thermometers that share the port.
  public var sensors: [Sensor] = []
  /// Where the section begins, for messages.
  public var file = ""
  public var lineNumber = 0

  public init(name: String) { self.name = name }
}

/// Something wrong in a configuration file.
public struct ConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
  public var file: String
  public var line: Int
  public var message: String

  public init(file: String, line: Int, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  public var description: String { "\(file):\(line): \(message)" }
}
