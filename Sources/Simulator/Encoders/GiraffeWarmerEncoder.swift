public import Probes

/// A Panda warmer: a line every two seconds, ended by the exclusive or of all before it.
///
/// The check is that of one documented line; another contradicts it, and the decoder counts such
/// lines without believing them.
public struct GiraffeWarmerEncoder: ProbeEncoder {
  public let period: Int64 = 2_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let start = bytes.count
    bytes.append(text: "PWRM_2.0.0")
    bytes.append(bedTemperature: vitals.ofInfant.first)
    bytes.append(text: ",36.5,40,P,0,0,0,00")
    let check = bytes[start...].reduce(0, ^)
    bytes.append(UInt8(ascii: ","))
    bytes.append(hex: UInt16(check), digits: 2, lowerCase: true)
    bytes.append(text: "\r\n")
  }
}
