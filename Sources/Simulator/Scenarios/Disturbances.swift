extension Scenario {
  /// S11 to S20 of the clinical requirements: probes, gaps and clocks that mislead.
  static let disturbances: [Scenario] = [
    Scenario(
      "s11", "The sensor falls into the clothing: to 31 °C with tau 90 s",
      verdict: "probe-off within 110 s; no hypothermia in 99 of 100", hours: 1.5,
      onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in infant.place(.clothing, minute: 60) }),
    Scenario(
      "s12", "The sensor hangs in the air: to 25 °C with tau 45 s",
      verdict: "probe-off within 90 s", hours: 1.5, onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in infant.place(.air, minute: 60) }),
    Scenario(
      "s13", "The sensor lies on the parent: to 35.2 °C with tau 150 s",
      verdict: "probe-off, or hypothermia; some alarm within 5 min", hours: 1.5,
      onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in
        infant.place(.lying(celsius: 35.2, tau: 150), minute: 60)
      }),
    Scenario(
      "s14", "Falls asleep: from 36.9 to 37.2 °C in 5 min, and hardly moves",
      verdict: "no alarm", hours: 3, onsetMinute: 60,
      .infant(.steady(36.9).ramp(to: 37.2, minutes: 5)) { _, infant in
        infant.liveliness = Course.steady(1).ramp(to: 0.4, minutes: 5)
      }),
    Scenario(
      "s15", "The sensor repeats its last value, at a resolution of 0.001 °C",
      verdict: "probe-stuck within 20 min", hours: 2, onsetMinute: 60,
      .infant(Course(36.9)) { _, infant in infant.place(.frozen, minute: 60) }),
    Scenario(
      "s15-coarse", "The sensor repeats its last value, at a resolution of 0.1 °C",
      verdict: "probe-stuck within 45 min", hours: 2.25, onsetMinute: 60,
      .infant(Course(36.9)) { _, infant in
        infant.resolution = 100
        infant.place(.frozen, minute: 60)
      }),
    Scenario(
      "s16", "A loose contact: the value jumps by ±0.5 °C, the truth is 36.8 °C",
      verdict: "probe-noisy within 5 min; no hypothermia", hours: 2, onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in infant.looseFrom = 3600 }),
    Scenario(
      "s17", "Twins' probes are swapped when they are put on again; they differ by 0.6 °C",
      verdict: "hint possible-swap, technical Low, within 10 min of the warm-up", hours: 2.5,
      onsetMinute: 62
    ) { _, _ in swap([37.2, 36.6]) },
    Scenario(
      "s18", "Nothing arrives for 5 min; before 36.9 °C, after 36.2 °C",
      verdict: "cold-stress within 6 min, cause during-gap", hours: 2, onsetMinute: 65,
      .infant(.steady(36.9).ramp(to: 36.2, minutes: 5)) { _, infant in
        infant.lose(minutes: 60..<65, unplugged: false)
      }),
    Scenario(
      "s19", "Unplugged for 40 min; 36.9 °C before and after",
      verdict: "insufficient, then normal: the trend is back in 20 to 25 min", hours: 3,
      onsetMinute: 100,
      .infant(Course(36.9)) { _, infant in
        infant.lose(minutes: 60..<100, unplugged: true)
      }),
    Scenario(
      "s20", "The unit's clock jumps by an hour; then the wall clock, there and back",
      verdict: "no alarm, no slope", hours: 2.5, onsetMinute: 60,
      .infant(Course(36.9)) { script, infant in
        // Quiet, so that it is the clocks that are judged and not the infant's wander.
        infant.liveliness = Course(0.3)
        infant.probeClockSteps = [.init(second: 3600, milliseconds: 3_600_000)]
        script.clockSteps = [
          .init(second: 4500, nanoseconds: 3_600_000_000_000),
          .init(second: 5400, nanoseconds: -3_600_000_000_000),
        ]
      }),
  ]

  /// Twins of those levels, whose probes are taken off for two minutes and then mistaken.
  static func swap(_ levels: [Double]) -> Script {
    var infants = levels.map { Script.Infant(core: .prescribed(Course($0))) }
    for index in infants.indices {
      infants[index].place(.faulty(.off), minute: 60)
      infants[index].place(.otherInfant, minute: 62)
    }
    return Script(infants: infants)
  }
}
