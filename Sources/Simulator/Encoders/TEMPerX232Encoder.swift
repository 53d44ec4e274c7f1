public import Probes

/// A PCsensor TEMPerX232: the air at the stick, and the infant at the cable's end.
///
/// A real one answers when it is asked; this one speaks as if it were asked every two seconds.
/// A cable that is not there is left out of the answer.
public struct TEMPerX232Encoder: ProbeEncoder {
  public let period: Int64 = 2_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    bytes.append(text: "Temp-Inner:")
    bytes.append(thousandths: vitals.ambient.thousandths, places: 2)
    bytes.append(text: " [C],40.00 [%RH]<")
    if let temperature = vitals.ofInfant.first, temperature.state.hasValue {
      bytes.append(text: "Temp-Outer:")
      bytes.append(
        thousandths: min(max(temperature.thousandths, -55_000), 125_000), places: 2)
      bytes.append(text: " [C]<")
    }
    bytes.append(text: "\r\n")
  }
}
