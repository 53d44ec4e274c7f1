/// Contec CMS50D and kin, 5-byte frames: oximeters, 60 frames a second, 19200 8O1.
///
///     AA WW BB RR OO
///
/// - A: bit 7 set; 4 searching too long, 3 to 0 signal strength
/// - W: plethysmogram, 7 bits
/// - B: 6 is bit 7 of the pulse rate; 5 searching, 4 probe error, 3 to 0 bar graph
/// - R: low seven bits of the pulse rate; 255 and 0 none
/// - O: SpO2; 127 and 0 none
///
/// Readers that drop bit 6 of B show 30 for a newborn's 158. No check sum.
struct Contec5: Format {
  static let longestFrame = 5

  func examine(_ bytes: Span<UInt8>) -> Finding<Oximetry> {
    guard bytes[0] & 0x80 != 0 else { return .rejected(.noise, length: 1) }
    for place in 1..<5 {
      guard place < bytes.count else { return .incomplete }
      guard bytes[place] & 0x80 == 0 else { return .rejected(.noise, length: 1) }
    }
    var flags = SampleFlags()
    if bytes[0] & 0x10 != 0 { flags.insert(.noPulse) }
    if bytes[2] & 0x20 != 0 { flags.insert(.searching) }
    if bytes[2] & 0x10 != 0 { flags.insert(.off) }
    let rate = Int(bytes[2] & 0x40) << 1 | Int(bytes[3])
    return .frame(length: 5, Oximetry(contecRate: rate, spo2: Int(bytes[4]), flags: flags))
  }
}

extension Oximetry {
  /// Numbers as Contec units send them. Documents name 255 and 127 as none; units send 0.
  init(contecRate rate: Int, spo2: Int, flags: SampleFlags) {
    self.rate = rate == 0 || rate == 255 ? nil : rate
    self.spo2 = spo2 == 0 || spo2 > 100 ? nil : spo2
    self.flags = flags
  }
}
