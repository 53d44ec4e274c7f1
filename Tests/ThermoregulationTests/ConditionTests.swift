import Probes
import Testing
import Thermoregulation

/// How conditions begin, grow, latch and end (section 6), and what a gap does to them.
@Suite struct ConditionTests {
  @Test func coldStressClearsAtItsClearLimitOnly() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.run(minutes: 10, axilla: Courses.steady(36_400))
    #expect(ward.raised(.coldStress) != nil)
    ward.run(minutes: 30, axilla: Courses.steady(36_650))
    #expect(ward.cleared(.coldStress) == nil)
    let start = ward.now
    ward.run(minutes: 8, axilla: Courses.steady(36_700))
    let end = try #require(ward.cleared(.coldStress))
    #expect((5 * 60...6 * 60 + 10).contains(end.second - start))
    #expect(end.change == .cleared)
  }

  @Test func coldStressBecomesMediumAfterHalfAnHour() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_550))
    let start = ward.now
    ward.run(minutes: 40, axilla: Courses.steady(36_450))
    let medium = try #require(ward.first("escalated medium cold-stress"))
    #expect((30 * 60...31 * 60).contains(medium.second - start))
    #expect(medium.alarm.cause == .prolonged)
  }

  @Test func hoveringAtALimitGainsNoRespite() {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.run(minutes: 14, axilla: { $0 / 60 % 2 == 0 ? 36_450 : 36_550 })
    #expect(ward.raised(.coldStress) != nil)
  }

  @Test func aClearRuleTakesTheDwellBack() {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    for _ in 0..<5 {
      ward.run(minutes: 3, axilla: Courses.steady(36_400))
      ward.run(minutes: 7, axilla: Courses.steady(36_800))
    }
    #expect(ward.raised(.coldStress) == nil)
  }

  @Test func hypothermiaLatchesUntilAcknowledged() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.fall(from: 36_900, to: 36_000)
    let start = ward.now
    ward.run(minutes: 5, axilla: Courses.steady(35_900))
    let alarm = try #require(ward.first("raised medium hypothermia"))
    #expect(alarm.second - start <= 3 * 60)
    ward.run(minutes: 10, axilla: Courses.steady(36_300))
    #expect(ward.first("latched medium hypothermia") != nil)
    #expect(ward.first("cleared medium hypothermia") == nil)
    ward.acknowledge(alarm.alarm.id)
    #expect(ward.first("acknowledged medium hypothermia") != nil)
    #expect(ward.first("cleared medium hypothermia") != nil)
    #expect(ward.announcements.last?.alarm.id == alarm.alarm.id)
  }

  @Test func aLatchedConditionComesBackUnderItsNumber() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.fall(from: 36_900, to: 36_000)
    ward.run(minutes: 5, axilla: Courses.steady(35_900))
    ward.run(minutes: 10, axilla: Courses.steady(36_300))
    let start = ward.now
    ward.run(minutes: 5, axilla: Courses.steady(35_900))
    let again = try #require(ward.raised(.hypothermia, after: start))
    #expect(again.alarm.id == ward.raised(.hypothermia)?.alarm.id)
    #expect(!again.alarm.isLatched)
  }

  @Test func escalationUndoesAcknowledgement() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.fall(from: 36_900, to: 36_000)
    ward.run(minutes: 5, axilla: Courses.steady(35_900))
    ward.acknowledge(try #require(ward.raised(.hypothermia)).alarm.id)
    #expect(ward.announcements.last?.alarm.isAcknowledged == true)
    ward.fall(from: 35_900, to: 35_000)
    let start = ward.now
    ward.run(minutes: 3, axilla: Courses.steady(34_900))
    let high = try #require(ward.first("escalated high hypothermia"))
    #expect((60...80).contains(high.second - start))
    #expect(!high.alarm.isAcknowledged)
    // What was raised first keeps its onset and its raising.
    #expect(high.alarm.onset == ward.raised(.hypothermia)?.alarm.onset)
  }

  @Test func anAcknowledgedConditionClearsWithoutLatching() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.fall(from: 36_900, to: 36_000)
    ward.run(minutes: 5, axilla: Courses.steady(35_900))
    ward.acknowledge(try #require(ward.raised(.hypothermia)).alarm.id)
    ward.run(minutes: 10, axilla: Courses.steady(36_300))
    #expect(ward.first("latched medium hypothermia") == nil)
    #expect(ward.first("cleared medium hypothermia") != nil)
  }

  @Test func anUnknownAlarmNumberIsNotAcknowledged() {
    var ward = Ward()
    ward.run(minutes: 1, axilla: Courses.steady(36_900))
    #expect(!ward.analyzer.hasAlarm(1))
    ward.acknowledge(1)
    #expect(ward.announcements.isEmpty)
  }

  @Test func severeHypothermiaIsHighWithinAMinute() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.run(minutes: 60, axilla: Courses.ramp(from: 36_900, perHour: -5_000))
    let start = ward.now - 12
    ward.run(minutes: 5, axilla: Courses.ramp(from: 31_900, perHour: -1_000))
    let severe = try #require(ward.raised(.severeHypothermia))
    #expect(severe.alarm.priority == .high)
    #expect(severe.second - start <= 100)
    ward.run(minutes: 2, axilla: Courses.steady(32_600))
    #expect(ward.first("latched high severe-hypothermia") != nil)
  }

  @Test func hypothermiaWithASlowHeartIsHigh() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900), heart: { _ in 146 })
    ward.fall(from: 36_900, to: 36_000)
    ward.run(minutes: 5, axilla: Courses.steady(35_900), heart: { _ in 92 })
    let high = try #require(
      ward.first("raised high hypothermia") ?? ward.first("escalated high hypothermia"))
    #expect(high.alarm.cause == .withBradycardia)
  }

  @Test func aGapNeverClears() {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.run(minutes: 10, axilla: Courses.steady(36_400))
    ward.run(minutes: 300)
    #expect(ward.raised(.coldStress) != nil)
    #expect(ward.cleared(.coldStress) == nil)
    #expect(ward.lastAssessment.band == .unknown)
    #expect(ward.lastAssessment.quality == .stale)
  }

  @Test func dwellIsFrozenInAGap() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_700))
    ward.run(minutes: 3, axilla: Courses.steady(36_450))
    ward.run(minutes: 4)
    let start = ward.now
    ward.run(minutes: 6, axilla: Courses.steady(36_450))
    let alarm = try #require(ward.raised(.coldStress))
    #expect((2 * 60...3 * 60).contains(alarm.second - start))
  }

  @Test func equalInputsGiveEqualEvents() {
    func run() -> [String] {
      var ward = Ward(wanderSeed: 7)
      ward.run(
        minutes: 90, axilla: Courses.steady(36_900), heart: { 140 + $0 % 9 },
        foot: Courses.steady(35_000))
      ward.run(
        minutes: 90, axilla: Courses.ramp(from: 36_900, perHour: -1_500),
        heart: { 140 - $0 / 100 })
      return ward.events.map { "\($0)" }
    }
    #expect(run() == run())
  }

  @Test func howOftenTimePassesChangesNothing() {
    func run(_ isBusy: Bool) -> [String] {
      var ward = Ward()
      var course = Courses.ramp(from: 37_000, perHour: -2_000)
      ward.run(minutes: 60, axilla: Courses.steady(37_000))
      for _ in 0..<3600 {
        if isBusy { ward.take(.passed(ward.time)) }
        ward.run(seconds: 1, axilla: course)
        course = { [course] in course($0 + 1) }
        if isBusy { ward.take(.passed(ward.time)) }
        if ward.now > 5400 { break }
      }
      return ward.announcements.map(\.description)
    }
    #expect(run(true) == run(false))
  }
}
