extension Scenario {
  /// Stories for counting: each run draws its own level, depth, speed and place.
  static let studies: [Scenario] = challenges + rates

  /// What can be taken for something else; drawn from the ranges of the physics (section 9).
  private static let challenges: [Scenario] = [
    challenge("any-cooling", "Cools at 0.5 to 5.5 °C an hour", hours: 4) { random, level in
      let rate = random.uniform(0.5...5.5)
      return .infant(.steady(level).ramp(to: level - 1.5, perHour: rate))
    },
    challenge("any-transfer", "A transfer: down 0.3 to 0.8 °C, then back", hours: 2) {
      random, level in
      let nadir = level - random.uniform(0.3...0.8)
      let minutes = random.uniform(2...5)
      return .infant(
        .steady(level).ramp(to: nadir, minutes: minutes)
          .approach(level, tau: random.uniform(300...900), minutes: 60))
    },
    challenge("any-hard-transfer", "A transfer: down 0.9 to 1.4 °C, back in 20 min", hours: 2) {
      random, level in
      let nadir = level - random.uniform(0.9...1.4)
      return .infant(
        .steady(level).ramp(to: nadir, minutes: random.uniform(3...5))
          .ramp(to: level - 0.3, minutes: 20).ramp(to: level, minutes: 30))
    },
    fall("any-clothing", "The sensor falls into the clothing", 29...34, tau: 40...240),
    fall("any-air", "The sensor hangs in the air", 22...27, tau: 30...120),
    fall("any-parent", "The sensor lies on the parent's cooler skin", 34...35.5, tau: 60...240),
    fall("any-warm-parent", "The sensor lies on the parent's warm skin", 36...36.5, tau: 60...240),
    challenge("any-stuck", "The sensor repeats its last value", hours: 2) { _, level in
      .infant(Course(level)) { _, infant in infant.place(.frozen, minute: 60) }
    },
    challenge("any-noisy", "A loose contact: the value jumps by ±0.5 °C", hours: 2) { _, level in
      .infant(Course(level)) { _, infant in infant.looseFrom = 3600 }
    },
    challenge("any-small-swap", "Twins' probes are swapped; they differ by 0.2 °C", hours: 2.5) {
      _, level in swap([level + 0.1, level - 0.1])
    },
  ]

  /// Rates in tenths of a degree an hour, from two levels.
  private static let rates: [Scenario] = [371, 369].flatMap { level in
    [5, 10, 15, 20, 30, 40, 55].map { rate in
      let from = Double(level) / 10
      let perHour = Double(rate) / 10
      return Scenario(
        "rate-\(perHour)-from-\(from)", "Cooling at \(perHour) °C an hour from \(from) °C",
        verdict: "the delay of each alarm is counted", hours: 1.5 + (from - 36) / perHour,
        onsetMinute: 60, .infant(.steady(from).ramp(to: 35.5, perHour: perHour)))
    }
  }

  private static func challenge(
    _ name: String, _ title: String, hours: Double,
    _ tell: @escaping @Sendable (inout RandomSource, _ level: Double) -> Script
  ) -> Scenario {
    Scenario(
      name, title, verdict: "what is said of it is counted", hours: hours, onsetMinute: 60
    ) { random, _ in
      let level = random.uniform(36.7...37.1)
      return tell(&random, level)
    }
  }

  private static func fall(
    _ name: String, _ title: String, _ celsius: ClosedRange<Double>, tau: ClosedRange<Double>
  ) -> Scenario {
    challenge(name, title, hours: 1.5) { random, level in
      let placement = Placement.lying(
        celsius: random.uniform(celsius), tau: random.uniform(tau))
      return .infant(Course(level)) { _, infant in infant.place(placement, minute: 60) }
    }
  }
}
