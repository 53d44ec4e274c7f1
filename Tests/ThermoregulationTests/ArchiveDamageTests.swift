import Probes
import Testing
import Thermoregulation

/// What comes back from an archive that is damaged, or goes into a changed configuration.
@Suite struct ArchiveDamageTests {
  static let names = ["axilla", "heart", "foot", "abdomen", "parent"]

  /// An infant with a standing alarm, an open session, a mark and a few channels.
  private func ward() -> Ward {
    var ward = Ward()
    ward.mark(.skinToSkinStart)
    ward.run(minutes: 40, axilla: Courses.steady(36_900), heart: { _ in 146 })
    ward.fall(from: 36_900, to: 35_700)
    ward.run(minutes: 12, axilla: Courses.steady(35_700), heart: { _ in 95 })
    ward.mark(.transfer)
    return ward
  }

  private func archive(_ analyzer: inout Analyzer) -> [UInt8] {
    var bytes: [UInt8] = []
    analyzer.archive(into: &bytes, portNames: Self.names)
    return bytes
  }

  /// What is refused is refused in a sentence; what is not must not make any later step trap.
  private func tryOut(_ bytes: [UInt8], at time: Timestamp) -> Bool {
    var analyzer = Ward().analyzer
    do {
      try analyzer.restore(from: bytes, portNames: Self.names)
    } catch {
      #expect(error.message.hasPrefix("found "))
      #expect(analyzer.standingAlarms.isEmpty)
      return false
    }
    // A minute and a bin, unless its clock has been damaged: whoever restores looks at that first.
    guard abs(analyzer.time.since(time)) < 600_000_000_000 else { return true }
    var now = max(analyzer.time, time)
    for second in 0..<70 {
      now = now.advanced(by: 1_000_000_000)
      for (port, value) in [(Ward.axilla, 35_600), (Ward.heart, 95_000)] {
        analyzer.step(
          .sample(
            Sample(
              time: now, port: port, quantity: port == Ward.heart ? .heartRate : .temperature,
              thousandths: Int32(value + second % 3))))
      }
    }
    analyzer.step(.spotCheck(35_800, .axilla, infant: 0, by: nil, now))
    return true
  }

