import Probes

/// What an oximeter goes on showing after its sensor came off: its last numbers, for a while.
struct HeldNumbers {
  struct Numbers {
    /// Beats a minute.
    var rate: Int
    /// Percent.
    var spo2: Int
  }

  /// How long Nonin's document, and by custom other makers, hold them.
  private static let duration: Int64 = 10_000_000_000
  private var last: (numbers: Numbers, until: Timestamp)?

  /// The numbers on the display; nil where it shows none.
  mutating func shown(_ heart: Vitals.Heart, at time: Timestamp) -> Numbers? {
    if heart.state.hasValue {
      let numbers = Numbers(
        rate: min(max(heart.rate, 0), 300), spo2: min(max(heart.spo2, 0), 100))
      last = (numbers, time.advanced(by: Self.duration))
      return numbers
    }
    // Only a finger that left is waited for; a sensor that is unplugged is seen at once.
    guard heart.state == .off, let last, time < last.until else {
      last = nil
      return nil
    }
    return last.numbers
  }
}
