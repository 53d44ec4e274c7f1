public import Probes

/// A Nonin oximeter that sends text: a line a second, dashes where it has no number.
public struct NoninASCIIEncoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    if let heart = vitals.heart, heart.state.hasValue {
      bytes.append(text: "SPO2=")
      bytes.append(number: min(max(heart.spo2, 0), 100), digits: 3)
      bytes.append(text: " HR=")
      bytes.append(number: min(max(heart.rate, 0), 300), digits: 3)
    } else {
      bytes.append(text: "SPO2=--- HR=---")
    }
    bytes.append(text: "\r\n")
  }
}
