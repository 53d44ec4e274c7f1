import Probes
import Testing
import Thermoregulation

/// Spot checks and skin-to-skin sessions: what staff say, and what the analyzer makes of it.
@Suite struct StaffTests {
  private func check(_ ward: inout Ward, _ value: Int) -> SpotCheck? {
    ward.take(.spotCheck(value, .axilla, infant: 0, by: "rn-4", ward.time))
    for event in ward.events.reversed() {
      if case .spotCheck(let check) = event.content { return check }
    }
    return nil
  }

  @Test func s34ALargeDifferenceIsRefusedAndTheProbeIsToBeChecked() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_800))
    #expect(try #require(check(&ward, 37_600)).outcome == .differs)
    let alarm = try #require(ward.announcements.last)
    #expect(alarm.words == "raised low check-probe")
    #expect(alarm.second == ward.now)
    #expect(alarm.alarm.value == 800)
    ward.run(seconds: 30, axilla: Courses.steady(36_800))
    #expect(ward.lastAssessment.offset == nil)
    // A check that agrees takes it back.
    #expect(try #require(check(&ward, 36_900)).outcome == .accepted)
    #expect(ward.first("cleared low check-probe") != nil)
  }

  @Test func anAcceptedDifferenceIsAddedAndBothValuesAreTold() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_300))
    ward.run(minutes: 10, axilla: Courses.steady(36_300))
    #expect(try #require(check(&ward, 36_900)).outcome == .accepted)
    ward.run(minutes: 20, axilla: Courses.steady(36_300))
    let state = ward.lastAssessment
    #expect(state.band == .normothermia)
    #expect(state.temperature.map { (36_899...36_901).contains($0) } == true)
    #expect(state.rawTemperature.map { (36_300...36_301).contains($0) } == true)
    #expect(ward.cleared(.coldStress) != nil)
  }

  @Test func itExpiresAfterTwelveHoursAndWhenTheProbeIsPutOnAnew() {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_800))
    #expect(check(&ward, 37_000)?.outcome == .accepted)
    ward.run(minutes: 12 * 60 - 1, axilla: Courses.steady(36_800))
    #expect(ward.lastAssessment.offset != nil)
    ward.run(minutes: 2, axilla: Courses.steady(36_800))
    #expect(ward.lastAssessment.offset == nil)
    #expect(check(&ward, 37_000)?.outcome == .accepted)
    ward.take(.detached(Ward.axilla, ward.time))
    ward.run(minutes: 2)
    ward.take(.attached(Ward.axilla, ward.time))
    ward.run(minutes: 1, axilla: Courses.steady(36_800))
    #expect(ward.lastAssessment.offset == nil)
  }

  @Test func anUnstableTemperatureIsNotAdjusted() {
    var ward = Ward()
    #expect(check(&ward, 36_900)?.outcome == .noValue)
    ward.run(minutes: 60, axilla: Courses.steady(37_000))
    ward.run(minutes: 30, axilla: Courses.ramp(from: 37_000, perHour: -400))
    #expect(check(&ward, 36_900)?.outcome == .unstable)
    #expect(ward.raised(.checkProbe) == nil)
  }

  private func sessions(_ ward: Ward) -> [SessionEvent] {
    ward.events.compactMap { event in
      guard case .session(let session) = event.content else { return nil }
      return session
    }
  }

  @Test func aMarkedSessionIsToldWithItsDose() throws {
    var ward = Ward()
    ward.run(minutes: 60, axilla: Courses.steady(36_600))
    #expect(ward.lastAssessment.skinToSkin == .unknown)
    ward.mark(.skinToSkinStart)
    ward.run(minutes: 30, axilla: Courses.steady(36_400))
    #expect(ward.lastAssessment.skinToSkin == .yes)
    ward.run(minutes: 60, axilla: Courses.steady(36_900))
    ward.mark(.skinToSkinEnd)
    let told = sessions(ward)
    #expect(told.count == 2)
    #expect(told[0].end == nil)
    let end = try #require(told.last)
    #expect(end.basis == .marked)
    #expect(end.duration == 90 * 60)
    #expect(end.temperatureStart.map { (36_600...36_601).contains($0) } == true)
    #expect(end.temperatureLow.map { (36_400...36_401).contains($0) } == true)
    #expect(end.temperatureEnd.map { (36_900...36_901).contains($0) } == true)
    #expect(end.hours24h == 1_500)
    #expect(end.shortSessions24h == 0)
    #expect(end.firstStart == told[0].start)
    ward.run(minutes: 1, axilla: Courses.steady(36_900))
    #expect(ward.lastAssessment.skinToSkin == .no)
    #expect(ward.lastAssessment.skinToSkinHours24h == 1_500)
  }

  @Test func aShortSessionIsCountedApartAndADayLaterNothingIsLeft() {
    var ward = Ward()
    ward.mark(.skinToSkinStart)
    ward.run(minutes: 20, axilla: Courses.steady(36_800))
    ward.mark(.skinToSkinEnd)
    #expect(sessions(ward).last?.shortSessions24h == 1)
    ward.run(minutes: 24 * 60 - 25)
    #expect(ward.lastAssessment.skinToSkinHours24h == 333)
    ward.run(minutes: 30)
    #expect(ward.lastAssessment.skinToSkinHours24h == 0)
  }

  @Test func contactIsInferredFromTheParentsChest() throws {
    var ward = Ward()
    ward.run(
      minutes: 30, axilla: Courses.steady(36_800), abdomen: Courses.steady(36_000),
      parent: Courses.steady(33_500))
    #expect(ward.lastAssessment.skinToSkin == .no)
    let start = ward.now
    ward.run(
      minutes: 80, axilla: Courses.steady(36_800), abdomen: Courses.steady(36_000),
      parent: Courses.rise(from: 33_500, perHour: 9_000, upTo: 35_500))
    #expect(ward.lastAssessment.skinToSkin == .yes)
    ward.run(
      minutes: 30, axilla: Courses.steady(36_800), abdomen: Courses.steady(36_000),
      parent: Courses.ramp(from: 35_500, perHour: -9_000, downTo: 33_500))
    let told = sessions(ward)
    #expect(told.count == 2)
    let end = try #require(told.last)
    #expect(end.basis == .inferred)
    // Near from the 10th minute on, apart from 3 min into the fall.
    #expect((start + 9 * 60...start + 11 * 60).contains(Int(end.start.seconds)))
    #expect(try #require(end.duration).magnitude.distance(to: 73 * 60).magnitude <= 90)
    #expect(abs(end.hours24h - 73 * 1_000 / 60) <= 30)
  }

  @Test func aMarkBeatsInference() {
    var ward = Ward()
    func near(_ ward: inout Ward, _ minutes: Int) {
      ward.run(
        minutes: minutes, axilla: Courses.steady(36_800), abdomen: Courses.steady(36_000),
        parent: Courses.steady(35_500))
    }
    near(&ward, 30)
    #expect(ward.lastAssessment.skinToSkin == .yes)
    ward.mark(.skinToSkinEnd)
    near(&ward, 60)
    #expect(ward.lastAssessment.skinToSkin == .no)
    #expect(sessions(ward).count == 2)
    #expect(sessions(ward).last?.basis == .marked)
  }
}

