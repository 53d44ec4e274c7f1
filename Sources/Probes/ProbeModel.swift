/// What is known of a kind of probe: one row of the table.
public struct ProbeModel: Sendable {
  /// The name in `protocol =`, in captures and in event lines.
  public let name: String
  /// What it is, for people.
  public let title: String
  public let line: LineSettings
  public let quantities: [Quantity]
  /// How it is recognised by its bytes; nil where only the configuration can name it.
  public let detection: Detection?
  /// Whether several sensors, each with a number of its own, may share its port.
  public let isBus: Bool
  private let decoder: @Sendable ([Sensor]) -> any Decoder
  private let dialogue: (@Sendable ([Sensor]) -> any Dialogue)?

  /// A kind of probe; with a `dialogue` where it stays silent until it is written to.
  init(
    _ name: String, _ title: String, line: LineSettings, quantities: [Quantity],
    detection: Detection? = nil, makeDecoder: @escaping @Sendable () -> any Decoder,
    dialogue: (@Sendable () -> any Dialogue)? = nil
  ) {
    self.name = name
    self.title = title
    self.line = line
    self.quantities = quantities
    self.detection = detection
    isBus = false
    decoder = { _ in makeDecoder() }
    if let dialogue { self.dialogue = { _ in dialogue() } } else { self.dialogue = nil }
  }

  /// Thermometers on a 1-Wire bus.
  init<Adapter: OneWireAdapter>(
    _ name: String, _ title: String, line: LineSettings, adapter: Adapter.Type
  ) {
    self.name = name
    self.title = title
    self.line = line
    quantities = [.temperature]
    detection = nil
    isBus = true
    decoder = { OneWireEar<Adapter>($0) }
    dialogue = { OneWireDialogue<Adapter>($0) }
  }

  /// Whether it stays silent until it is written to.
  public var mustWrite: Bool { dialogue != nil }

  /// A fresh decoder for one port, and what is known of the sensors on its bus.
  public func makeDecoder(sensors: [Sensor] = []) -> any Decoder { decoder(sensors) }

  /// A fresh dialogue for a port that has just been opened; nil for probes that speak unasked.
  public func makeDialogue(sensors: [Sensor] = []) -> (any Dialogue)? { dialogue?(sensors) }

  /// The model of that name, nil where there is none.
  public static func named(_ name: some StringProtocol) -> ProbeModel? {
    all.first { $0.name == name }
  }
}

/// What it takes to recognise a kind of probe by its bytes alone.
///
/// A threshold counts frames that touch: every protocol finds frames of its own in noise and in
/// other protocols' bytes, but none finds them one directly after the other.
public struct Detection: Sendable {
  public enum Unit: Sendable {
    case frames, packets, lines
  }

  /// So many, one directly after the other.
  public let count: Int
  public let unit: Unit
  /// Line settings at which ports are listened to for it; none where it is silent unless asked.
  public let lines: [LineSettings]
  /// Seconds of listening within which a probe that is there will have shown itself.
  public let dwellSeconds: Int

  init(_ count: Int, _ unit: Unit, lines: [LineSettings], within dwellSeconds: Int) {
    self.count = count
    self.unit = unit
    self.lines = lines
    self.dwellSeconds = dwellSeconds
  }

  /// The longest stretch that counts towards the threshold.
  func longest(_ counts: FrameCounts) -> Int {
    unit == .packets ? counts.mostPackets : counts.longestRun
  }
}
