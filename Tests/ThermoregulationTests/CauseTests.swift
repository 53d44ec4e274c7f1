import Probes
import Testing
import Thermoregulation

/// Rules that look at more than one temperature, or at the heart beside it.
@Suite struct CauseTests {
  @Test func s23CoolingWithASlowingHeartIsCombined() throws {
    var ward = Ward()
    ward.run(minutes: 120, axilla: Courses.steady(37_100), heart: { _ in 158 })
    let start = ward.now
    ward.run(
      minutes: 60, axilla: Courses.ramp(from: 37_100, perHour: -800),
      heart: { max(158 - 58 * $0 / 1_800, 100) })
    let cooling = try #require(ward.raised(.coolingTrend))
    let combined = try #require(ward.raised(.combined))
    // A fifth of 158 is gone at 126, after 993 s.
    #expect(combined.second - max(cooling.second, start + 993) <= 90)
    #expect(combined.alarm.priority == .medium)
    #expect(combined.alarm.cause == .heartRateFall)
    // The trend's own priority stays.
    #expect(cooling.alarm.priority == .low)
    ward.run(
      minutes: 5, axilla: Courses.ramp(from: 36_300, perHour: -800), heart: { _ in 150 })
    #expect(ward.first("cleared medium combined") != nil)
  }

  @Test func aSlowHeartAloneIsNotCombined() {
    var ward = Ward()
    ward.run(minutes: 120, axilla: Courses.steady(37_000), heart: { _ in 158 })
    ward.run(minutes: 30, axilla: Courses.steady(37_000), heart: { _ in 90 })
    #expect(ward.raised(.combined) == nil)
  }

  @Test func s25AColdFootHintsAtInfection() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900), foot: Courses.steady(34_500))
    ward.run(
      minutes: 130, axilla: Courses.rise(from: 36_900, perHour: 800, upTo: 38_600),
      foot: Courses.rise(from: 34_500, perHour: 270, upTo: 35_100))
    let low = try #require(ward.first("raised low hyperthermia"))
    #expect(low.alarm.cause == .infection)
    #expect(try #require(ward.first("escalated medium hyperthermia")).alarm.cause == .infection)
  }

  @Test func s26AWarmFootHintsAtOverheating() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900), foot: Courses.steady(36_300))
    let start = ward.now
    ward.run(
      minutes: 70, axilla: Courses.rise(from: 36_900, perHour: 1_200, upTo: 38_100),
      foot: Courses.rise(from: 36_300, perHour: 1_200, upTo: 37_500))
    let low = try #require(ward.first("raised low hyperthermia"))
    #expect(low.second - (start + 1_800) <= 6 * 60)
    #expect(low.alarm.cause == .overheating)
    let warming = try #require(ward.raised(.warmingTrend))
    #expect(warming.second < low.second)
  }

  @Test func s27AHotParentIsTheHint() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900), parent: Courses.steady(36_000))
    ward.run(
      minutes: 30, axilla: Courses.steady(36_900),
      parent: Courses.rise(from: 36_000, perHour: 6_000, upTo: 38_500))
    let start = ward.now
    ward.run(
      minutes: 80, axilla: Courses.rise(from: 36_900, perHour: 900, upTo: 37_800),
      parent: Courses.steady(38_500))
    let low = try #require(ward.first("raised low hyperthermia"))
    #expect(low.second - (start + 2_400) <= 6 * 60)
    #expect(low.alarm.cause == .parentFever)
  }

  @Test func s30ALastingGapIsLowThenMedium() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900), foot: Courses.steady(35_500))
    let start = ward.now
    ward.run(
      minutes: 270, axilla: Courses.ramp(from: 36_900, perHour: -30),
      foot: Courses.ramp(from: 34_300, perHour: -30))
    // The step to the cold foot puts that probe in doubt for five minutes, which count after all.
    let low = try #require(ward.first("raised low core-peripheral-gap"))
    #expect(low.second - start <= 31 * 60)
    let medium = try #require(ward.first("escalated medium core-peripheral-gap"))
    #expect((240 * 60...241 * 60).contains(medium.second - start))
    #expect(medium.alarm.cause == .infection)
    #expect(ward.raised(.coolingTrend) == nil)
    ward.run(minutes: 20, axilla: Courses.steady(36_700), foot: Courses.steady(35_300))
    #expect(ward.first("cleared medium core-peripheral-gap") != nil)
  }

  @Test func s30WithoutADoubtTheGapIsRaisedAfterHalfAnHour() throws {
    var ward = Ward()
    ward.run(minutes: 20, axilla: Courses.steady(36_900), foot: Courses.steady(35_100))
    ward.run(
      minutes: 20, axilla: Courses.steady(36_900),
      foot: Courses.ramp(from: 35_100, perHour: -3_000, downTo: 34_300))
    // 2.0 °C are reached after 4 minutes.
    let start = 24 * 60
    ward.run(minutes: 60, axilla: Courses.steady(36_900), foot: Courses.steady(34_300))
    let low = try #require(ward.first("raised low core-peripheral-gap"))
    #expect(low.second - start <= 31 * 60)
  }

  @Test func s32ColdStressThatStaysIsNotRewarming() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_600))
    let start = ward.now
    ward.run(minutes: 70, axilla: Courses.rise(from: 36_350, perHour: 50))
    let alarm = try #require(ward.raised(.notRewarming))
    #expect((60 * 60...65 * 60).contains(alarm.second - start))
    #expect(alarm.alarm.priority == .medium)
    ward.run(minutes: 40, axilla: Courses.rise(from: 36_410, perHour: 900, upTo: 36_800))
    #expect(ward.first("cleared medium not-rewarming") != nil)
  }

  @Test func aSlowRiseByTheHourIsNotRewarmingThoughHalfAnHourRises() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    ward.fall(from: 36_900, to: 36_350)
    ward.run(minutes: 40, axilla: Courses.ramp(from: 36_350, perHour: -200))
    // Up to here it fell; half an hour of coming back is not yet an hour's.
    ward.run(minutes: 32, axilla: Courses.rise(from: 36_217, perHour: 260))
    let alarm = try #require(ward.raised(.notRewarming))
    #expect(try #require(alarm.alarm.value) < 300)
  }

  @Test func anInfantThatRewarmsIsLeftAlone() {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_600))
    ward.run(minutes: 100, axilla: Courses.rise(from: 36_050, perHour: 300))
    #expect(ward.raised(.coldStress) != nil)
    #expect(ward.raised(.notRewarming) == nil)
  }
}
