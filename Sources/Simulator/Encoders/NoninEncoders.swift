public import Probes

/// A Nonin oximeter in data format 2 or 7: packets of 25 frames, three a second.
///
/// The display values late in the packet are held for 10 s after the finger is out.
public struct NoninPacketEncoder: ProbeEncoder {
  public let period: Int64 = 333_333_333

  private let startByte: Bool
  /// Thirds of a second since power-on, 14 bits.
  private var timer: UInt16 = 0
  private var beat = 0
  private var display = HeldNumbers()

  public static let format2 = NoninPacketEncoder(startByte: true)
  public static let format7 = NoninPacketEncoder(startByte: false)

  private init(startByte: Bool) { self.startByte = startByte }

  public mutating func restart(at time: Timestamp) { timer = 0 }

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    timer = (timer + 1) & 0x3FFF
    let measured = noninNumbers(heart.state.hasValue ? display.shown(heart, at: time) : nil)
    let displayed = noninNumbers(display.shown(heart, at: time))
    for frame in 1...25 {
      beat += 1
      let status = status(heart.state) | (frame == 1 ? 0x01 : 0)
      // A saw tooth is enough of a pulse wave: decoders carry it past.
      let wave = UInt8(truncatingIfNeeded: beat * max(heart.rate, 1) / 60)
      let field = field(frame, measured, displayed)
      let start = bytes.count
      bytes.append(contentsOf: startByte ? [0x01, status, wave, field] : [status, wave, 0, field])
      bytes.append(bytes[start] &+ bytes[start + 1] &+ bytes[start + 2] &+ bytes[start + 3])
    }
  }

  private func status(_ state: SensorState) -> UInt8 {
    switch state {
    case .good: 0x80
    case .motion: 0x80 | 0x20
    case .off: 0x80 | 0x08
    case .open, .short: 0x80 | 0x40
    }
  }

  /// The byte of the packet's record that the frame of that number carries, from 1.
  private func field(
    _ frame: Int, _ measured: HeldNumbers.Numbers, _ displayed: HeldNumbers.Numbers
  ) -> UInt8 {
    switch frame {
    // The rate and its extended average.
    case 1, 14: UInt8(measured.rate >> 7)
    case 2, 15: UInt8(measured.rate & 0x7F)
    case 3, 10, 11, 16: UInt8(measured.spo2)
    // All of them once more, as the display shows them.
    case 20, 22: UInt8(displayed.rate >> 7)
    case 21, 23: UInt8(displayed.rate & 0x7F)
    case 9, 17: UInt8(displayed.spo2)
    case 4: 48
    case 6: UInt8(timer >> 7)
    case 7: UInt8(timer & 0x7F)
    default: 0
    }
  }
}

/// A Nonin oximeter in data format 8: four bytes a second, with what its display shows.
public struct NoninDF8Encoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  private var display = HeldNumbers()

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    let numbers = noninNumbers(display.shown(heart, at: time))
    let disconnected = heart.state == .open || heart.state == .short
    bytes.append(
      0x80 | (disconnected ? 0x40 : 0) | (heart.state == .motion ? 0x04 : 0)
        | UInt8(numbers.rate >> 7))
    bytes.append(UInt8(numbers.rate & 0x7F))
    bytes.append(UInt8(numbers.spo2))
    bytes.append(heart.state == .off ? 0x08 : 0)
  }
}

/// The numbers that Nonin sends, of which 511 and 127 mean none.
private func noninNumbers(_ numbers: HeldNumbers.Numbers?) -> HeldNumbers.Numbers {
  numbers ?? HeldNumbers.Numbers(rate: 511, spo2: 127)
}
