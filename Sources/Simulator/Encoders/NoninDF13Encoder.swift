public import Probes

/// A Nonin oximeter in data format 13: a spot check, once a minute here.
///
/// Without a finger the check says that there was no measurement.
public struct NoninDF13Encoder: ProbeEncoder {
  public let period: Int64 = 60_000_000_000

  private var clock = UnitClock()

  public init() {}

  public mutating func stepClock(milliseconds: Int) { clock.step(milliseconds: milliseconds) }

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    let now = clock.show(at: time)
    let rate = heart.state.hasValue ? min(max(heart.rate, 0), 510) : 511
    let spo2 = heart.state.hasValue ? min(max(heart.spo2, 0), 100) : 127
    var record = [
      now.century, now.year, now.month, now.day, now.hour, now.minute, now.second, 0,
    ].map { UInt8(($0 / 10) << 4 | $0 % 10) }
    // High-quality value, or no measurement.
    record.append(heart.state == .good ? 0x02 : heart.state == .motion ? 0 : 0x01)
    record.append(0)
    record.append(UInt8(rate >> 8))
    record.append(UInt8(rate & 0xFF))
    record.append(0)
    record.append(UInt8(spo2))
    bytes.append(contentsOf: [0x00, 0x02, 0x00, 0x0D, 0x00, UInt8(record.count)])
    bytes.append(contentsOf: record)
    bytes.append(record.reduce(0, &+))
    bytes.append(0x03)
  }
}
