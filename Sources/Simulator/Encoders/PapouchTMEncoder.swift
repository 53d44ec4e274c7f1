public import Probes

/// A Papouch TM: a line every ten seconds.
///
/// It has no word for what is wrong with its sensor: the line does not come.
public struct PapouchTMEncoder: ProbeEncoder {
  public let period: Int64 = 10_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    guard let temperature = vitals.ofInfant.first, temperature.state.hasValue else { return }
    let value = min(max(temperature.thousandths, -55_000), 125_000)
    bytes.append(value < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    bytes.append(magnitudeOf: value, places: 1, digits: 3)
    bytes.append(text: "C\r")
  }
}
