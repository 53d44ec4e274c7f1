public import Probes

/// A Giraffe OmniBed: a line every two seconds, `OPEN` for a probe that is not there.
public struct GiraffeIncubatorEncoder: ProbeEncoder {
  public let period: Int64 = 2_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    bytes.append(text: "HYB_1.40")
    let temperatures = vitals.ofInfant
    for place in 0..<2 {
      bytes.append(bedTemperature: temperatures.indices.contains(place) ? temperatures[place] : nil)
    }
    bytes.append(bedTemperature: vitals.ambient)
    bytes.append(text: ",33.0,36.5,100,N,N,C,00,063,D,L,02043,0000,00,43,000,000,03,00\r\n")
  }
}

extension [UInt8] {
  /// Appends a comma and a temperature as Giraffe beds and warmers print it.
  mutating func append(bedTemperature temperature: Vitals.Temperature?) {
    append(UInt8(ascii: ","))
    if let temperature, temperature.state.hasValue {
      append(thousandths: Swift.min(Swift.max(temperature.thousandths, 0), 60_000), places: 1)
    } else {
      append(text: "OPEN")
    }
  }
}
