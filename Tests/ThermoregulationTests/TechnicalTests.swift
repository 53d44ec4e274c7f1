import Probes
import Testing
import Thermoregulation

@Suite struct TechnicalTests {
  @Test func silenceIsNoDataAtTwoMinutesAndMediumAtTen() throws {
    var ward = Ward()
    ward.run(minutes: 30, axilla: Courses.steady(36_900))
    let start = ward.now
    ward.run(minutes: 12)
    let low = try #require(ward.first("raised low no-data"))
    let medium = try #require(ward.first("escalated medium no-data"))
    #expect((110...130).contains(low.second - start))
    #expect((590...610).contains(medium.second - start))
    #expect(low.alarm.rule.kind == .technical)
    #expect(ward.lastAssessment.band == .unknown)
    ward.run(seconds: 20, axilla: Courses.steady(36_900))
    #expect(ward.first("cleared medium no-data") != nil)
    #expect(ward.lastAssessment.quality == .good)
  }

  @Test func aProbeThatNeverSaysAnythingIsNoDataToo() throws {
    var ward = Ward()
    ward.take(.attached(Ward.axilla, ward.time))
    ward.run(minutes: 3)
    let alarm = try #require(ward.first("raised low no-data"))
    #expect(alarm.alarm.cause == .silent)
    ward.run(seconds: 30, axilla: Courses.steady(36_900))
    #expect(ward.first("cleared low no-data") != nil)
  }

  @Test(arguments: [
    (SampleFlags.open, Cause.open), (.short, .short), (.off, .leadOff), (.selfTest, .selfTest),
  ]) func aProbeThatSaysSoIsFaulty(flags: SampleFlags, cause: Cause) throws {
    var ward = Ward()
    ward.run(minutes: 30, axilla: Courses.steady(36_900))
    let start = ward.now
    for _ in 0..<60 {
      ward.run(seconds: 1)
      ward.fault(Ward.axilla, .temperature, flags)
    }
    let alarm = try #require(ward.first("raised medium probe-fault"))
    #expect(alarm.second - start <= 5)
    #expect(alarm.alarm.cause == cause)
    #expect(ward.lastAssessment.quality == .fault)
    #expect(ward.lastAssessment.band == .unknown)
    ward.run(seconds: 30, axilla: Courses.steady(36_900))
    #expect(ward.first("cleared medium probe-fault") != nil)
  }

  @Test(arguments: [14_900, 45_100, -2_000_000, 2_000_000])
  func aTemperatureOfNoLivingBodyIsAFault(value: Int) throws {
    var ward = Ward()
    ward.run(minutes: 30, axilla: Courses.steady(36_900))
    ward.run(minutes: 5, axilla: Courses.steady(value))
    let alarm = try #require(ward.first("raised medium probe-fault"))
    #expect(alarm.alarm.cause == .outOfRange)
    #expect(ward.raisedRules == ["probe-fault"])
  }

  @Test func theEndsOfThePlausibleRangeOverflowNothing() {
    var ward = Ward()
    var dice = Dice(seed: 3)
    ward.run(minutes: 60, axilla: { _ in dice.next() % 2 == 0 ? 15_000 : 45_000 })
    ward.run(minutes: 60, axilla: { $0 / 600 % 2 == 0 ? 15_000 : 45_000 })
    ward.run(minutes: 60, axilla: Courses.steady(15_000))
    ward.run(minutes: 60, axilla: Courses.steady(45_000))
    #expect(!ward.events.isEmpty)
  }

  @Test func aLostPortIsSaidAtOnce() throws {
    var ward = Ward()
    ward.take(.attached(Ward.axilla, ward.time))
    ward.run(minutes: 30, axilla: Courses.steady(36_900))
    ward.take(.detached(Ward.axilla, ward.time))
    #expect(ward.announcements.last?.words == "raised medium port-lost")
    ward.run(seconds: 10)
    ward.take(.attached(Ward.axilla, ward.time))
    #expect(ward.announcements.last?.words == "cleared medium port-lost")
    ward.run(seconds: 30, axilla: Courses.steady(36_900))
    // A plug that slipped for ten seconds is no new contact with the skin.
    #expect(ward.lastAssessment.quality == .good)
    ward.take(.detached(Ward.axilla, ward.time))
    ward.run(minutes: 2)
    ward.take(.attached(Ward.axilla, ward.time))
    ward.run(seconds: 30, axilla: Courses.steady(36_900))
    #expect(ward.lastAssessment.quality == .warmup)
  }

  @Test func aProbeThatNeverSettlesIsWithoutData() {
    var ward = Ward()
    for _ in 0..<1000 {
      ward.run(seconds: 1)
      ward.take(
        .sample(
          Sample(
            time: ward.time, port: Ward.axilla, quantity: .temperature, thousandths: 30_000,
            validity: .settling)))
      if ward.now < 600 { #expect(ward.announcements.isEmpty) }
    }
    #expect(ward.raised(.noData) != nil)
  }

  @Test func theBestValidSiteIsPrimary() {
    var ward = Ward()
    ward.run(
      minutes: 30, axilla: Courses.steady(36_900), foot: Courses.steady(34_000),
      abdomen: Courses.steady(36_500), parent: Courses.steady(35_000))
    #expect(ward.lastAssessment.site == .axilla)
    #expect(ward.lastAssessment.temperature == 36_900)
    #expect(ward.lastAssessment.peripheral == 34_000)
    #expect(ward.lastAssessment.gap == 2_900)
    ward.run(minutes: 3, abdomen: Courses.steady(36_500))
    #expect(ward.lastAssessment.site == .abdomen)
    #expect(ward.lastAssessment.band == .normothermia)
    ward.run(minutes: 1, axilla: Courses.steady(36_900), abdomen: Courses.steady(36_500))
    #expect(ward.lastAssessment.site == .axilla)
  }

  @Test func aFootOrAParentMakesNoBand() {
    var ward = Ward()
    ward.run(minutes: 30, foot: Courses.steady(31_000), parent: Courses.steady(35_000))
    #expect(ward.lastAssessment.band == .unknown)
    #expect(ward.lastAssessment.quality == .none)
    #expect(ward.announcements.isEmpty)
  }

  @Test func aProbeThatIsWarmingUpDoesNotDisplaceOneThatIsWarm() {
    var ward = Ward()
    ward.run(minutes: 30, abdomen: Courses.steady(36_500))
    ward.run(minutes: 5, axilla: Courses.steady(36_900), abdomen: Courses.steady(36_500))
    #expect(ward.lastAssessment.site == .abdomen)
    ward.run(minutes: 10, axilla: Courses.steady(36_900), abdomen: Courses.steady(36_500))
    #expect(ward.lastAssessment.site == .axilla)
  }
}
