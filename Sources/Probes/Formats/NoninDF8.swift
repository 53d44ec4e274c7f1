/// Nonin data format 8: an oximeter's numbers, one frame a second.
///
///     SS HH OO BB
///
/// - S: bit 7 always set, 6 sensor disconnected, 5 out of track, 4 low perfusion,
///   3 marginal perfusion, 2 artifact, 1 and 0 the top bits of the pulse rate
/// - H: low seven bits of the pulse rate; 511 none
/// - O: SpO2; 127 none
/// - B: 5 high-quality value, 3 sensor alarm (finger out), 0 low battery
///
/// The numbers are held for 10 s after the finger is out: the sensor alarm beats them. No check
/// sum: only the top bits of the four bytes tell a frame from noise.
struct NoninDF8: Format {
  static let longestFrame = 4

  func examine(_ bytes: Span<UInt8>) -> Finding<Oximetry> {
    guard bytes[0] & 0x80 != 0 else { return .rejected(.noise, length: 1) }
    for place in 1..<4 {
      guard place < bytes.count else { return .incomplete }
      guard bytes[place] & 0x80 == 0 else { return .rejected(.noise, length: 1) }
    }
    let status = bytes[0]
    var flags = SampleFlags()
    if status & 0x40 != 0 { flags.insert(.disconnected) }
    if status & 0x20 != 0 { flags.insert(.outOfTrack) }
    if status & 0x10 != 0 { flags.insert(.lowPerfusion) }
    if status & 0x04 != 0 { flags.insert(.artifact) }
    if bytes[3] & 0x08 != 0 { flags.insert(.off) }
    if bytes[3] & 0x01 != 0 { flags.insert(.lowBattery) }
    let rate = Int(status & 0x03) << 7 | Int(bytes[1])
    return .frame(length: 4, Oximetry(noninRate: rate, spo2: Int(bytes[2]), flags: flags))
  }
}

extension Oximetry {
  /// Numbers as Nonin units send them: 511 and 127 mean none.
  init(noninRate rate: Int, spo2: Int, flags: SampleFlags) {
    self.rate = rate == 0 || rate == 511 ? nil : rate
    self.spo2 = spo2 == 0 || spo2 > 100 ? nil : spo2
    self.flags = flags
  }
}
