/// One value that a probe sent, as it travels from the decoder to the analyzer.
///
/// Fixed size (24 bytes) and bitwise copyable, so that it can cross the ring between threads.
public struct Sample: BitwiseCopyable, Equatable, Sendable {
  /// When the bytes that completed its frame arrived.
  public var time: Timestamp
  /// The value in thousandths of the quantity's unit; meaningless where `validity` is `invalid`.
  public var thousandths: Int32
  public var flags: SampleFlags
  public var port: PortIndex
  /// 1, 2 … where a frame carries several values of a kind; 0 where it carries one.
  public var channel: UInt8
  public var quantity: Quantity
  public var validity: Validity
  /// The site that the probe itself names, `unknown` where the protocol has no such field.
  public var site: Site
  /// Digits after the decimal point that the wire carried, 0 to 3.
  public var decimals: UInt8

  @inlinable
  public init(
    time: Timestamp, port: PortIndex, quantity: Quantity, thousandths: Int32,
    decimals: UInt8 = 0, validity: Validity = .valid, flags: SampleFlags = [],
    channel: UInt8 = 0, site: Site = .unknown
  ) {
    self.time = time
    self.thousandths = thousandths
    self.flags = flags
    self.port = port
    self.channel = channel
    self.quantity = quantity
    self.validity = validity
    self.site = site
    self.decimals = decimals
  }
}

/// A port's number: its place in the intake's table, and the number in a capture.
public typealias PortIndex = UInt16

/// What a value measures. The raw values are stable: samples cross threads by them.
public enum Quantity: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case temperature, heartRate, pulseRate, spo2, perfusionIndex, battery, respirationRate, humidity

  /// The name in `sample` lines.
  public var name: String {
    switch self {
    case .temperature: "temperature"
    case .heartRate: "heart-rate"
    case .pulseRate: "pulse-rate"
    case .spo2: "spo2"
    case .perfusionIndex: "perfusion-index"
    case .battery: "battery"
    case .respirationRate: "respiration-rate"
    case .humidity: "humidity"
    }
  }

  /// The unit of its value, in UCUM.
  public var unit: String {
    switch self {
    case .temperature: "Cel"
    case .heartRate, .pulseRate, .respirationRate: "/min"
    case .spo2, .perfusionIndex, .battery, .humidity: "%"
    }
  }
}

/// Whether a value may be believed.
public enum Validity: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// The probe stands behind the value.
  case valid
  /// The probe sends the value with a reservation (artifact, motion, low perfusion).
  case questionable
  /// The probe says that it has not yet settled.
  case settling
  /// The probe says that this is no measurement; there is no value.
  case invalid

  public var name: String {
    switch self {
    case .valid: "valid"
    case .questionable: "questionable"
    case .settling: "settling"
    case .invalid: "invalid"
    }
  }
}

/// Where on the dyad a probe sits (thermoregulation, section 1).
public enum Site: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case unknown, rectal, esophageal, axilla, abdomen, back, foot, forehead, parentChest, ambient

  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .rectal: "rectal"
    case .esophageal: "esophageal"
    case .axilla: "axilla"
    case .abdomen: "abdomen"
    case .back: "back"
    case .foot: "foot"
    case .forehead: "forehead"
    case .parentChest: "parent-chest"
    case .ambient: "ambient"
    }
  }
}

/// What the probe itself said beside a value.
public struct SampleFlags: OptionSet, BitwiseCopyable, Hashable, Sendable {
  public var rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The probe or lead is off the skin.
  public static let off = SampleFlags(rawValue: 1 << 0)
  public static let open = SampleFlags(rawValue: 1 << 1)
  public static let short = SampleFlags(rawValue: 1 << 2)
  /// Self-test or internal check sum failed.
  public static let selfTest = SampleFlags(rawValue: 1 << 3)
  public static let outOfRange = SampleFlags(rawValue: 1 << 4)
  public static let settling = SampleFlags(rawValue: 1 << 5)
  public static let motion = SampleFlags(rawValue: 1 << 6)
  public static let lowPerfusion = SampleFlags(rawValue: 1 << 7)
  /// Searching for a pulse.
  public static let searching = SampleFlags(rawValue: 1 << 8)
  public static let lowBattery = SampleFlags(rawValue: 1 << 9)
  public static let charging = SampleFlags(rawValue: 1 << 10)
  /// First sample after the probe started.
  public static let restarted = SampleFlags(rawValue: 1 << 11)
  /// The sensor is unplugged from the unit.
  public static let disconnected = SampleFlags(rawValue: 1 << 12)
  public static let artifact = SampleFlags(rawValue: 1 << 13)
  /// The pulse cannot be followed.
  public static let outOfTrack = SampleFlags(rawValue: 1 << 14)
  /// The unit goes on sending an old value.
  public static let held = SampleFlags(rawValue: 1 << 15)
  /// No pulse found.
  public static let noPulse = SampleFlags(rawValue: 1 << 16)
  /// The sensor is defective, unknown or worn out.
  public static let defective = SampleFlags(rawValue: 1 << 17)
  public static let interference = SampleFlags(rawValue: 1 << 18)
  public static let calibrating = SampleFlags(rawValue: 1 << 19)
  /// Stored earlier, not measured now.
  public static let fromMemory = SampleFlags(rawValue: 1 << 20)
  /// The unit's own limit alarm is on.
  public static let limitAlarm = SampleFlags(rawValue: 1 << 21)
  /// The value that a 1-Wire thermometer holds after power-on.
  public static let powerOn = SampleFlags(rawValue: 1 << 22)

  /// The names in `flags`, lowest bit first.
  public static let names: [String] = [
    "probe-off", "open", "short", "self-test", "out-of-range", "settling", "motion",
    "low-perfusion", "searching", "low-battery", "charging", "restarted", "disconnected",
    "artifact", "out-of-track", "held", "no-pulse", "defective", "interference", "calibrating",
    "from-memory", "limit-alarm", "power-on",
  ]
}
