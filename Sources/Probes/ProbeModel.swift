/// A serial line's settings, as `9600-8n1` writes them.
public struct LineSettings: Equatable, Sendable {
  public enum Parity: String, Sendable {
    case none = "n"
    case odd = "o"
    case even = "e"
  }

  /// Bits a second, 50 to 4,000,000.
  public var baud: Int
  /// 7 or 8.
  public var dataBits: Int
  public var parity: Parity
  /// 1 or 2.
  public var stopBits: Int

  public init(baud: Int, dataBits: Int = 8, parity: Parity = .none, stopBits: Int = 1) {
    self.baud = baud
    self.dataBits = dataBits
    self.parity = parity
    self.stopBits = stopBits
  }

  /// Nil where `text` is not of the form `9600-8n1`, or a number is out of its bounds.
  public init?(_ text: some StringProtocol) {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count == 2, let baud = Int(halves[0]), (50...4_000_000).contains(baud) else {
      return nil
    }
    let frame = Array(halves[1].lowercased())
    guard frame.count == 3, let dataBits = frame[0].wholeNumberValue, (7...8).contains(dataBits),
      let parity = Parity(rawValue: String(frame[1])),
      let stopBits = frame[2].wholeNumberValue, (1...2).contains(stopBits)
    else { return nil }
    self.init(baud: baud, dataBits: dataBits, parity: parity, stopBits: stopBits)
  }

  public var text: String { "\(baud)-\(dataBits)\(parity.rawValue)\(stopBits)" }
}

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
