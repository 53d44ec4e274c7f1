extension Scenario {
  /// Scenarios named for what happens.
  static let everyday: [Scenario] = [
    Scenario(
      "steady", "A preterm infant skin-to-skin, undisturbed",
      verdict: "normothermia; no alarm but Low; trend alarms within budget", hours: 24,
      .infant(Course(36.9)) { script, infant in
        script.hasContext = true
        infant.footGap = Course(1.2)
        infant.briefBradycardiasADay = 12
      }),
    Scenario(
      "slow-cooling", "Cooling at 0.5 °C an hour from 37.1 °C",
      verdict: "cooling-trend before the plain limit, then cold-stress", hours: 4,
      onsetMinute: 60, .infant(.steady(37.1).ramp(to: 35.9, perHour: 0.5))),
    Scenario(
      "moderate-cooling", "Cooling at 1.0 °C an hour from 37.1 °C",
      verdict: "cooling-trend before the plain limit, then cold-stress", hours: 3,
      onsetMinute: 60, .infant(.steady(37.1).ramp(to: 35.7, perHour: 1))),
    Scenario(
      "fast-cooling", "Cooling at 2.0 °C an hour from 37.1 °C",
      verdict: "cooling-fast, then cold-stress and hypothermia", hours: 2.5, onsetMinute: 60,
      .infant(.steady(37.1).ramp(to: 35.3, perHour: 2))),
    Scenario(
      "rapid-cooling", "Left exposed: cooling at 5.5 °C an hour from 37.0 to 35.0 °C",
      verdict: "cooling-rapid, then hypothermia", hours: 2, onsetMinute: 60,
      .infant(.steady(37).ramp(to: 35, perHour: 5.5))),
    Scenario(
      "cooling-with-rising-heart-rate", "Cooling while the heart rate rises by 20",
      verdict: "cooling-trend, unaffected by the heart rate", hours: 4, onsetMinute: 60,
      .infant(.steady(37.1).ramp(to: 35.9, perHour: 0.5)) { _, infant in
        infant.restingRate = 142
        infant.rateShift = Course.steady(0).ramp(to: 20, minutes: 60)
      }),
    Scenario(
      "cooling-with-falling-heart-rate", "Cooling while the heart rate falls from 158 to 100",
      verdict: "a cooling rule, raised by combined", hours: 3, onsetMinute: 60,
      .infant(.steady(37.1).ramp(to: 35.7, perHour: 0.8)) { _, infant in
        infant.restingRate = 158
        infant.rateShift = Course.steady(0).ramp(to: -58, minutes: 30)
      }),
    Scenario(
      "hyperthermia", "Warming at 0.8 °C an hour to 38.6 °C",
      verdict: "hyperthermia Low, then Medium above 38.0 °C", hours: 4, onsetMinute: 60,
      .infant(.steady(36.9).ramp(to: 38.6, perHour: 0.8))),
    Scenario(
      "data-gap", "The unit falls silent for 15 minutes",
      verdict: "no-data Low, Medium at 10 min; then normothermia again", hours: 3,
      onsetMinute: 60,
      .infant(Course(36.9)) { _, infant in infant.lose(minutes: 60..<75, unplugged: false) }),
    Scenario(
      "probe-fault", "The sensor's wire breaks for 20 minutes",
      verdict: "probe-fault, technical Medium; no physiological alarm", hours: 2.5,
      onsetMinute: 60,
      .infant(Course(36.9)) { _, infant in
        infant.place(.faulty(.open), minute: 60)
        infant.place(.skin, minute: 80)
      }),
    Scenario(
      "twins", "Twins on one parent, of whom the second cools at 1.0 °C an hour",
      verdict: "cooling-trend for the second infant, nothing for the first", hours: 3,
      onsetMinute: 60
    ) { _, _ in
      var script = Script(infants: [
        Script.Infant(core: .prescribed(Course(36.9))),
        Script.Infant(core: .prescribed(.steady(37.1).ramp(to: 35.7, perHour: 1))),
      ])
      script.hasContext = true
      return script
    },
    Scenario(
      "transfer", "Carried undressed from the parent and back, five minutes in all",
      verdict: "marked, so no trend alarm", hours: 3, onsetMinute: 60
    ) { random, _ in
      .undressed(minutes: 60..<65, kilograms: random.uniform(1.2...2.2)) { script in
        script.mark("transfer", minute: 59.9)
      }
    },
    Scenario(
      "exposed", "Left undressed for half an hour, then put skin-to-skin",
      verdict: "cooling-rapid or cooling-fast, hypothermia; then rewarming", hours: 4,
      onsetMinute: 60
    ) { random, _ in
      .undressed(minutes: 60..<90, kilograms: random.uniform(1.2...2.2))
    },
    Scenario(
      "session", "From the cot to two hours skin-to-skin, marked by the staff, and back",
      verdict: "cold-stress in the cot; a session of 2 h that rewarms", hours: 4,
      onsetMinute: 60
    ) { _, _ in
      let changes: [Script.Care.Change] = [
        .init(second: 3600, care: .skinToSkin), .init(second: 10800, care: .wrapped),
      ]
      let infant = Script.Infant(core: .body(kilograms: 1.5, .wrapped, changes))
      var script = Script(infants: [infant])
      script.hasContext = true
      script.mark("skin-to-skin-start", minute: 60)
      script.mark("skin-to-skin-end", minute: 180)
      return script
    },
    Scenario(
      "bradycardia", "Heart rate 62 for 20 seconds", verdict: "bradycardia High", hours: 1.5,
      onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in
        infant.bradycardias = [.init(second: 3600, rate: 62, seconds: 20)]
      }),
    Scenario(
      "tachycardia", "Heart rate 205 for ten minutes", verdict: "tachycardia Medium",
      hours: 1.5, onsetMinute: 60,
      .infant(Course(37)) { _, infant in
        infant.restingRate = 150
        infant.rateShift = Course.steady(0).ramp(to: 55, minutes: 1).hold(minutes: 9)
          .ramp(to: 0, minutes: 2)
      }),
    Scenario(
      "heart-probe-off", "The heart's sensor is off its site for 10 minutes",
      verdict: "probe-off, technical Medium, at once; no bradycardia", hours: 1.5,
      onsetMinute: 60,
      .infant(Course(36.9)) { _, infant in
        infant.heartFaults = [.init(seconds: 3600..<4200, state: .off)]
      }),
    Scenario(
      "probe-into-clothing", "The sensor slips into the clothing and is put back",
      verdict: "probe-off; no hypothermia", hours: 2.5, onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in
        infant.place(.clothing, minute: 60)
        infant.place(.skin, minute: 80)
      }),
    Scenario(
      "probe-in-air", "The sensor hangs in the air and is put back",
      verdict: "probe-off; no hypothermia", hours: 2.5, onsetMinute: 60,
      .infant(Course(36.8)) { _, infant in
        infant.place(.air, minute: 60)
        infant.place(.skin, minute: 80)
      }),
  ]
}
