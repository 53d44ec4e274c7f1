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
/// No check sum: only the top bits of the four bytes tell a frame from noise.
struct NoninDF8: Format {
  static let longestFrame = 4

  func examine(_ bytes: Span<UInt8>) -> Finding {
    guard bytes[0] & 0x80 != 0 else { return .rejected(.noise, length: 1) }
    for place in 1..<4 {
      guard place < bytes.count else { return .incomplete }
      guard bytes[place] & 0x80 == 0 else { return .rejected(.noise, length: 1) }
    }
    return .frame(length: 4)
  }

  func accept(
    _ frame: Span<UInt8>, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    let status = frame[0]
    var flags = SampleFlags()
    if status & 0x40 != 0 { flags.insert(.disconnected) }
    if status & 0x20 != 0 { flags.insert(.outOfTrack) }
    if status & 0x18 != 0 { flags.insert(.lowPerfusion) }
    if status & 0x04 != 0 { flags.insert(.artifact) }
    if frame[3] & 0x08 != 0 { flags.insert(.off) }
    if frame[3] & 0x01 != 0 { flags.insert(.lowBattery) }
    batch.appendOximetry(
      rate: Int(status & 0x03) << 7 | Int(frame[1]), spo2: Int(frame[2]), flags: flags,
      at: context.offset, context)
  }
}
