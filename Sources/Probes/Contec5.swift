/// Contec CMS50D and kin, 5-byte frames: oximeters, 60 frames a second, 19200 8O1.
///
///     AA WW BB RR OO
///
/// - A: bit 7 set; 4 searching too long, 3 to 0 signal strength
/// - W: plethysmogram, 7 bits
/// - B: 6 is bit 7 of the pulse rate; 5 searching, 4 probe error, 3 to 0 bar graph
/// - R: low seven bits of the pulse rate; O: SpO2
///
/// Readers that drop bit 6 of B show 30 for a newborn's 158. No check sum.
struct Contec5: Format {
  static let longestFrame = 5

  func examine(_ bytes: Span<UInt8>) -> Finding {
    guard bytes[0] & 0x80 != 0 else { return .rejected(.noise, length: 1) }
    for place in 1..<5 {
      guard place < bytes.count else { return .incomplete }
      guard bytes[place] & 0x80 == 0 else { return .rejected(.noise, length: 1) }
    }
    return .frame(length: 5)
  }

  func accept(
    _ frame: Span<UInt8>, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    var flags = SampleFlags()
    if frame[0] & 0x10 != 0 { flags.insert(.noPulse) }
    if frame[2] & 0x20 != 0 { flags.insert(.searching) }
    if frame[2] & 0x10 != 0 { flags.insert(.off) }
    let rate = Int(frame[2] & 0x40) << 1 | Int(frame[3])
    batch.appendContec(rate: rate, spo2: Int(frame[4]), flags: flags, context)
  }
}

extension SampleBatch {
  /// Pulse rate and saturation as Contec units send them: 0 and all ones mean none.
  mutating func appendContec(rate: Int, spo2: Int, flags: SampleFlags, _ context: FrameContext) {
    let void = !flags.isDisjoint(with: [.off, .searching, .noPulse])
    let rateVoid = void || rate == 0 || rate == 255
    let spo2Void = void || spo2 == 0 || spo2 > 100
    append(
      Sample(
        time: context.time, port: context.port, quantity: .pulseRate,
        thousandths: rateVoid ? 0 : Int32(rate) * 1000, validity: rateVoid ? .invalid : .valid,
        flags: flags),
      offset: context.offset)
    append(
      Sample(
        time: context.time, port: context.port, quantity: .spo2,
        thousandths: spo2Void ? 0 : Int32(spo2) * 1000, validity: spo2Void ? .invalid : .valid,
        flags: flags),
      offset: context.offset)
  }
}
