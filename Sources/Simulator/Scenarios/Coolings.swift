extension Scenario {
  /// S1 to S10 of the clinical requirements: the infant cools, or is moved.
  static let coolings: [Scenario] = [
    Scenario(
      "s1", "Steady at 36.9 °C with five unmarked transfers of 0.5 °C a day",
      verdict: "normothermia; no High; trend alarms within budget", hours: 24,
      makes: transfersOfADay),
    Scenario(
      "s2", "Cooling at 0.5 °C an hour from 37.1 °C",
      verdict: "cooling-trend within 83 min, cold-stress 6 min after 36.5 °C", hours: 4,
      onsetMinute: 60, .infant(.steady(37.1).ramp(to: 36.1, perHour: 0.5))),
    Scenario(
      "s3", "Cooling at 1.0 °C an hour from 37.1 °C",
      verdict: "cooling-trend before the plain limit in nine of ten, within 39 min", hours: 2.5,
      onsetMinute: 60, .infant(.steady(37.1).ramp(to: 36.1, perHour: 1))),
    Scenario(
      "s4", "Cooling at 1.5 °C an hour from 36.9 °C",
      verdict: "cooling-fast or the plain limit within 23 min", hours: 2, onsetMinute: 60,
      .infant(.steady(36.9).ramp(to: 36.1, perHour: 1.5))),
    Scenario(
      "s5", "Cooling at 2.0 °C an hour from 37.1 °C", verdict: "cooling-fast within 18 min",
      hours: 2, onsetMinute: 60, .infant(.steady(37.1).ramp(to: 36.1, perHour: 2))),
    Scenario(
      "s6", "Cooling at 3.0 °C an hour from 37.1 °C",
      verdict: "cooling-fast or cooling-rapid within 15 min; hypothermia 3 min after 36.0 °C",
      hours: 2, onsetMinute: 60, .infant(.steady(37.1).ramp(to: 35.5, perHour: 3))),
    // Ends below 35.0 °C, so that wander does not decide whether that limit is crossed.
    Scenario(
      "s7", "Cooling at 5.5 °C an hour from 37.0 °C to under 35.0 °C",
      verdict: "cooling-rapid within 12 min; hypothermia High 70 s after 35.0 °C", hours: 2,
      onsetMinute: 60, .infant(.steady(37).ramp(to: 34.6, perHour: 5.5))),
    Scenario(
      "s8", "A transfer, unmarked: down 0.6 °C in 3 min, back with tau 10 min",
      verdict: "no trend alarm in nine of ten", hours: 2.5, onsetMinute: 60, .infant(transfer)),
    Scenario(
      "s8-marked", "A transfer, marked: down 0.6 °C in 3 min, back with tau 10 min",
      verdict: "no trend alarm", hours: 2.5, onsetMinute: 60,
      .infant(transfer) { script, _ in script.mark("transfer", minute: 59.9) }),
    Scenario(
      "s9", "A hard transfer: down 1.3 °C in 4 min to 35.8 °C, 36.6 °C by 25 min",
      verdict: "hypothermia Medium within 3 min of 36.0 °C; not probe-off", hours: 2.5,
      onsetMinute: 60, .infant(hardTransfer)),
    Scenario(
      "s9-marked", "A hard transfer, marked",
      verdict: "hypothermia Medium within 3 min of 36.0 °C: a mark does not hold it",
      hours: 2.5, onsetMinute: 60,
      .infant(hardTransfer) { script, _ in script.mark("transfer", minute: 59.9) }),
    Scenario(
      "s10", "A transfer after which the infant stays at 36.2 °C",
      verdict: "cold-stress within 6 min of 36.5 °C", hours: 2, onsetMinute: 60,
      .infant(staysCool)),
    Scenario(
      "s10-marked", "A marked transfer after which the infant stays at 36.2 °C",
      verdict: "cold-stress within 21 min", hours: 2, onsetMinute: 60,
      .infant(staysCool) { script, _ in script.mark("transfer", minute: 59.9) }),
  ]

  private static let transfer = Course.steady(36.9).ramp(to: 36.3, minutes: 3)
    .approach(36.9, tau: 600, minutes: 80)

  private static let hardTransfer = Course.steady(37.1).ramp(to: 35.8, minutes: 4)
    .ramp(to: 36.6, minutes: 21).ramp(to: 36.9, minutes: 30)

  private static let staysCool = Course.steady(36.9).ramp(to: 36.2, minutes: 3)

  /// Five a day, each at a time of its own within its fifth of the day.
  @Sendable private static func transfersOfADay(
    _ random: inout RandomSource, _ seconds: Int
  ) -> Script {
    let slot = 288.0
    var course = Course(36.9)
    for _ in 0...(seconds / Int(slot * 60)) {
      let before = Double(60 + random.integer(below: 120))
      course = course.hold(minutes: before).ramp(to: 36.4, minutes: 3)
        .approach(36.9, tau: 600, minutes: slot - before - 3)
    }
    return .infant(course)
  }
}
