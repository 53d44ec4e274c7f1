/// Nonin data format 13: an oximeter's spot check, sent once when it is done.
///
///     00 02 00 0D LL LL dd*8 SH SL HH HH RR OO … CC 03
///
/// - L: bytes of data, high byte first; 14, and may grow
/// - d: when, in BCD: century, year, month, day, hour, minute, second, hundredths
/// - SH: 1 high-quality value, 0 no measurement; SL: 4 from memory, 0 low battery
/// - H: pulse rate, nine bits: here the low byte carries eight of them; 511 none
/// - R: reserved; O: SpO2, 127 none
/// - C: sum of the data, modulo 256
///
/// The unit's own clock is not believed. A value from memory is no value of now: questionable.
struct NoninDF13: Format {
  static let longestFrame = headerLength + longestRecord + 2
  private static let headerLength = 6
  private static let shortestRecord = 14
  /// Our bound on how much the data may grow.
  private static let longestRecord = 64

  func examine(_ bytes: Span<UInt8>) -> Finding<Oximetry> {
    var place = 0
    for expected: UInt8 in [0x00, 0x02, 0x00, 0x0D, 0x00] {
      guard place < bytes.count else { return .incomplete }
      guard bytes[place] == expected else { return .rejected(.noise, length: 1) }
      place += 1
    }
    guard bytes.count >= Self.headerLength else { return .incomplete }
    let count = Int(bytes[5])
    guard (Self.shortestRecord...Self.longestRecord).contains(count) else {
      return .rejected(.implausible, length: 1)
    }
    let end = Self.headerLength + count
    guard bytes.count >= end + 2 else { return .incomplete }
    var sum: UInt8 = 0
    for place in Self.headerLength..<end { sum &+= bytes[place] }
    guard sum == bytes[end], bytes[end + 1] == 0x03 else {
      return .rejected(.checksum, length: 1)
    }
    return .frame(length: end + 2, Self.record(bytes))
  }

  private static func record(_ bytes: Span<UInt8>) -> Oximetry {
    var flags = SampleFlags()
    if bytes[14] & 0x01 != 0 { flags.insert(.noPulse) }
    if bytes[15] & 0x10 != 0 { flags.insert(.fromMemory) }
    if bytes[15] & 0x01 != 0 { flags.insert(.lowBattery) }
    let rate = Int(bytes[16] & 0x01) << 8 | Int(bytes[17])
    return Oximetry(noninRate: rate, spo2: Int(bytes[19]), flags: flags)
  }
}
