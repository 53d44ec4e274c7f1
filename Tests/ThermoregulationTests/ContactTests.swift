import Probes
import Testing
import Thermoregulation

/// Whether a probe that has come off is told from an infant that cools (section 5).
@Suite struct ContactTests {
  /// An hour and a half at a level, then an exponential approach to another.
  private func ward(
    from start: Int, to end: Int, tau: Int, seconds: Int, seed: UInt64? = nil
  ) -> (ward: Ward, start: Int) {
    var ward = Ward(wanderSeed: seed)
    ward.run(minutes: 90, axilla: Courses.steady(start), heart: { _ in 146 })
    let fall = ward.now
    let decay = Decay(from: start, to: end, tau: tau)
    ward.run(seconds: seconds, axilla: { decay.value(at: $0) }, heart: { _ in 146 })
    return (ward, fall)
  }

  @Test func s9AHardTransferIsHypothermiaAndNotAProbeOff() throws {
    var misread = 0
    for seed in 0...20 as ClosedRange<UInt64> {
      var ward = Ward(wanderSeed: seed == 0 ? nil : seed)
      ward.run(minutes: 90, axilla: Courses.steady(37_100))
      let start = ward.now
      ward.run(minutes: 4, axilla: Courses.ramp(from: 37_100, perHour: -19_500))
      let back = Decay(from: 35_800, to: 37_000, tau: 900)
      ward.run(minutes: 30, axilla: { back.value(at: $0) })
      if ward.raised(.probeOff, after: start) != nil { misread += 1 }
      if seed == 0 {
        let alarm = try #require(ward.first("raised medium hypothermia"))
        #expect(alarm.second - (start + 203) <= 3 * 60)
      }
    }
    #expect(misread == 0)
  }

  @Test func s11AProbeInClothingIsOffAndNoHypothermia() throws {
    for seed in 0...20 as ClosedRange<UInt64> {
      let (ward, start) = ward(
        from: 36_800, to: 31_000, tau: 90, seconds: 1_200, seed: seed == 0 ? nil : seed)
      let off = try #require(ward.first("raised medium probe-off"), "seed \(seed)")
      #expect(off.second - start <= 110)
      #expect(ward.raised(.hypothermia, after: start) == nil)
      #expect(ward.raised(.severeHypothermia) == nil)
      #expect(ward.lastAssessment.quality == .off)
      #expect(ward.lastAssessment.band == .unknown)
    }
  }

  @Test func s12AProbeInTheAirIsOff() throws {
    for seed in 0...10 as ClosedRange<UInt64> {
      let (ward, start) = ward(
        from: 36_800, to: 25_000, tau: 45, seconds: 600, seed: seed == 0 ? nil : seed)
      #expect(try #require(ward.first("raised medium probe-off")).second - start <= 90)
      #expect(ward.raised(.hypothermia, after: start) == nil)
    }
  }

  @Test func s13AProbeOnTheParentIsSomeAlarmWithinFiveMinutes() throws {
    let (ward, start) = ward(from: 36_900, to: 35_200, tau: 150, seconds: 1_200)
    let first = try #require(ward.announcements.first { $0.second >= start })
    #expect(first.second - start <= 5 * 60)
    #expect(ward.raised(.probeOff) != nil || ward.raised(.hypothermia) != nil)
  }

  @Test func s14WarmerAndCalmerIsNothing() {
    var ward = Ward(wanderSeed: 14)
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    let start = ward.now
    ward.run(minutes: 5, axilla: Courses.rise(from: 36_900, perHour: 3_600))
    ward.wander = nil
    ward.run(minutes: 60, axilla: Courses.steady(37_200))
    #expect(ward.announcements.filter { $0.second >= start }.isEmpty)
  }

