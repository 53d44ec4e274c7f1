public import Probes

/// A Contec CMS50D and kin: 60 frames of five bytes a second, sent six at a time.
public struct Contec5Encoder: ProbeEncoder {
  public let period: Int64 = 100_000_000

  private var beat = 0

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    let present = heart.state.hasValue
    let rate = present ? UInt8(clamping: heart.rate) : 0
    let spo2 = present ? UInt8(clamping: min(heart.spo2, 100)) : 0
    for _ in 0..<6 {
      beat += 1
      let wave = UInt8(beat * Int(max(rate, 1)) / 30 & 0x7F)
      bytes.append(present ? 0x86 : 0x80)
      bytes.append(present ? wave : 0)
      // Probe error and searching where there is no finger; bit 6 is the rate's highest bit.
      bytes.append((present ? wave >> 3 : 0x30) | (rate & 0x80) >> 1)
      bytes.append(rate & 0x7F)
      bytes.append(spo2)
    }
  }
}
