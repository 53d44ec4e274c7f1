import Probes
import Testing
import Thermoregulation

/// The scenarios of section 8 that the temperature alone decides, on series without an infant's
/// own wander, where each delay is exact.
@Suite struct ScenarioTests {
  /// An hour and a half at a level, then the course; answers when the course began.
  private func ward(
    steady level: Int, seed: UInt64? = nil, minutes: Int, _ course: @escaping Ward.Course
  ) -> (Ward, Int) {
    var ward = Ward(wanderSeed: seed)
    ward.run(minutes: 90, axilla: Courses.steady(level))
    let start = ward.now
    ward.run(minutes: minutes, axilla: course)
    return (ward, start)
  }

  @Test func s1SteadyWithFiveTransfersRaisesNothingHigh() {
    for seed in 1...3 as ClosedRange<UInt64> {
      var ward = Ward(wanderSeed: seed)
      ward.run(minutes: 120, axilla: Courses.steady(36_900))
      for _ in 0..<5 {
        ward.run(
          minutes: 40,
          axilla: Courses.transfer(from: 36_900, drop: 500, minutes: 3, tau: 600, to: 36_900))
        ward.run(minutes: 220, axilla: Courses.steady(36_900))
      }
      #expect(ward.announcements.allSatisfy { $0.alarm.priority < .high })
      let trends = ward.announcements.filter {
        $0.change == .raised
          && [.coolingTrend, .coolingFast, .coolingRapid].contains($0.alarm.rule)
      }
      #expect(trends.count <= 1, "\(trends)")
      let normal = ward.assessments.filter { $0.second > 1200 && $0.state.band == .normothermia }
      #expect(normal.count * 10 > (ward.now - 1200) / 10 * 9)
    }
  }

  @Test func s2HalfADegreeAnHourRaisesTheTrendThenColdStress() throws {
    let (ward, start) = ward(
      steady: 37_100, minutes: 100, Courses.ramp(from: 37_100, perHour: -500))
    let trend = try #require(ward.raised(.coolingTrend))
    let limit = try #require(ward.raised(.coldStress))
    #expect(trend.second - start <= 83 * 60)
    #expect(trend.second < limit.second)
    #expect(limit.second - (start + 72 * 60) <= 6 * 60)
    #expect(trend.alarm.priority == .low)
    #expect(trend.alarm.level.map { (36_500...36_900).contains($0) } == true)
    #expect(trend.alarm.value.map { (-560...(-440)).contains($0) } == true)
  }