  @Test func aProbeThatIsPutBackWarmsUpAnew() throws {
    var (ward, _) = ward(from: 36_800, to: 31_000, tau: 90, seconds: 900)
    let start = ward.now
    let rise = Decay(from: 31_000, to: 36_700, tau: 60)
    ward.run(minutes: 20, axilla: { rise.value(at: $0) }, heart: { _ in 146 })
    let over = try #require(ward.first("cleared medium probe-off", after: start))
    #expect(over.second - start <= 60)
    let warm = try #require(
      ward.assessments.first { $0.second > over.second && $0.state.quality == .good })
    #expect((600...720).contains(warm.second - over.second))
    #expect(ward.raised(.hypothermia) == nil)
    #expect(ward.raised(.coolingTrend) == nil && ward.raised(.coolingFast) == nil)
  }

  @Test func aProbeThatWasLiftedForAMomentIsSoonBelieved() throws {
    for (depth, seconds) in [(700, 20), (1_000, 40), (1_400, 60)] {
      var ward = Ward()
      ward.run(minutes: 90, axilla: Courses.steady(36_900))
      let start = ward.now
      let lifted = Decay(from: 36_900, to: 36_900 - 2 * depth, tau: seconds * 3 / 2)
      ward.run(seconds: seconds, axilla: { lifted.value(at: $0) })
      let low = lifted.value(at: seconds)
      let back = Decay(from: low, to: 36_900, tau: 20)
      ward.run(minutes: 6, axilla: { back.value(at: $0) })
      #expect(ward.assessments.contains { $0.second >= start && $0.state.quality == .suspect })
      let good = try #require(
        ward.assessments.last { $0.second >= start && $0.state.quality == .suspect })
      #expect(good.second - start <= seconds + 100, "\(depth)")
      #expect(ward.raisedRules.isSubset(of: ["check-probe"]))
    }
  }

  @Test func anInfantThatCoolsFastWhileItsProbeIsLiftedWaitsForNothing() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(37_100))
    let fall = Courses.ramp(from: 37_100, perHour: -18_000, downTo: 35_800)
    ward.run(
      minutes: 10,
      axilla: { second in (160..<175).contains(second) ? fall(second)! - 750 : fall(second) })
    #expect(ward.assessments.contains { $0.state.quality == .suspect })
    let alarm = try #require(ward.raised(.hypothermia))
    let below = 90 * 60 + 1_100 * 3_600 / 18_000
    #expect(alarm.second - below <= 3 * 60)
  }

  @Test func aSuddenFallThatStaysIsJudgedInTheEnd() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_900))
    let start = ward.now
    ward.run(minutes: 20, axilla: Courses.steady(35_950))
    let doubt = try #require(ward.first("raised low check-probe"))
    #expect(doubt.alarm.cause == .suspected)
    #expect((60...100).contains(doubt.second - start))
    #expect(ward.first("cleared low check-probe") != nil)
    // What was held back counts at once, so that the doubt costs no more than itself.
    let alarm = try #require(ward.raised(.hypothermia))
    #expect(alarm.second - start <= 400)
    #expect(alarm.alarm.onset.seconds < Int64(start + 120))
  }

  @Test func below35WithAHeartBeatDoesNotWait() throws {
    var ward = Ward()
    ward.run(minutes: 90, axilla: Courses.steady(36_000), heart: { _ in 146 })
    let start = ward.now
    // Falls fast enough for doubt, but never a degree within a minute.
    ward.run(
      minutes: 8, axilla: Courses.ramp(from: 36_000, perHour: -40_000, downTo: 34_050),
      heart: { _ in 146 })
    #expect(ward.first("raised low check-probe") != nil)
    let high = try #require(
      ward.announcements.first {
        $0.second >= start && $0.alarm.rule == .hypothermia && $0.alarm.priority == .high
      })
    #expect(high.second - start <= 90 + 70)
  }

  @Test(arguments: [(3, 20), (2, 45), (1, 45)])
  func s15AConstantValueIsStuck(decimals: UInt8, minutes: Int) throws {
    var ward = Ward()
    for second in 1...(50 * 60) {
      ward.take(
        .sample(
          Sample(
            time: Timestamp(seconds: Int64(second)), port: Ward.axilla, quantity: .temperature,
            thousandths: 36_900, decimals: decimals)))
    }
    let stuck = try #require(ward.first("raised low probe-stuck"))
    #expect((0...20).contains(stuck.second - minutes * 60))
    #expect(ward.raisedRules == ["probe-stuck"])
    #expect(ward.lastAssessment.band == .unknown)
  }

  @Test func s16JumpsAreNoisyAndNoHypothermia() throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      var ward = Ward()
      ward.run(minutes: 60, axilla: Courses.steady(36_800))
      let start = ward.now
      var dice = Dice(seed: seed)
      var sign = 1
      var next = 0
      ward.run(
        minutes: 60,
        axilla: { second in
          if second >= next {
            sign = -sign
            next = second + 10 + Int(dice.next() % 31)
          }
          return 36_800 + sign * 500
        })
      let noisy = try #require(ward.first("raised low probe-noisy"))
      #expect(noisy.second - start <= 5 * 60)
      #expect(ward.raised(.hypothermia) == nil)
      ward.run(minutes: 15, axilla: Courses.steady(36_800))
      #expect(ward.first("cleared low probe-noisy") != nil)
    }
  }

  @Test func ordinaryNoiseIsNotNoisy() {
    var ward = Ward(wanderSeed: 4)
    ward.run(minutes: 600, axilla: Courses.steady(36_900))
    #expect(ward.raised(.probeNoisy) == nil)
    #expect(ward.raised(.probeStuck) == nil)
    #expect(ward.raised(.checkProbe) == nil)
  }
}
