import Probes
import Testing

@testable import Thermoregulation

@Suite("A port or infant that is no longer ours")
struct RetirementTests {
  private static func ward() -> Analyzer {
    var analyzer = Analyzer()
    for (port, name) in ["bed-1", "bed-2"].enumerated() {
      let infant = analyzer.admit(InfantProfile(name: name))
      analyzer.assign(
        PortAssignment(infant: infant, site: .axilla), to: PortIndex(port))
    }
    return analyzer
  }

  private static func sample(_ port: PortIndex, _ second: Int64, _ value: Int32) -> Input {
    .sample(
      Sample(
        time: Timestamp(seconds: second), port: port, quantity: .temperature, thousandths: value,
        validity: .valid))
  }

  /// Both infants at 34.5 °C until High alarms stand for both, then warm: latched.
  private static func latched() -> Analyzer {
    var analyzer = ward()
    for second in 0..<Int64(3_600) {
      let value: Int32 = second < 2_400 ? 34_500 : 36_900
      analyzer.step(sample(0, second, value))
      analyzer.step(sample(1, second, value))
    }
    return analyzer
  }

  private static func alarms(_ analyzer: Analyzer) -> [(change: AlarmEvent.Change, alarm: Alarm)] {
    analyzer.events.compactMap {
      if case .alarm(let event) = $0.content { (event.change, event.alarm) } else { nil }
    }
  }

  @Test("has its alarms cleared, latched ones too, and nobody else's")
  func infant() {
    var analyzer = Self.latched()
    let standing = Self.alarms(analyzer).filter { $0.change == .latched }.map(\.alarm.infant)
    #expect(standing.contains(0) && standing.contains(1))
    analyzer.forgetEvents()
    analyzer.retire(infant: 0, at: Timestamp(seconds: 3_600))
    let cleared = Self.alarms(analyzer)
    #expect(!cleared.isEmpty)
    #expect(cleared.allSatisfy { $0.change == .cleared && $0.alarm.infant == 0 })
    analyzer.forgetEvents()
    for second in 3_600..<Int64(7_200) {
      analyzer.step(Self.sample(0, second, 33_000))
      analyzer.step(Self.sample(1, second, 36_900))
    }
    #expect(!analyzer.events.contains { $0.infant == 0 })
    #expect(analyzer.events.contains { $0.infant == 1 })
  }

  @Test("leaves no channel behind when only a port goes")
  func port() {
    var analyzer = Self.latched()
    analyzer.forgetEvents()
    analyzer.retire(port: 0)
    for second in 3_600..<Int64(7_200) { analyzer.step(.passed(Timestamp(seconds: second))) }
    // Port 1 falls silent and is told of; port 0 is not.
    let ports = Set(Self.alarms(analyzer).compactMap(\.alarm.port))
    #expect(ports.contains(1))
    #expect(!ports.contains(0))
  }
}

extension Event {
  fileprivate var infant: InfantIndex? {
    switch content {
    case .assessment(let state): state.infant
    case .alarm(let event): event.alarm.infant
    case .mark(_, let infant, _): infant
    case .session(let session): session.infant
    case .spotCheck(let check): check.infant
    }
  }
}