  @Test func s3OneDegreeAnHourRaisesTheTrendBeforeTheLimit() throws {
    var leads = 0
    for seed in 1...10 as ClosedRange<UInt64> {
      let (ward, start) = ward(
        steady: 37_100, seed: seed, minutes: 70, Courses.ramp(from: 37_100, perHour: -1_000))
      let trend = try #require(
        ward.raised(.coolingTrend, after: start) ?? ward.raised(.coolingFast, after: start))
      let limit = try #require(ward.raised(.coldStress, after: start))
      if trend.second < limit.second { leads += 1 }
    }
    #expect(leads >= 9)
    let (ward, start) = ward(
      steady: 37_100, minutes: 60, Courses.ramp(from: 37_100, perHour: -1_000))
    #expect(try #require(ward.raised(.coolingTrend)).second - start <= 39 * 60)
  }

  @Test func s4OneAndAHalfDegreesAnHour() throws {
    let (ward, start) = ward(
      steady: 36_900, minutes: 40, Courses.ramp(from: 36_900, perHour: -1_500))
    let first = try #require(ward.raised(.coolingFast) ?? ward.raised(.coldStress))
    #expect(first.second - start <= 23 * 60)
  }

  @Test func s5TwoDegreesAnHourRaisesCoolingFast() throws {
    let (ward, start) = ward(
      steady: 37_100, minutes: 40, Courses.ramp(from: 37_100, perHour: -2_000))
    let fast = try #require(ward.raised(.coolingFast))
    #expect(fast.second - start <= 18 * 60)
    #expect(fast.alarm.priority == .medium)
  }

  @Test func s6ThreeDegreesAnHourThenHypothermia() throws {
    let (ward, start) = ward(
      steady: 37_100, minutes: 40, Courses.ramp(from: 37_100, perHour: -3_000))
    let fast = ward.raised(.coolingFast)?.second ?? .max
    let rapid = ward.raised(.coolingRapid)?.second ?? .max
    #expect(min(fast, rapid) - start <= 15 * 60)
    let hypothermia = try #require(ward.first("raised medium hypothermia"))
    #expect(hypothermia.second - (start + 22 * 60) <= 3 * 60)
  }

  @Test func s7TheFastestCoolingEndsInHigh() throws {
    let (ward, start) = ward(
      steady: 37_000, minutes: 40, Courses.ramp(from: 37_000, perHour: -5_500, downTo: 34_900))
    #expect(try #require(ward.raised(.coolingRapid)).second - start <= 12 * 60)
    let high = try #require(ward.first("escalated high hypothermia"))
    let below35 = start + 2_000 * 3600 / 5_500
    #expect((0...70).contains(high.second - below35))
    #expect(high.alarm.limit == 35_000)
  }

  @Test func s8AMarkedTransferRaisesNoTrend() {
    var unmarked = 0
    for seed in 1...10 as ClosedRange<UInt64> {
      for isMarked in [true, false] {
        var ward = Ward(wanderSeed: seed)
        ward.run(minutes: 90, axilla: Courses.steady(36_900))
        let start = ward.now
        if isMarked { ward.mark(.transfer) }
        ward.run(
          minutes: 60,
          axilla: Courses.transfer(from: 36_900, drop: 600, minutes: 3, tau: 600, to: 36_900))
        let trends = ward.announcements.filter {
          $0.second >= start
            && [.coolingTrend, .coolingFast, .coolingRapid].contains($0.alarm.rule)
        }
        if isMarked {
          #expect(trends.isEmpty, "\(seed) \(trends)")
        } else if !trends.isEmpty {
          unmarked += 1
        }
      }
    }
    #expect(unmarked <= 1)
  }

  @Test(arguments: [true, false]) func s10ATransferThatStaysCold(isMarked: Bool) throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    let start = ward.now
    if isMarked { ward.mark(.transfer) }
    ward.run(
      minutes: 45,
      axilla: Courses.transfer(from: 36_900, drop: 700, minutes: 3, tau: 600, to: 36_200))
    let alarm = try #require(ward.raised(.coldStress))
    let below = isMarked ? start : start + 103
    #expect(alarm.second - below <= (isMarked ? 21 : 6) * 60)
    if isMarked { #expect(alarm.second - start > 15 * 60) }
  }

  @Test func aMarkedTransferExcusesColdStressForAQuarterOfAnHourOnly() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    let start = ward.now
    ward.mark(.transfer)
    ward.fall(from: 36_900, to: 36_050)
    // It is coming back, which holds the trends, but is not back yet.
    ward.run(minutes: 25, axilla: Courses.rise(from: 36_050, perHour: 900))
    let alarm = try #require(ward.raised(.coldStress))
    #expect((20 * 60...21 * 60).contains(alarm.second - start))
    #expect(ward.raised(.coolingTrend) == nil)
  }

  @Test func s18ResumingLowerAfterAGapIsColdStressDuringGap() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    ward.run(minutes: 5)
    let start = ward.now
    ward.run(minutes: 20, axilla: Courses.steady(36_200))
    let alarm = try #require(ward.raised(.coldStress))
    #expect(alarm.second - start <= 6 * 60)
    #expect(alarm.alarm.cause == .duringGap)
  }

  @Test func s18AboveTheLimitButFarBelowTheReferenceCountsToo() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(37_200))
    ward.run(minutes: 5)
    let start = ward.now
    ward.run(minutes: 20, axilla: Courses.steady(36_600))
    let alarm = try #require(ward.raised(.coldStress))
    #expect(alarm.second - start <= 6 * 60)
    #expect(alarm.alarm.cause == .duringGap)
    #expect(alarm.alarm.limit == 36_700)
  }

  @Test func s19AfterALongGapTheTrendComesBack() throws {
    for offset in [0, 17, 31, 55] {
      var ward = Ward()
      ward.run(minutes: 90, seconds: offset, axilla: Courses.steady(36_900))
      ward.run(minutes: 40)
      let start = ward.now
      ward.run(minutes: 30, axilla: Courses.steady(36_900))
      let back = ward.assessments.filter { $0.second > start + 20 }
      #expect(back.first?.state.trend == .insufficient)
      #expect(back.first?.state.band == .normothermia)
      let trend = try #require(back.first { $0.state.trend == .stable })
      #expect((20 * 60...25 * 60).contains(trend.second - start))
      #expect(ward.first("raised low no-data") != nil)
      #expect(ward.first("escalated medium no-data") != nil)
      #expect(ward.first("cleared medium no-data", after: start) != nil)
    }
  }

  @Test func s20ArrivalInBurstsIsNoSlope() {
    // A probe's own clock is no part of a sample; what its stepping can change is arrival.
    var ward = Ward()
    var dice = Dice(seed: 20)
    ward.run(minutes: 120, axilla: { _ in dice.next() % 3 == 0 ? nil : 36_900 })
    #expect(ward.announcements.isEmpty)
    #expect(ward.lastAssessment.slope == 0)
  }

  @Test func s24AFastHeartDoesNotChangeTheTrend() throws {
    let (plain, _) = ward(
      steady: 37_100, minutes: 80, Courses.ramp(from: 37_100, perHour: -500))
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(37_100), heart: { _ in 150 })
    ward.run(
      minutes: 80, axilla: Courses.ramp(from: 37_100, perHour: -500),
      heart: { 150 + $0 * 20 / 4800 }
    )
    #expect(
      try #require(ward.raised(.coolingTrend)).second
        == #require(plain.raised(.coolingTrend)).second)
  }

  @Test func s25HyperthermiaRisesInSteps() throws {
    let (ward, start) = ward(
      steady: 36_900, minutes: 200, Courses.rise(from: 36_900, perHour: 800, upTo: 39_200))
    let low = try #require(ward.first("raised low hyperthermia"))
    let medium = try #require(ward.first("escalated medium hyperthermia"))
    let high = try #require(ward.first("escalated high hyperthermia"))
    #expect(low.second - (start + 45 * 60) <= 6 * 60)
    #expect(medium.second - (start + 4_950) <= 3 * 60)
    #expect(high.second - (start + 9_450) <= 3 * 60)
  }

  @Test func s29AMarkedBathHoldsColdStress() {
    for isMarked in [true, false] {
      var ward = Ward()
      ward.run(minutes: 90, axilla: Courses.steady(37_000))
      if isMarked { ward.mark(.bath) }
      ward.run(minutes: 10, axilla: Courses.ramp(from: 37_000, perHour: -5_400))
      ward.run(minutes: 50, axilla: Courses.rise(from: 36_100, perHour: 600))
      #expect((ward.raised(.coldStress) == nil) == isMarked)
    }
  }

  @Test func s31AColdInfantDoesNotHideInTheWarmUp() throws {
    var ward = Ward()
    ward.run(minutes: 40, axilla: Courses.rise(from: 35_400, perHour: 1_200))
    let alarm = try #require(ward.raised(.hypothermia))
    #expect(alarm.second <= 16 * 60)
    #expect(alarm.alarm.priority == .medium)
    let early = ward.assessments.filter { $0.second < 600 }
    #expect(early.allSatisfy { $0.state.quality == .warmup && $0.state.band == .unknown })
  }

  @Test func aColdInfantThatRisesFastButNotFarEnoughDoesNotWaitEither() throws {
    var ward = Ward()
    ward.run(minutes: 40, axilla: Courses.rise(from: 35_000, perHour: 1_700))
    let alarm = try #require(ward.raised(.hypothermia))
    #expect((15 * 60...16 * 60).contains(alarm.second))
    #expect(alarm.alarm.cause == .warmUp)
  }

  @Test func s33CoarseResolutionStillShowsTheTrend() throws {
    // Without an infant's own wander a step of 0.1 °C every ten minutes has no slope of its own.
    for seed in 1...5 as ClosedRange<UInt64> {
      var ward = Ward(wanderSeed: seed)
      ward.resolution = 100
      ward.run(minutes: 90, axilla: Courses.steady(37_150))
      let start = ward.now
      ward.run(minutes: 80, axilla: Courses.ramp(from: 37_150, perHour: -600))
      let trend = try #require(ward.raised(.coolingTrend, after: start))
      #expect(trend.second - start <= 75 * 60)
    }
  }
}
