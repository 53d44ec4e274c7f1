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
  /// Where channels 1, 2 … of its temperatures are; empty where it has one or names them itself.
  public let channels: [Site]
  /// A fresh encoder; the text is the unit's own name, where the protocol has room for one.
  public let makeEncoder: @Sendable (_ unit: String) -> any ProbeEncoder

  public init(
    name: String, carriesTemperature: Bool = false, carriesHeart: Bool = false,
    channels: [Site] = [],
    makeEncoder: @escaping @Sendable (_ unit: String) -> any ProbeEncoder
  ) {
    self.name = name
    self.carriesTemperature = carriesTemperature
    self.carriesHeart = carriesHeart
    self.channels = channels
    self.makeEncoder = makeEncoder
  }

  /// In the order of `ProbeModel.all`, without the buses, whose sensors only answer.
  public static let all: [EncoderModel] = oximetersAndKMC1 + monitors + thermometers

  private static let oximetersAndKMC1 = [
    EncoderModel(name: "kmc1", carriesTemperature: true, carriesHeart: true) {
      KMC1Encoder(unit: $0)
    },
    EncoderModel(name: "contec-v7", carriesHeart: true) { _ in ContecV7Encoder() },
    EncoderModel(name: "contec-5byte", carriesHeart: true) { _ in Contec5Encoder() },
    EncoderModel(name: "nonin-df2", carriesHeart: true) { _ in NoninPacketEncoder.format2 },
    EncoderModel(name: "nonin-df7", carriesHeart: true) { _ in NoninPacketEncoder.format7 },
    EncoderModel(name: "nonin-df8", carriesHeart: true) { _ in NoninDF8Encoder() },
    EncoderModel(name: "nonin-df13", carriesHeart: true) { _ in NoninDF13Encoder() },
    EncoderModel(name: "nonin-ascii", carriesHeart: true) { _ in NoninASCIIEncoder() },
    EncoderModel(name: "masimo-ascii1", carriesHeart: true) { _ in MasimoASCII1Encoder() },
    EncoderModel(name: "nellcor", carriesHeart: true) { _ in NellcorEncoder() },
  ]

  private static let monitors = [
    EncoderModel(
      name: "ansar-b", carriesTemperature: true, carriesHeart: true, channels: [.axilla, .foot]
    ) { _ in ANSARBEncoder() },
    EncoderModel(
      name: "giraffe-incubator", carriesTemperature: true, channels: [.axilla, .foot]
    ) { _ in GiraffeIncubatorEncoder() },
    EncoderModel(name: "giraffe-warmer", carriesTemperature: true) { _ in GiraffeWarmerEncoder() },
    EncoderModel(name: "isolette-c2000", carriesTemperature: true, channels: [.axilla, .foot]) {
      _ in IsoletteC2000Encoder()
    },
  ]

  private static let thermometers = [
    EncoderModel(name: "papouch-tm", carriesTemperature: true) { _ in PapouchTMEncoder() },
    EncoderModel(name: "tsm125", carriesTemperature: true) { _ in TSM125Encoder() },
    EncoderModel(name: "temperx232", carriesTemperature: true, channels: [.ambient, .axilla]) {
      _ in TEMPerX232Encoder()
    },
  ]

  /// The model of that name, nil where there is none.
  public static func named(_ name: String) -> EncoderModel? { all.first { $0.name == name } }
}
