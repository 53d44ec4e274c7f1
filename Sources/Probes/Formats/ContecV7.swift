/// Contec CMS50D+, E, F and kin, protocol 7: oximeters, 60 frames a second, 115200 8N1.
///
///     TT HH d0 d1 d2 d3 d4 d5 d6
///
/// - T: what the frame is, bit 7 clear; 01 live values. All other bytes have bit 7 set
/// - H: bit i is the missing bit 7 of data byte i
/// - d0: 7 probe error, 4 searching too long, 3 to 0 signal strength; d1: 7 searching, 6 to 0 wave
/// - d2: 4 no perfusion index, 3 to 0 bar graph
/// - d3: pulse rate, 255 none; d4: SpO2, 127 none; units without a finger send 0 and 0
/// - d5, d6: perfusion index in hundredths, low byte first, FFFF none
///
/// Silent until the host asks for live values and keeps asking; this is the receiving side only.
/// From 128 a minute on H differs: readers that expect E0 there drop every newborn's frame. No
/// check sum.
struct ContecV7: Format {
  static let longestFrame = 9

  /// Whole-frame lengths of the types 01 to 15, live values, replies and stored records alike.
  private static func length(of type: UInt8) -> Int? {
    switch type {
    case 0x01...0x05, 0x11, 0x13...0x15: 9
    case 0x07, 0x08, 0x0F, 0x12: 8
    case 0x09: 6
    case 0x06, 0x0A, 0x0B: 4
    case 0x0D, 0x0E, 0x10: 3
    case 0x0C: 2
    default: nil
    }
  }

  /// The values of a live frame, nil for a frame of another type.
  func examine(_ bytes: Span<UInt8>) -> Finding<Oximetry?> {
    guard let length = Self.length(of: bytes[0]) else { return .rejected(.noise, length: 1) }
    var place = 1
    while place < length {
      guard place < bytes.count else { return .incomplete }
      // A byte with bit 7 clear begins a frame: the one before it was cut off.
      guard bytes[place] & 0x80 != 0 else { return .rejected(.noise, length: place) }
      place += 1
    }
    return .frame(length: length, bytes[0] == 0x01 ? Self.live(bytes) : nil)
  }

  private static func live(_ bytes: Span<UInt8>) -> Oximetry {
    let tops = Int(bytes[1])
    func restored(_ place: Int) -> Int {
      Int(bytes[2 + place] & 0x7F) | (tops >> place & 1) << 7
    }
    var flags = SampleFlags()
    if restored(0) & 0x80 != 0 { flags.insert(.off) }
    if restored(0) & 0x10 != 0 { flags.insert(.noPulse) }
    if restored(1) & 0x80 != 0 { flags.insert(.searching) }
    var oximetry = Oximetry(contecRate: restored(3), spo2: restored(4), flags: flags)
    let perfusion = restored(6) << 8 | restored(5)
    if restored(2) & 0x10 == 0, perfusion != 0xFFFF {
      oximetry.perfusionIndex = Decimal(thousandths: perfusion * 10, decimals: 2)
    }
    return oximetry
  }

  func accept(
    _ live: Oximetry?, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    if let live { batch.append(live, at: context.offset, context) }
  }
}
