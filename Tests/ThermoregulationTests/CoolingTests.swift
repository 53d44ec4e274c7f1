import Probes
import Testing
import Thermoregulation

/// What tells an infant that cools from one that was moved, and how slow a fall may be.
@Suite struct CoolingTests {
  private func ward(
    seed: UInt64? = nil, steady level: Int = 37_100, minutes: Int, resolution: Int = 1,
    _ course: @escaping Ward.Course
  ) -> (Ward, start: Int) {
    var ward = Ward(wanderSeed: seed)
    ward.resolution = resolution
    ward.run(minutes: 90, axilla: Courses.steady(level))
    let start = ward.now
    ward.run(minutes: minutes, axilla: course)
    return (ward, start)
  }

  private func trends(_ ward: Ward, after start: Int) -> [Ward.Announcement] {
    ward.announcements.filter {
      $0.second >= start && $0.change == .raised
        && [.coolingTrend, .coolingFast, .coolingRapid].contains($0.alarm.rule)
    }
  }

  /// The delays in minutes of the plain rule table: half an hour at -0.5 °C/h and 0.4 °C below the
  /// reference, a quarter of an hour at -1.2, eight minutes at -3.0, each in five minutes of six.
  @Test(arguments: [
    (550, 48), (700, 39), (1_000, 29), (1_500, 21), (2_000, 17), (3_000, 13), (5_500, 11),
  ])
  func aSteadyFallIsToldNoLaterThanByThePlainTable(rate: Int, minutes: Int) throws {
    let (ward, start) = ward(
      minutes: 60, Courses.ramp(from: 37_100, perHour: -rate, downTo: 34_000))
    let first = try #require(trends(ward, after: start).first)
    #expect(first.second - start <= minutes * 60, "\(first)")
  }

  @Test func aFallThatHalfAnHourCannotShowIsToldByTheHour() throws {
    let (ward, start) = ward(minutes: 110, Courses.ramp(from: 37_100, perHour: -400))
    let trend = try #require(ward.raised(.coolingTrend, after: start))
    let limit = try #require(ward.raised(.coldStress, after: start))
    #expect(trend.second < limit.second)
    #expect(trend.alarm.limit == -250)
    #expect(try #require(trend.alarm.value) <= -250)
    #expect(try #require(trend.alarm.minutesToColdStress) <= 30)
  }

  @Test func aDriftIsNoTrend() {
    let (ward, start) = ward(minutes: 300, Courses.ramp(from: 37_100, perHour: -150))
    #expect(trends(ward, after: start).isEmpty, "\(ward)")
  }

  @Test(arguments: [300, 500, 700], [2, 4])
  func anInfantThatComesBackIsNotCooling(drop: Int, minutes: Int) {
    for tau in [300, 600, 900] {
      let (ward, start) = ward(
        steady: 36_950, minutes: 90,
        Courses.transfer(from: 36_950, drop: drop, minutes: minutes, tau: tau, to: 36_950))
      #expect(trends(ward, after: start).isEmpty, "\(tau) \(ward)")
    }
  }

  @Test func anInfantThatFellAndFallsOnIsCooling() throws {
    // The first minutes are those of a transfer; what follows is not.
    let (ward, start) = ward(
      minutes: 60,
      { $0 < 180 ? 37_100 - $0 * 300 / 180 : 36_800 - ($0 - 180) * 1_500 / 3_600 })
    let first = try #require(trends(ward, after: start).first)
    #expect(first.second - start <= 15 * 60)
  }

  @Test func onceColdStressIsToldADriftIsNoNews() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    ward.run(minutes: 20, axilla: Courses.ramp(from: 36_900, perHour: -1_800, downTo: 36_400))
    ward.run(minutes: 150, axilla: Courses.steady(36_400))
    let start = ward.now
    ward.run(minutes: 20, axilla: Courses.ramp(from: 36_400, perHour: -700))
    #expect(ward.raised(.coolingTrend, after: start) == nil)
    // A fall that lasts is told all the same.
    ward.run(minutes: 40, axilla: Courses.ramp(from: 36_167, perHour: -700))
    #expect(ward.raised(.coolingTrend, after: start) != nil)
  }

  @Test func stepsOfATenthShowTheFallToo() throws {
    let (ward, start) = ward(
      minutes: 80, resolution: 100, Courses.ramp(from: 37_100, perHour: -600))
    let trend = try #require(ward.raised(.coolingTrend, after: start))
    #expect(trend.second - start <= 75 * 60)
  }
}
