public import Probes

/// The wire side of one simulated probe: puts what it senses into its protocol's bytes.
///
/// Integers only. A quantity that the protocol cannot carry is left out.
public protocol ProbeEncoder: Sendable {
  /// Nanoseconds from one call of `encode` to the next.
  var period: Int64 { get }

  /// Appends what the probe sends at `time`.
  mutating func encode(_ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8])

  /// The probe was switched on anew.
  mutating func restart(at time: Timestamp)

  /// The probe's own clock, if it has one, jumps.
  mutating func stepClock(milliseconds: Int)
}

extension ProbeEncoder {
  public mutating func restart(at time: Timestamp) {}
  public mutating func stepClock(milliseconds: Int) {}
}

/// A protocol that the simulator can speak. To add one: its file, and its row in `all`.
public struct EncoderModel: Sendable {
  /// The protocol's name, as in `ProbeModel`.
  public let name: String
  public let carriesTemperature: Bool
  public let carriesHeart: Bool
  /// A fresh encoder; the text is the unit's own name, where the protocol has room for one.
  public let makeEncoder: @Sendable (_ unit: String) -> any ProbeEncoder

  public init(
    name: String, carriesTemperature: Bool = false, carriesHeart: Bool = false,
    makeEncoder: @escaping @Sendable (_ unit: String) -> any ProbeEncoder
  ) {
    self.name = name
    self.carriesTemperature = carriesTemperature
    self.carriesHeart = carriesHeart
    self.makeEncoder = makeEncoder
  }

  public static let all: [EncoderModel] = [
    EncoderModel(name: "kmc1", carriesTemperature: true, carriesHeart: true) {
      KMC1Encoder(unit: $0)
    },
    EncoderModel(name: "nonin-df2", carriesHeart: true) { _ in NoninPacketEncoder.format2 },
    EncoderModel(name: "nonin-df7", carriesHeart: true) { _ in NoninPacketEncoder.format7 },
    EncoderModel(name: "nonin-df8", carriesHeart: true) { _ in NoninDF8Encoder() },
    EncoderModel(name: "contec-5byte", carriesHeart: true) { _ in Contec5Encoder() },
  ]

  /// The model of that name, nil where there is none.
  public static func named(_ name: String) -> EncoderModel? { all.first { $0.name == name } }
}
