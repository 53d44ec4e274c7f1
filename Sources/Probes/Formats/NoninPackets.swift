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
  /// Offset of the packet's first frame.
  private var offset = 0
  /// Offset at which the last whole packet ended.
  private var packetEnd = -1
  private var status: UInt8 = 0
  private var rate = 0
  private var spo2 = 0
  private var lowBattery = false

  static let format2 = NoninPackets(startByte: true)
  static let format7 = NoninPackets(startByte: false)

  private init(startByte: Bool) { self.startByte = startByte }

  /// The two bytes of a frame that its packet is made of.
  struct Content {
    var status: UInt8
    var float: UInt8
  }

  func examine(_ bytes: Span<UInt8>) -> Finding<Content> {
    let statusPlace = startByte ? 1 : 0
    if startByte, bytes[0] != 0x01 { return .rejected(.noise, length: 1) }
    guard bytes.count > statusPlace else { return .incomplete }
    let status = bytes[statusPlace]
    guard status & 0x80 != 0 else { return .rejected(.noise, length: 1) }
    guard bytes.count >= 5 else { return .incomplete }
    let sum = bytes[0] &+ bytes[1] &+ bytes[2] &+ bytes[3]
    guard sum == bytes[4] else { return .rejected(.checksum, length: 1) }
    return .frame(length: 5, Content(status: status, float: bytes[3]))
  }

  mutating func accept(
    _ frame: Content, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    if !context.contiguous { frames = 0 }
    if frame.status & 0x01 != 0 {
      frames = 0
      offset = context.offset
      status = 0
      lowBattery = false
    } else if frames == 0 {
      return
    }
    frames += 1
    status |= frame.status
    take(frame.float)
    guard frames == Self.framesPerPacket else { return }
    frames = 0
    counts.countPacket(contiguous: offset == packetEnd)
    packetEnd = offset + Self.framesPerPacket * 5
    batch.append(oximetry, at: offset, context)
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

  private var oximetry: Oximetry {
    var flags = SampleFlags()
    if status & 0x40 != 0 { flags.insert(.disconnected) }
    if status & 0x20 != 0 { flags.insert(.artifact) }
    if status & 0x10 != 0 { flags.insert(.outOfTrack) }
    if status & 0x08 != 0 { flags.insert(.off) }
    if lowBattery { flags.insert(.lowBattery) }
    return Oximetry(noninRate: rate, spo2: spo2, flags: flags)
  }
}