  @Test func everyPrefixIsRefused() {
    var ward = ward()
    let bytes = archive(&ward.analyzer)
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(!tryOut(Array(bytes[..<count]), at: ward.time), "\(count) bytes")
    }
    #expect(!tryOut(bytes + [0], at: ward.time))
    #expect(tryOut(bytes, at: ward.time))
  }

  @Test func aFlippedBitIsRefusedOrHarmless() {
    var ward = ward()
    let bytes = archive(&ward.analyzer)
    var refused = 0
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8(place * 5 % 8)
      if !tryOut(damaged, at: ward.time) { refused += 1 }
    }
    #expect(refused > bytes.count / 10)
    #expect(refused < bytes.count)
  }

  @Test func noiseIsRefused() {
    var dice = Dice(seed: 5)
    for _ in 0..<200 {
      let noise = (0..<400).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 3) }
      #expect(!tryOut(noise, at: .zero))
    }
  }

  @Test func anotherFormIsRefusedWithASentence() {
    var ward = ward()
    var bytes = archive(&ward.analyzer)
    bytes[0] = 99
    var analyzer = Ward().analyzer
    let error = #expect(throws: ArchiveError.self) {
      try analyzer.restore(from: bytes, portNames: Self.names)
    }
    #expect(error?.message == "found form 99, expected 1: another version wrote it")
  }

  /// Whatever changes what an archive holds changes this count, and then needs a form of its own.
  @Test func theFormHasNotChangedUnawares() {
    var analyzer = Analyzer()
    analyzer.admit(InfantProfile(name: "bed-1"))
    analyzer.assign(PortAssignment(infant: 0, site: .axilla), to: 0)
    let time = Timestamp(seconds: 100)
    for quantity in [Quantity.temperature, .heartRate] {
      analyzer.step(
        .sample(Sample(time: time, port: 0, quantity: quantity, thousandths: 36_000)))
    }
    var bytes: [UInt8] = []
    analyzer.archive(into: &bytes, portNames: ["axilla"])
    #expect(bytes[0] == 1)
    #expect(bytes.count == 4_768)
  }

  /// An analyzer restored from the ward's state, with infants and ports of another configuration.
  private func move(
    _ ward: inout Ward, _ infants: [InfantProfile],
    _ ports: [(name: String, assignment: PortAssignment)]
  ) throws -> Analyzer {
    var analyzer = Analyzer()
    for infant in infants { analyzer.admit(infant) }
    for (number, port) in ports.enumerated() {
      analyzer.assign(port.assignment, to: PortIndex(number))
    }
    try analyzer.restore(from: archive(&ward.analyzer), portNames: ports.map(\.name))
    return analyzer
  }

  @Test func infantsAndPortsAreKnownByName() throws {
    var ward = ward()
    let alarms = ward.analyzer.standingAlarms
    #expect(alarms.map(\.rule).contains(.hypothermia))
    var analyzer = try move(
      &ward, [InfantProfile(name: "bed-0"), InfantProfile(name: "bed-1", parent: "p")],
      [
        ("new", PortAssignment(infant: 0, site: .axilla)), ("heart", PortAssignment(infant: 1)),
        ("axilla", PortAssignment(infant: 1, site: .axilla)),
      ])
    #expect(analyzer.events.isEmpty)
    #expect(analyzer.standingAlarms.map(\.id) == alarms.map(\.id))
    #expect(analyzer.standingAlarms.allSatisfy { $0.infant == 1 })
    #expect(analyzer.standingAlarms.first { $0.rule == .hypothermia }?.port == 2)
    #expect(analyzer.openSessions.map(\.infant) == [1])
    #expect(analyzer.assessments[1].infant == 1)
    #expect(analyzer.assessments[1].site == .axilla)
    // The same bytes go on under their new number, without a new warm-up.
    let now = ward.time.advanced(by: 1_000_000_000)
    analyzer.step(
      .sample(Sample(time: now, port: 2, quantity: .temperature, thousandths: 35_700)))
    analyzer.step(.passed(now.advanced(by: 10_000_000_000)))
    #expect(analyzer.assessments[1].quality == .good)
  }

  @Test func whatIsGoneIsDroppedAndItsAlarmsAreCleared() throws {
    var ward = ward()
    ward.run(minutes: 4, heart: { _ in 95 })
    let silent = try #require(ward.analyzer.standingAlarms.first { $0.rule == .noData })
    // The axilla's probe lies on the foot today: that is another channel.
    let moved = try move(
      &ward, [InfantProfile(name: "bed-1", parent: "p")],
      [("axilla", PortAssignment(infant: 0, site: .foot)), ("heart", PortAssignment(infant: 0))])
    var cleared: [Alarm] = []
    for case .alarm(let event) in moved.events.map(\.content) where event.change == .cleared {
      cleared.append(event.alarm)
    }
    #expect(cleared.map(\.id) == [silent.id])
    // What staff must see to stands, although its probe is not there any more.
    let hypothermia = moved.standingAlarms.first { $0.rule == .hypothermia }
    #expect(hypothermia != nil)
    #expect(hypothermia?.port == nil)
    #expect(moved.openSessions.count == 1)

    let empty = try move(&ward, [InfantProfile(name: "bed-9")], [])
    #expect(empty.standingAlarms.isEmpty)
    #expect(empty.openSessions.isEmpty)
    #expect(empty.events.count == ward.analyzer.standingAlarms.count)
    #expect(empty.lastAlarm == ward.analyzer.lastAlarm)
  }

  @Test func afterALongPauseAlarmsAndSessionsStandAndNothingElse() throws {
    let ward = ward()
    let alarms = ward.analyzer.standingAlarms
    let later = ward.time.advanced(by: 40 * 24 * 3_600 * 1_000_000_000)
    var analyzer = ward.analyzer
    analyzer.resume(afterLongPauseAt: later)
    #expect(analyzer.standingAlarms == alarms)
    #expect(analyzer.openSessions == ward.analyzer.openSessions)
    for second in 1...600 {
      analyzer.step(
        .sample(
          Sample(
            time: later.advanced(by: Int64(second) * 1_000_000_000), port: Ward.axilla,
            quantity: .temperature, thousandths: 36_900 + Int32(second % 2))))
    }
    #expect(analyzer.assessments[0].quality == .warmup)
    #expect(analyzer.assessments[0].trend == .insufficient)
    // Hypothermia latches once it is over.
    #expect(analyzer.standingAlarms.contains { $0.rule == .hypothermia })
    #expect(analyzer.lastAlarm >= ward.analyzer.lastAlarm)
  }
}
