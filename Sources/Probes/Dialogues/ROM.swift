/// The number burnt into a 1-Wire device: a family, 48 bits of serial number, a check sum.
///
///     FF SS SS SS SS SS SS XX
///
/// - F: what kind of device it is; 28 DS18B20, 10 DS18S20
/// - S: serial number, lowest byte first
/// - X: CRC-8 of the seven bytes before it
///
/// Written as Linux does, `28-0000000fcb07`: family and serial number, highest digit first. They
/// are ordered as they are written.
public struct ROM: BitwiseCopyable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// As it travels, lowest bit first: the family is the lowest byte.
  public let bits: UInt64

  /// Nil where the check sum does not hold, and for the zeros of a shorted bus.
  public init?(bits: UInt64) {
    guard bits != 0, CRC8.of(bits, bytes: 8) == 0 else { return nil }
    self.bits = bits
  }

  public init(family: UInt8, serial: UInt64) {
    precondition(serial >> 48 == 0, "a serial number has 48 bits")
    let bits = UInt64(family) | serial << 8
    self.bits = bits | UInt64(CRC8.of(bits, bytes: 7)) << 56
  }

  /// Nil where `text` is not of the form `28-0000000fcb07`.
  public init?(_ text: some StringProtocol) {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count == 2, halves[0].utf8.count == 2, halves[1].utf8.count == 12,
      halves[0].utf8.allSatisfy({ $0.hexDigit != nil }),
      halves[1].utf8.allSatisfy({ $0.hexDigit != nil }),
      let family = UInt8(halves[0], radix: 16), let serial = UInt64(halves[1], radix: 16)
    else { return nil }
    self.init(family: family, serial: serial)
  }

  public var family: UInt8 { UInt8(truncatingIfNeeded: bits) }
  public var serial: UInt64 { bits >> 8 & 0xFFFF_FFFF_FFFF }

  /// Byte 0 is the family, byte 7 the check sum.
  subscript(_ byte: Int) -> UInt8 { UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)) }

  public static func < (a: ROM, b: ROM) -> Bool { (a.family, a.serial) < (b.family, b.serial) }

  public var description: String {
    func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: digits - text.utf8.count) + text
    }
    return "\(hex(family, 2))-\(hex(serial, 12))"
  }
}

/// A thermometer on a 1-Wire bus, as the configuration knows it.
public struct Sensor: BitwiseCopyable, Hashable, Sendable {
  public var rom: ROM
  /// Where it sits; `unknown` where only its offset is known.
  public var site: Site
  /// What its calibration adds, in thousandths of a degree: the units are right to ± 0.5 °C only.
  public var offsetThousandths: Int32

  /// The most sensors on one bus.
  public static let limit = 8

  public init(rom: ROM, site: Site = .unknown, offsetThousandths: Int32 = 0) {
    self.rom = rom
    self.site = site
    self.offsetThousandths = offsetThousandths
  }
}

/// The check sum of 1-Wire: x⁸ + x⁵ + x⁴ + 1, reflected, from 0; over data and its sum it is 0.
struct CRC8 {
  private(set) var value: UInt8 = 0

  mutating func take(_ byte: UInt8) {
    value ^= byte
    for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x8C }
  }

  /// Of the lowest bytes of a number, lowest first.
  static func of(_ bits: UInt64, bytes: Int) -> UInt8 {
    var sum = CRC8()
    for byte in 0..<bytes { sum.take(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))) }
    return sum.value
  }
}
