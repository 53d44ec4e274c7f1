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
  /// A fresh decoder for one port.
  public let makeDecoder: @Sendable () -> any Decoder

  /// The model of that name, nil where there is none.
  public static func named(_ name: some StringProtocol) -> ProbeModel? {
    all.first { $0.name == name }
  }

  public static let all: [ProbeModel] = [
    ProbeModel(
      name: "kmc1", title: "KMC1 probe", line: LineSettings(baud: 9600), mustWrite: false,
      quantities: [.temperature, .heartRate, .spo2, .perfusionIndex, .battery],
      makeDecoder: { Deframer(KMC1()) }),
    ProbeModel(
      name: "nonin-df2", title: "Nonin oximeter, data format 2", line: LineSettings(baud: 9600),
      mustWrite: false, quantities: [.pulseRate, .spo2],
      makeDecoder: { Deframer(NoninPackets.format2) }),
    ProbeModel(
      name: "nonin-df7", title: "Nonin oximeter, data format 7", line: LineSettings(baud: 9600),
      mustWrite: false, quantities: [.pulseRate, .spo2],
      makeDecoder: { Deframer(NoninPackets.format7) }),
    ProbeModel(
      name: "nonin-df8", title: "Nonin oximeter, data format 8", line: LineSettings(baud: 9600),
      mustWrite: false, quantities: [.pulseRate, .spo2], makeDecoder: { Deframer(NoninDF8()) }),
    ProbeModel(
      name: "contec-5byte", title: "Contec CMS50D oximeter, 5-byte frames",
      line: LineSettings(baud: 19200, parity: .odd), mustWrite: false,
      quantities: [.pulseRate, .spo2], makeDecoder: { Deframer(Contec5()) }),
  ]
}
