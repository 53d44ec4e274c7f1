import Probes

/// The newest wall-clock time as text, of which only the seconds change within one minute.
struct WallClockText: Sendable {
  /// Such as `2026-11-21T10:00:00.125Z`.
  private(set) var text: [UInt8] = []
  /// When the minute of `text` began.
  private var minute = WallTime.epoch

  private static let nanosecondsInMinute: Int64 = 60_000_000_000

  init() { text.reserveCapacity(24) }

  mutating func show(_ time: WallTime) {
    let elapsed = time.since(minute)
    guard !text.isEmpty, (0..<Self.nanosecondsInMinute).contains(elapsed) else {
      begin(time)
      return
    }
    let milliseconds = Int(elapsed / 1_000_000)
    text[17] = Self.digit(milliseconds / 10_000)
    text[18] = Self.digit(milliseconds / 1000)
    text[20] = Self.digit(milliseconds / 100)
    text[21] = Self.digit(milliseconds / 10)
    text[22] = Self.digit(milliseconds)
  }

  /// Another minute, hour or day, later or earlier: clocks are set.
  private mutating func begin(_ time: WallTime) {
    text.removeAll(keepingCapacity: true)
    time.appendRFC3339(to: &text)
    var elapsed = time.nanoseconds % Self.nanosecondsInMinute
    if elapsed < 0 { elapsed += Self.nanosecondsInMinute }
    minute = time.advanced(by: -elapsed)
  }

  private static func digit(_ number: Int) -> UInt8 {
    UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
  }
}
