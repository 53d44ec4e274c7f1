extension Verdict {
  /// The verdict of that scenario, nil where it only serves to be counted.
  static func of(_ scenario: String) -> Verdict? { all.first { $0.scenario == scenario } }

  /// Section 8 of the clinical requirements, some everyday scenarios, and what falls must not say.
  static let all: [Verdict] = days + coolings + probes + gaps + hearts + warmth + rewarming

  private static let minute = 60
  private static let hour = 3600

  private static let trend = Wanted(DayTally.trendRules)

  private static let days = [
    Verdict(
      "steady", .budget(trend, hundredthsADay: 60),
      .never(Wanted([], except: Wanted.trends, priority: "medium")),
      .mostly("normothermia", percent: 95)),
    Verdict(
      "s1", .budget(trend, hundredthsADay: 60), .never(Wanted([], priority: "high")),
      .mostly("normothermia", percent: 90)),
  ]

  private static func coldStress(within seconds: Int = 6 * minute) -> Clause {
    .tells("cold-stress", within: seconds, after: .below(36_500, lasting: seconds))
  }

  private static func hypothermia(_ priority: String = "medium") -> Clause {
    .tells(
      Wanted(["hypothermia"], priority: priority), within: 3 * minute,
      after: .below(36_000, lasting: 3 * minute))
  }

  private static let high = Clause.tells(
    Wanted(["hypothermia"], priority: "high"), within: 70, after: .below(35_000, lasting: 70))

  private static let coolings = [
    Verdict(
      "s2", .tells(.trend, within: 83 * minute), coldStress(),
      .leads(.trend, before: "cold-stress", percent: 90)),
    Verdict(
      "s3", .leads(.trend, before: "cold-stress", percent: 90),
      .tells(.trend, within: 39 * minute, percent: 90)),
    Verdict(
      "s4",
      .tells(["cooling-fast", "cooling-rapid", "cold-stress"], within: 23 * minute)),
    Verdict("s5", .tells(["cooling-fast", "cooling-rapid"], within: 18 * minute)),
    Verdict(
      "s6", .tells(["cooling-fast", "cooling-rapid"], within: 15 * minute), hypothermia()),
    Verdict("s7", .tells("cooling-rapid", within: 12 * minute), high),
    Verdict("s8", .never(.trend, for: hour, percent: 90)),
    Verdict("s8-marked", .never(.trend, for: hour)),
    Verdict(
      "s9", hypothermia(), .never(Wanted(["probe-off"], priority: "medium"), percent: 99)),
    Verdict(
      "s9-marked", hypothermia(), .never(Wanted(["probe-off"], priority: "medium"), percent: 99)),
    Verdict("s10", coldStress()),
    Verdict("s10-marked", coldStress(within: 21 * minute)),
  ]

  private static let off = Wanted(["probe-off"], priority: "medium")
  private static let limits = Wanted(["hypothermia", "severe-hypothermia"])

  private static let probes = [
    Verdict("s11", .tells(off, within: 110), .never(limits, percent: 99)),
    Verdict("s12", .tells(off, within: 90)),
    Verdict("s13", .tells(.any, within: 5 * minute)),
    Verdict("s14", .never(.any, for: hour)),
    Verdict("s15", .tells("probe-stuck", within: 20 * minute)),
    Verdict("s15-coarse", .tells("probe-stuck", within: 45 * minute)),
    Verdict("s16", .tells("probe-noisy", within: 5 * minute), .never(limits)),
    Verdict(
      "s17",
      .tells("possible-swap", within: 10 * minute, after: .latest(.apart(300), .warmedUp))),
    Verdict("probe-fault", .tells("probe-fault", within: 10), .never(limits)),
    Verdict("heart-probe-off", .tells(off, within: 10), .never("bradycardia")),
    Verdict("any-clothing", .never(.cold)),
    Verdict("any-air", .never(.cold)),
  ]

  private static let gaps = [
    Verdict(
      "s18", .tells(Wanted(["cold-stress"], cause: "during-gap"), within: 6 * minute)),
    Verdict("s19", .trendReturns(within: 20 * minute...25 * minute)),
    Verdict("s20", .never(.any)),
  ]

  private static let hearts = [
    Verdict("s21", .never(.any)),
    Verdict("s22", .tells("bradycardia", within: 10)),
    Verdict(
      "s23",
      .tells("combined", within: 90, after: .latest(.told(.trend), .heartDown(percent: 20)))),
    Verdict("s24", .tells(.trend, within: 83 * minute), coldStress()),
    Verdict("tachycardia", .tells("tachycardia", within: 3 * minute)),
  ]

  private static let fever = [
    Clause.tells(
      "hyperthermia", within: 6 * minute, after: .above(37_500, lasting: 6 * minute)),
    .tells(
      Wanted(["hyperthermia"], priority: "medium"), within: 3 * minute,
      after: .above(38_000, lasting: 3 * minute)),
  ]

  private static func hint(_ cause: String, _ rules: [String] = ["hyperthermia"]) -> Clause {
    .tells(Wanted(rules, cause: cause), within: 4 * hour)
  }

  private static let warmth = [
    Verdict("s25", fever[0], fever[1], hint("infection", ["hyperthermia", "core-peripheral-gap"])),
    Verdict("s26", fever[0], fever[1], hint("overheating")),
    Verdict("s27", fever[0], hint("parent-fever")),
  ]

  private static let rewarming = [
    Verdict("s29", coldStress()),
    Verdict("s29-marked", .never("cold-stress", for: hour)),
    Verdict(
      "s30", .tells("core-peripheral-gap", within: 31 * minute),
      .tells(Wanted(["core-peripheral-gap"], priority: "medium"), within: 4 * hour + minute),
      .never(.trend)),
    Verdict(
      "s31",
      .tells("hypothermia", within: 16 * minute, after: .below(36_000, lasting: 16 * minute))),
    Verdict("s32", .tells("not-rewarming", within: 65 * minute, after: .gainless(200))),
    Verdict("s33", .tells(.trend, within: 75 * minute)),
    Verdict("s34", .tells("check-probe", within: 1)),
    Verdict("s36", high, .latches("hypothermia")),
  ]
}
