/// Nonin data formats 2 and 7: oximeters, 75 frames a second in packets of 25.
///
///     format 2:  01 SS PP FF CC          format 7:  SS PP PP FF CC
///
/// - S: status: bit 7 always set, 6 sensor disconnected, 5 artifact, 4 out of track,
///   3 sensor alarm (finger out), 2 and 1 perfusion, 0 first frame of a packet
/// - P: plethysmogram
/// - F: one byte of the packet's record, by the frame's place: 1, 2 heart rate (two bits, seven
///   bits; 511 none), 3 SpO2 (127 none), 8 battery
/// - C: sum of the four bytes before it, modulo 256
///
/// A packet counts only where its 25 frames touch: any byte between them drops it. The display
/// values later in the record are held for 10 s after the finger is out and are not read.
struct NoninPackets: Format {
  static let longestFrame = 5
  private static let framesPerPacket = 25

  private let startByte: Bool
  /// Frames of the packet that is arriving; 0 where none has begun.
  private var frames = 0
  private var offset = 0
  private var status: UInt8 = 0
  private var rate = 0
  private var spo2 = 0
  private var lowBattery = false

  static let format2 = NoninPackets(startByte: true)
  static let format7 = NoninPackets(startByte: false)

  private init(startByte: Bool) { self.startByte = startByte }

  func examine(_ bytes: Span<UInt8>) -> Finding {
    let statusPlace = startByte ? 1 : 0
    if startByte, bytes[0] != 0x01 { return .rejected(.noise, length: 1) }
    guard bytes.count > statusPlace else { return .incomplete }
    guard bytes[statusPlace] & 0x80 != 0 else { return .rejected(.noise, length: 1) }
    guard bytes.count >= 5 else { return .incomplete }
    let sum = bytes[0] &+ bytes[1] &+ bytes[2] &+ bytes[3]
    return sum == bytes[4] ? .frame(length: 5) : .rejected(.checksum, length: 1)
  }

  mutating func accept(
    _ frame: Span<UInt8>, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    let state = frame[startByte ? 1 : 0]
    if state & 0x01 != 0 {
      frames = 0
      offset = context.offset
      status = 0
      lowBattery = false
    } else if frames == 0 || !context.contiguous {
      frames = 0
      return
    }
    frames += 1
    status |= state
    take(frame[3])
    guard frames == Self.framesPerPacket else { return }
    frames = 0
    finish(context, &batch)
  }

  private mutating func take(_ byte: UInt8) {
    switch frames {
    case 1: rate = Int(byte & 0x03) << 7
    case 2: rate |= Int(byte & 0x7F)
    case 3: spo2 = Int(byte & 0x7F)
    case 8: lowBattery = byte & 0x01 != 0
    default: break
    }
  }

  private func finish(_ context: FrameContext, _ batch: inout SampleBatch) {
    var flags = SampleFlags()
    if status & 0x40 != 0 { flags.insert(.disconnected) }
    if status & 0x20 != 0 { flags.insert(.artifact) }
    if status & 0x10 != 0 { flags.insert(.outOfTrack) }
    if status & 0x08 != 0 { flags.insert(.off) }
    if lowBattery { flags.insert(.lowBattery) }
    batch.appendOximetry(rate: rate, spo2: spo2, flags: flags, at: offset, context)
  }
}

extension SampleBatch {
  /// The pulse rate and saturation of one Nonin record, voided by its status.
  mutating func appendOximetry(
    rate: Int, spo2: Int, flags: SampleFlags, at offset: Int, _ context: FrameContext
  ) {
    let void = !flags.isDisjoint(with: [.off, .disconnected])
    let shaken = !flags.isDisjoint(with: [.artifact, .outOfTrack])
    let validity: Validity = void ? .invalid : shaken ? .questionable : .valid
    let rateValidity = rate == 511 || rate == 0 ? Validity.invalid : validity
    let spo2Validity = spo2 == 0 || spo2 > 100 ? Validity.invalid : validity
    append(
      Sample(
        time: context.time, port: context.port, quantity: .pulseRate,
        thousandths: rateValidity == .invalid ? 0 : Int32(rate) * 1000, validity: rateValidity,
        flags: flags),
      offset: offset)
    append(
      Sample(
        time: context.time, port: context.port, quantity: .spo2,
        thousandths: spo2Validity == .invalid ? 0 : Int32(spo2) * 1000, validity: spo2Validity,
        flags: flags),
      offset: offset)
  }
}
