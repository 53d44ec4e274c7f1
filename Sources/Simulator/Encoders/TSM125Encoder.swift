public import Probes

/// An H-Tronic TSM 125: five characters a second, or the number of an error.
///
/// Which of its two errors is a broken wire and which a short one is assumed.
public struct TSM125Encoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let temperature = vitals.ofInfant.first
    switch temperature?.state {
    case .good?, .motion?:
      var digits: [UInt8] = []
      let value = min(max(temperature?.thousandths ?? 0, -55_000), 125_000)
      digits.append(thousandths: value, places: 1)
      bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: 5 - digits.count))
      bytes.append(contentsOf: digits)
    case .short?: bytes.append(text: "Err.3")
    case .off?, .open?, nil: bytes.append(text: "Err.1")
    }
    bytes.append(text: "\r\n")
  }
}
