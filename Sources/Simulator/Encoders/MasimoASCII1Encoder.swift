public import Probes

/// A Masimo Rad-8 sending ASCII1: a line a second.
///
/// With its sensor off it goes on printing its last numbers, and only the exceptions say so.
public struct MasimoASCII1Encoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  private var clock = UnitClock()
  private var display = HeldNumbers()

  public init() {}

  public mutating func stepClock(milliseconds: Int) { clock.step(milliseconds: milliseconds) }

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    let now = clock.show(at: time)
    bytes.append(number: now.month, digits: 2)
    bytes.append(UInt8(ascii: "/"))
    bytes.append(number: now.day, digits: 2)
    bytes.append(UInt8(ascii: "/"))
    bytes.append(number: now.year, digits: 2)
    bytes.append(UInt8(ascii: " "))
    bytes.append(timeOfDay: now)
    bytes.append(text: " SN=0000012345 SPO2=")
    if let numbers = display.shown(heart, at: time) {
      bytes.append(number: numbers.spo2, digits: 3)
      bytes.append(text: "% BPM=")
      bytes.append(number: numbers.rate, digits: 3)
      bytes.append(text: " PI=")
      let perfusion = min(max(heart.perfusion, 0), 9999)
      bytes.append(thousandths: perfusion * 10, places: 2, digits: 2)
      bytes.append(UInt8(ascii: "%"))
    } else {
      bytes.append(text: "---% BPM=--- PI=--.--%")
    }
    bytes.append(text: " SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=")
    bytes.append(hex: Self.exceptions(heart.state), digits: 6)
    bytes.append(text: "\n\r")
  }

  /// Signal extraction (800) is always on.
  private static func exceptions(_ state: SensorState) -> UInt16 {
    switch state {
    case .good: 0x0800
    // Low confidence in the signal.
    case .motion: 0x0C00
    // Sensor off, and hence little perfusion: the bits of a real line.
    case .off: 0x0824
    // No sensor.
    case .open: 0x0801
    // A defective one.
    case .short: 0x0802
    }
  }
}
