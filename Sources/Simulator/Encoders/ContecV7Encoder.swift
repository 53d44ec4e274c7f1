public import Probes

/// A Contec CMS50D+ and kin, protocol 7: 60 frames of nine bytes a second, sent six at a time.
///
/// A real one is silent until the host asks for live values; this one always streams.
public struct ContecV7Encoder: ProbeEncoder {
  public let period: Int64 = 100_000_000

  private var beat = 0

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    for _ in 0..<6 {
      beat += 1
      append(heart.state.hasValue ? live(heart) : Self.fingerOut, to: &bytes)
    }
  }

  private func live(_ heart: Vitals.Heart) -> [UInt8] {
    let wave = UInt8(beat * max(heart.rate, 1) / 30 & 0x7F)
    let perfusion = UInt16(clamping: heart.perfusion)
    return [
      6, wave, wave >> 3, UInt8(clamping: min(heart.rate, 254)), UInt8(clamping: heart.spo2),
      UInt8(perfusion & 0xFF), UInt8(perfusion >> 8),
    ]
  }

  /// As seen on a unit without a finger: probe error, zeros, and no perfusion index.
  private static let fingerOut: [UInt8] = [0x84, 0x40, 0x10, 0, 0, 0xFF, 0xFF]

  /// A live frame: its type, the top bits of its data, and the data with bit 7 set.
  private func append(_ contents: [UInt8], to bytes: inout [UInt8]) {
    var tops: UInt8 = 0x80
    for (place, byte) in contents.enumerated() { tops |= (byte >> 7) << UInt8(place) }
    bytes.append(0x01)
    bytes.append(tops)
    for byte in contents { bytes.append(byte | 0x80) }
  }
}
