import Probes
import Testing
import Thermoregulation

@Suite struct HeartTests {
  private func ward(weeks: Int? = 31) -> (Ward, Int) {
    var ward = Ward(weeks: weeks)
    ward.run(minutes: 5, axilla: Courses.steady(36_800), heart: { _ in 146 })
    return (ward, ward.now)
  }

  @Test func s21FourSecondsTwiceAMinuteAreNothing() {
    var (ward, _) = ward()
    ward.run(minutes: 30, axilla: Courses.steady(36_800), heart: { $0 % 30 < 4 ? 60 : 146 })
    #expect(ward.announcements.isEmpty)
  }

  @Test func s22TwentySecondsAreBradycardia() throws {
    var (ward, start) = ward()
    ward.run(seconds: 20, axilla: Courses.steady(36_800), heart: { _ in 62 })
    let alarm = try #require(ward.raised(.bradycardia))
    #expect(alarm.second - start <= 10)
    #expect(alarm.alarm.priority == .high)
    #expect(alarm.alarm.value == 62_000)
    #expect(alarm.alarm.limit == 80_000)
  }

  @Test func aSlowHeartIsMediumAfterTenSeconds() throws {
    var (ward, start) = ward()
    ward.run(seconds: 30, axilla: Courses.steady(36_800), heart: { _ in 95 })
    let alarm = try #require(ward.first("raised medium bradycardia"))
    #expect((10...12).contains(alarm.second - start))
    // Between the limit and the limit plus ten nothing ends.
    ward.run(minutes: 2, axilla: Courses.steady(36_800), heart: { _ in 108 })
    #expect(ward.cleared(.bradycardia) == nil)
    ward.run(seconds: 15, axilla: Courses.steady(36_800), heart: { _ in 110 })
    #expect(ward.first("cleared medium bradycardia") != nil)
  }

  @Test func aTermInfantHasLowerLimits() {
    var (ward, _) = ward(weeks: 39)
    ward.run(seconds: 60, axilla: Courses.steady(36_800), heart: { _ in 85 })
    #expect(ward.announcements.isEmpty)
    ward.run(seconds: 12, axilla: Courses.steady(36_800), heart: { _ in 75 })
    #expect(ward.first("raised medium bradycardia") != nil)
  }

  @Test func aFastHeartIsTachycardiaAfterAMinute() throws {
    var (ward, start) = ward()
    ward.run(minutes: 2, axilla: Courses.steady(36_800), heart: { _ in 195 })
    let alarm = try #require(ward.first("raised medium tachycardia"))
    #expect((60...62).contains(alarm.second - start))
    ward.run(minutes: 1, axilla: Courses.steady(36_800), heart: { _ in 180 })
    #expect(ward.first("cleared medium tachycardia") != nil)
  }

  @Test func aSilentHeartProbeNeitherRaisesNorClears() {
    var (ward, _) = ward()
    ward.run(seconds: 4, axilla: Courses.steady(36_800), heart: { _ in 62 })
    ward.run(seconds: 60, axilla: Courses.steady(36_800))
    #expect(ward.raised(.bradycardia) == nil)
    ward.run(seconds: 20, axilla: Courses.steady(36_800), heart: { _ in 62 })
    #expect(ward.raised(.bradycardia) != nil)
    ward.run(minutes: 20, axilla: Courses.steady(36_800))
    #expect(ward.cleared(.bradycardia) == nil)
    #expect(ward.first("raised low no-data") != nil)
  }

  @Test func aSensorOffIsSaidAtOnceAndIsNotNoData() throws {
    var (ward, _) = ward()
    for _ in 0..<200 {
      ward.run(seconds: 1, axilla: Courses.steady(36_800))
      ward.fault(Ward.heart, .heartRate, .off)
    }
    let off = try #require(ward.first("raised medium probe-off"))
    #expect(off.second - 300 <= 2)
    #expect(off.alarm.cause == .leadOff)
    #expect(ward.raised(.noData) == nil)
    ward.run(seconds: 5, axilla: Courses.steady(36_800), heart: { _ in 146 })
    #expect(ward.cleared(.probeOff) != nil)
  }
}
