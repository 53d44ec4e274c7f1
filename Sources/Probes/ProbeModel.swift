/// What is known of a kind of probe: one row of the table.
public struct ProbeModel: Sendable {
  /// The name in `protocol =`, in captures and in event lines.
  public let name: String
  /// What it is, for people.
  public let title: String
  public let line: LineSettings
  /// Whether it stays silent until it is written to.
  public let mustWrite: Bool
  public let quantities: [Quantity]
  /// How it is recognised by its bytes; nil where only the configuration can name it.
  public let detection: Detection?
  /// A fresh decoder for one port.
  public let makeDecoder: @Sendable () -> any Decoder

  init(
    _ name: String, _ title: String, line: LineSettings, mustWrite: Bool = false,
    quantities: [Quantity], detection: Detection? = nil,
    makeDecoder: @escaping @Sendable () -> any Decoder
  ) {
    self.name = name
    self.title = title
    self.line = line
    self.mustWrite = mustWrite
    self.quantities = quantities
    self.detection = detection
    self.makeDecoder = makeDecoder
  }

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