/// Twins on one parent, each with a probe of its own (S17).
@Suite struct TwinTests {
  private func run(swapped: Bool, apart: Int) -> [Alarm] {
    var analyzer = Analyzer()
    analyzer.admit(InfantProfile(name: "a", parent: "p"))
    analyzer.admit(InfantProfile(name: "b", parent: "p"))
    for port in 0..<2 {
      analyzer.assign(PortAssignment(infant: port, site: .axilla), to: PortIndex(port))
    }
    var dice = Dice(seed: 17)
    let levels = [36_900, 36_900 - apart]
    for second in 1...(3 * 3_600) {
      let time = Timestamp(seconds: Int64(second))
      if second == 5_400 { for port in 0..<2 { analyzer.step(.detached(PortIndex(port), time)) } }
      if second == 5_520 { for port in 0..<2 { analyzer.step(.attached(PortIndex(port), time)) } }
      if (5_400..<5_520).contains(second) { continue }
      for port in 0..<2 {
        let infant = swapped && second > 5_500 ? 1 - port : port
        analyzer.step(
          .sample(
            Sample(
              time: time, port: PortIndex(port), quantity: .temperature,
              thousandths: Int32(levels[infant] + dice.around(40)), decimals: 3)))
      }
    }
    return analyzer.events.compactMap { event in
      guard case .alarm(let said) = event.content, said.change == .raised,
        said.alarm.rule == .possibleSwap
      else { return nil }
      return said.alarm
    }
  }

  @Test func s17SwappedProbesAreHintedAt() {
    let hints = run(swapped: true, apart: 600)
    #expect(hints.map(\.infant) == [0, 1])
    #expect(hints.allSatisfy { $0.priority == .low && $0.rule.kind == .technical })
    // Ten minutes of warm-up, and ten good minutes after it.
    #expect(hints.allSatisfy { $0.raised.seconds - 5_520 <= 21 * 60 })
  }

  @Test(arguments: [(false, 600), (true, 200), (false, 0)])
  func whatIsNoSwapOrCannotBeSeenIsNotHintedAt(swapped: Bool, apart: Int) {
    #expect(run(swapped: swapped, apart: apart).isEmpty)
  }

  @Test func aProbeOnTheParentServesBothTwins() {
    var analyzer = Analyzer()
    analyzer.admit(InfantProfile(name: "a", parent: "p"))
    analyzer.admit(InfantProfile(name: "b", parent: "p"))
    analyzer.assign(PortAssignment(parent: "p"), to: 0)
    for port in 1..<3 {
      analyzer.assign(PortAssignment(infant: port - 1, site: .back), to: PortIndex(port))
    }
    for second in 1...1_200 {
      for port in 0..<3 {
        analyzer.step(
          .sample(
            Sample(
              time: Timestamp(seconds: Int64(second)), port: PortIndex(port),
              quantity: .temperature,
              thousandths: Int32((port == 0 ? 35_500 : 36_000) + second % 3), decimals: 3)))
      }
    }
    let started = analyzer.events.compactMap { event in
      if case .session(let session) = event.content { session.infant } else { nil }
    }
    #expect(started == [0, 1])
  }
}
