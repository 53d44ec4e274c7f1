/// A slow random excursion about zero: an Ornstein-Uhlenbeck process in steps of one second.
struct Wander {
  private var value: Double
  private let keep: Double
  private let kick: Double

  /// With its standard deviation, and the seconds after which 1/e of an excursion is left.
  init(deviation: Double, memory seconds: Double, _ random: inout RandomSource) {
    value = deviation * random.gaussian()
    keep = 1 - 1 / seconds
    kick = deviation * Roots.square(1 - keep * keep)
  }

  mutating func next(_ random: inout RandomSource) -> Double {
    value = keep * value + kick * random.gaussian()
    return value
  }
}

/// The infant's daily rhythm: ±0.08 °C, with a phase of its own.
struct DailyRhythm {
  private static let amplitude = 0.08
  private static let day = 86_400
  private var second: Int

  init(_ random: inout RandomSource) { second = random.integer(below: Self.day) }

  mutating func next() -> Double {
    second = (second + 1) % Self.day
    let half = Double(second % (Self.day / 2)) / Double(Self.day / 2)
    // Bhaskara's rational approximation of the sine's half wave, good to 0.2 %.
    let hump = 4 * half * (1 - half)
    let sine = 4 * hump / (5 - hump)
    return (second < Self.day / 2 ? sine : -sine) * Self.amplitude
  }
}

/// Spikes on a probe: the infant moves, and for ten seconds the value jumps by 0.1 to 1 °C.
struct Spikes {
  private static let length = 10
  private var left = 0
  private var height = 0.0

  /// The value to add in this second; 0.2 % of all ten-second bins are hit.
  mutating func next(_ random: inout RandomSource) -> Double {
    if left > 0 {
      left -= 1
    } else if random.integer(below: 5000) == 0 {
      left = Self.length - 1
      height = random.uniform(0.1...1)
      if random.integer(below: 2) == 0 { height = -height }
    } else {
      return 0
    }
    return height
  }
}
