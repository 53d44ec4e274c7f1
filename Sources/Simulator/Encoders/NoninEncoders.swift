public import Probes

/// A Nonin oximeter in data format 2 or 7: packets of 25 frames, three a second.
public struct NoninPacketEncoder: ProbeEncoder {
  public let period: Int64 = 333_333_333

  private let startByte: Bool
  /// Thirds of a second since power-on, 14 bits.
  private var timer: UInt16 = 0
  private var beat = 0

  public static let format2 = NoninPacketEncoder(startByte: true)
  public static let format7 = NoninPacketEncoder(startByte: false)

  private init(startByte: Bool) { self.startByte = startByte }

  public mutating func restart(at time: Timestamp) { timer = 0 }

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    timer = (timer + 1) & 0x3FFF
    for frame in 1...25 {
      beat += 1
      let status = status(heart.state) | (frame == 1 ? 0x01 : 0)
      // A saw tooth is enough of a pulse wave: decoders carry it past.
      let wave = UInt8(truncatingIfNeeded: beat * max(heart.rate, 1) / 60)
      let field = field(frame, heart)
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
  private func field(_ frame: Int, _ heart: Vitals.Heart) -> UInt8 {
    let (rate, spo2) = heart.noninNumbers
    return switch frame {
    // Rate, its extended average, and both once more as the display holds them.
    case 1, 14, 20, 22: UInt8(rate >> 7)
    case 2, 15, 21, 23: UInt8(rate & 0x7F)
    case 3, 9, 10, 11, 16, 17: UInt8(spo2)
    case 4: 48
    case 6: UInt8(timer >> 7)
    case 7: UInt8(timer & 0x7F)
    default: 0
    }
  }
}

/// A Nonin oximeter in data format 8: four bytes a second.
public struct NoninDF8Encoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    let (rate, spo2) = heart.noninNumbers
    let disconnected = heart.state == .open || heart.state == .short
    bytes.append(
      0x80 | (disconnected ? 0x40 : 0) | (heart.state == .motion ? 0x04 : 0)
        | UInt8(rate >> 7))
    bytes.append(UInt8(rate & 0x7F))
    bytes.append(UInt8(spo2))
    bytes.append(heart.state == .off ? 0x08 : 0)
  }
}

extension Vitals.Heart {
  /// Rate and saturation, or the numbers that Nonin sends where there are none.
  fileprivate var noninNumbers: (rate: Int, spo2: Int) {
    switch state {
    case .good, .motion: (min(max(rate, 0), 510), min(max(spo2, 0), 100))
    case .off, .open, .short: (511, 127)
    }
  }
}
