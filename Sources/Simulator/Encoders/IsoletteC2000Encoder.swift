public import Probes

/// An Isolette C2000: a record every five seconds, dashes for a probe that is not there.
public struct IsoletteC2000Encoder: ProbeEncoder {
  public let period: Int64 = 5_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let start = bytes.count
    bytes.append(text: "[B ISOLETTE 000000000000 365B")
    let temperatures = vitals.ofInfant
    for place in 0..<2 {
      column(temperatures.indices.contains(place) ? temperatures[place] : nil, into: &bytes)
    }
    bytes.append(text: " 340")
    column(vitals.ambient, into: &bytes)
    bytes.append(text: " 030 60 60 21 21 1250        ]")
    let sum = bytes[start...].reduce(0, &+)
    bytes.append(hex: UInt16(sum), digits: 2)
    bytes.append(text: "\r\n")
  }

  /// A blank and three digits of tenths.
  private func column(_ temperature: Vitals.Temperature?, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: " "))
    if let temperature, temperature.state.hasValue {
      let tenths = (min(max(temperature.thousandths, 0), 60_000) + 50) / 100
      bytes.append(number: tenths, digits: 3)
    } else {
      bytes.append(text: "---")
    }
  }
}
