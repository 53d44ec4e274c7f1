extension Scenario {
  /// S21 to S36 of the clinical requirements: hearts, fevers, rewarming, and the staff's part.
  static let heartsAndFevers: [Scenario] = [
    Scenario(
      "s21", "Heart rate 60 for 4 s, twice a minute", verdict: "no alarm", hours: 1.5,
      onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in
        infant.bradycardias = (0..<60).map {
          .init(second: 3600 + 30 * $0, rate: 60, seconds: 4)
        }
      }),
    Scenario(
      "s22", "Heart rate 62 for 20 s at 36.8 °C", verdict: "bradycardia within 10 s",
      hours: 1.25, onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in
        infant.bradycardias = [.init(second: 3600, rate: 62, seconds: 20)]
      }),
    Scenario(
      "s23", "Cooling at 0.8 °C an hour while the heart rate falls from 158 to 100 in 30 min",
      verdict: "combined, within 90 s of both its conditions", hours: 2.5, onsetMinute: 60,
      .infant(.steady(37.1).ramp(to: 36, perHour: 0.8)) { _, infant in
        infant.restingRate = 158
        infant.rateShift = Course.steady(0).ramp(to: -58, minutes: 30)
      }),
    Scenario(
      "s24", "Cooling at 0.5 °C an hour with the heart rate up by 20",
      verdict: "cooling-trend as in s2", hours: 4, onsetMinute: 60,
      .infant(.steady(37.1).ramp(to: 36.1, perHour: 0.5)) { _, infant in
        infant.restingRate = 142
        infant.rateShift = Course.steady(0).ramp(to: 20, minutes: 30)
      }),
    Scenario(
      "s25", "Fever: +0.8 °C an hour to 38.6 °C with a cold foot, 3.5 °C below",
      verdict: "hyperthermia 6 min after 37.5 °C, Medium 3 min after 38.0 °C, hint infection",
      hours: 4, onsetMinute: 60,
      .infant(.steady(36.9).ramp(to: 38.6, perHour: 0.8)) { _, infant in
        infant.footGap = Course.steady(1.2).ramp(to: 3.5, minutes: 30)
      }),
    Scenario(
      "s26", "Overheating: +1.2 °C an hour to 38.1 °C with a warm foot, 0.6 °C below",
      verdict: "hyperthermia 6 min after 37.5 °C, Medium 3 min after 38.0 °C, hint overheating",
      hours: 3, onsetMinute: 60,
      .infant(.steady(36.9).ramp(to: 38.1, perHour: 1.2)) { _, infant in
        infant.footGap = Course.steady(1.2).ramp(to: 0.6, minutes: 30)
      }),
    Scenario(
      "s27", "The parent has a fever of 38.5 °C; the infant reaches 37.8 °C in 60 min",
      verdict: "hyperthermia 6 min after 37.5 °C, hint parent fever", hours: 3,
      onsetMinute: 60,
      .infant(.steady(36.9).ramp(to: 37.8, minutes: 60)) { script, _ in
        script.hasContext = true
        script.parent = Course.steady(35.5).ramp(to: 38.5, minutes: 30)
      }),
    Scenario(
      "s29", "A bath, unmarked: down 0.9 °C in 10 min to 36.1 °C, 36.6 °C at 60 min",
      verdict: "cold-stress within 6 min of 36.5 °C", hours: 3, onsetMinute: 60,
      .infant(bath)),
    Scenario(
      "s29-marked", "A bath, marked: down 0.9 °C in 10 min to 36.1 °C, 36.6 °C at 60 min",
      verdict: "no cold-stress", hours: 3, onsetMinute: 60,
      .infant(bath) { script, _ in script.mark("bath", minute: 59.9) }),
    Scenario(
      "s30", "Cooling at 0.15 °C an hour for 8 h, the foot 2.6 °C below for 4.5 h",
      verdict: "core-peripheral-gap Low within 31 min, Medium at 4 h; no trend", hours: 9.5,
      onsetMinute: 60,
      .infant(.steady(37.3).ramp(to: 36.1, perHour: 0.15)) { _, infant in
        infant.footGap = Course.steady(1.2).step(to: 2.6).hold(minutes: 270).step(to: 1.2)
      }),
    Scenario(
      "s31", "Put on a cold infant: 35.4 °C, rising by 0.02 °C a minute",
      verdict: "warm-up, then hypothermia within 16 min", hours: 1.5, onsetMinute: 1,
      .infant(Course(35.4).hold(minutes: 1).ramp(to: 36.9, perHour: 1.2)) { _, infant in
        infant.lose(minutes: 0..<1, unplugged: true)
      }),
    Scenario(
      "s32", "Cold stress that does not end: 36.25 °C, rising by 0.05 °C an hour",
      verdict: "not-rewarming within 65 min", hours: 3.5, onsetMinute: 80,
      .infant(
        .steady(36.9).ramp(to: 36.25, minutes: 20).ramp(to: 36.32, perHour: 0.05)
          .ramp(to: 36.9, minutes: 40))),
    Scenario(
      "s33", "A sensor of 0.1 °C resolution, cooling at 0.6 °C an hour from 37.1 °C",
      verdict: "cooling-trend within 75 min", hours: 3.5, onsetMinute: 60,
      .infant(.steady(37.1).ramp(to: 36.1, perHour: 0.6)) { _, infant in
        infant.resolution = 100
      }),
    Scenario(
      "s34", "A spot check that differs by 0.8 °C", verdict: "refused, check-probe at once",
      hours: 1.25, onsetMinute: 60,
      .infant(Course(36.8)) { script, infant in
        // Quiet, so that it is the difference that is judged and not the infant's wander.
        infant.liveliness = Course(0.3)
        script.commands = [
          .init(second: 3600, infant: 0, order: .spotCheck(celsius: "37.6"))
        ]
      }),
    // What the subscriber does is not the wire's: the capture holds the High that it misses.
    Scenario(
      "s36", "A subscriber is gone while a High alarm is raised and ends",
      verdict: "hypothermia High latches, and is sent on reconnection within 1 s", hours: 3,
      onsetMinute: 60,
      .infant(
        .steady(37).ramp(to: 34.6, perHour: 5.5).hold(minutes: 10).ramp(to: 36.9, minutes: 60))),
  ]

  private static let bath = Course.steady(37).ramp(to: 36.1, minutes: 10)
    .ramp(to: 36.6, minutes: 50).ramp(to: 36.9, minutes: 30)
}
