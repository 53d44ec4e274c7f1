public import Probes

/// A Nellcor N-560: a line every two seconds, and a header of three before every 25.
///
/// When the sensor comes off it first searches for the pulse and prints the numbers that it had.
public struct NellcorEncoder: ProbeEncoder {
  public let period: Int64 = 2_000_000_000

  private static let linesPerPage = 25
  private static let saturationLimits = 85...100
  private static let rateLimits = 100...200

  private var clock = UnitClock()
  private var display = HeldNumbers()
  private var line = 0

  public init() {}

  public mutating func restart(at time: Timestamp) { line = 0 }
  public mutating func stepClock(milliseconds: Int) { clock.step(milliseconds: milliseconds) }

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    if line % Self.linesPerPage == 0 { bytes.append(text: Self.header) }
    line += 1
    let now = clock.show(at: time)
    bytes.append(number: now.day, digits: 2)
    bytes.append(text: "-\(now.monthName)-")
    bytes.append(number: now.year, digits: 2)
    bytes.append(UInt8(ascii: " "))
    bytes.append(timeOfDay: now)
    let numbers = display.shown(heart, at: time)
    column(numbers?.spo2, Self.saturationLimits, width: 6, into: &bytes)
    column(numbers?.rate, Self.rateLimits, width: 7, into: &bytes)
    let amplitude = heart.state.hasValue ? min(max(heart.perfusion / 3, 1), 254) : nil
    column(amplitude, 0...254, width: 7, into: &bytes)
    bytes.append(text: "   ")
    bytes.append(text: Self.status(heart.state, numbers))
    bytes.append(text: "\r\n")
  }

  private static let header =
    "N-560    VERSION 1.61.00    CRC:ABCD  SpO2 Limit: 85-100%    PR Limit: 100-200BPM\r\n"
    + "                             NEO             10SAT-S \r\n"
    + "TIME                 %SpO2   BPM     PA     Status\r\n"

  /// A number, right-aligned, with a star where it is outside its limits; dashes for none.
  private func column(
    _ number: Int?, _ limits: ClosedRange<Int>, width: Int, into bytes: inout [UInt8]
  ) {
    let blank = UInt8(ascii: " ")
    if let number {
      bytes.append(number: number, digits: width, paddedWith: blank)
      bytes.append(limits.contains(number) ? blank : UInt8(ascii: "*"))
    } else {
      bytes.append(contentsOf: [UInt8](repeating: blank, count: width - 3))
      bytes.append(text: "--- ")
    }
  }

  private static func status(_ state: SensorState, _ numbers: HeldNumbers.Numbers?) -> String {
    var codes: [String] = []
    switch state {
    case .good: break
    case .motion: codes.append("MO")
    case .off: codes.append(numbers == nil ? "SO" : "PS")
    case .open, .short: codes.append("SD")
    }
    if state.hasValue, let numbers {
      if numbers.spo2 < saturationLimits.lowerBound { codes.append("SL") }
      if numbers.rate < rateLimits.lowerBound { codes.append("PL") }
      if numbers.rate > rateLimits.upperBound { codes.append("PH") }
    }
    return codes.joined(separator: " ")
  }
}
