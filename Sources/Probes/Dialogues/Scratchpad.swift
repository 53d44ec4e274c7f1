/// What a DS18B20 or DS18S20 thermometer says of itself: the 9-byte scratchpad.
///
///     TT TT HH LL CC FF RR KK XX
///
/// - T: 16 bits, low byte first; DS18B20 1/16 °C, DS18S20 1/2 °C
/// - H, L: alarm limits, of no meaning here
/// - C: DS18B20 resolution: 1F 9 bits, 3F 10, 5F 11, 7F 12; the bits below are undefined
/// - R, K: DS18S20 counts that refine T: (T >> 1) − 0.25 + (K − R) / K
/// - X: CRC-8 of the eight bytes before it
///
/// Traps: nine zeros (a bus held low) have a right check sum; nine FF mean that nobody answered;
/// 85.0 is what a thermometer holds after power-on, and no skin is at 85 °C.
struct Scratchpad: BitwiseCopyable {
  static let length = 9

  enum Verdict: Equatable {
    case temperature(Decimal)
    case refused(Fault)
  }

  enum Fault {
    /// Nine FF: nobody answered.
    case absent
    case powerOn
    case checksum
    /// Nine zeros.
    case allZero
    /// Bits of the configuration byte that are fixed are wrong.
    case configuration
    /// K is zero.
    case countPerDegree
    /// Outside −55 to 125 °C.
    case range
  }

  private var bytes = InlineArray<9, UInt8>(repeating: 0)
  private(set) var count = 0

  init() {}

  var isWhole: Bool { count == Self.length }

  mutating func append(_ byte: UInt8) {
    precondition(!isWhole, "a scratchpad has nine bytes")
    bytes[count] = byte
    count += 1
  }

  /// What it says, if it comes from a thermometer of that family.
  func verdict(family: UInt8) -> Verdict {
    precondition(isWhole, "a scratchpad has nine bytes")
    var sum = CRC8()
    var union: UInt8 = 0
    var intersection: UInt8 = 0xFF
    for index in 0..<Self.length {
      sum.take(bytes[index])
      union |= bytes[index]
      intersection &= bytes[index]
    }
    if intersection == 0xFF { return .refused(.absent) }
    if union == 0 { return .refused(.allZero) }
    if sum.value != 0 { return .refused(.checksum) }
    return family == 0x10 ? halves : sixteenths
  }

  private var raw: Int { Int(Int16(truncatingIfNeeded: Int(bytes[1]) << 8 | Int(bytes[0]))) }

  /// DS18B20.
  private var sixteenths: Verdict {
    guard bytes[4] & 0x9F == 0x1F else { return .refused(.configuration) }
    let resolution = Int(bytes[4] >> 5)
    let value = raw & ~0 << (3 - resolution)
    if value == 85 * 16 { return .refused(.powerOn) }
    guard (-55 * 16...125 * 16).contains(value) else { return .refused(.range) }
    // The last of four decimals is rounded away from zero: 62.5 thousandths a step.
    let thousandths = (value * 125 + value.signum()) / 2
    return .temperature(
      Decimal(thousandths: thousandths, decimals: Swift.min(resolution + 1, 3)))
  }

  /// DS18S20.
  private var halves: Verdict {
    let perDegree = Int(bytes[7])
    if raw == 85 * 2 { return .refused(.powerOn) }
    guard perDegree > 0 else { return .refused(.countPerDegree) }
    guard (-55 * 2...125 * 2).contains(raw) else { return .refused(.range) }
    let fraction = (perDegree - Int(bytes[6])) * 1000 / perDegree
    return .temperature(
      Decimal(thousandths: (raw >> 1) * 1000 - 250 + fraction, decimals: 3))
  }
}
