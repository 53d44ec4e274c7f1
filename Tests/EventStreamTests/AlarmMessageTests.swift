import EventStream
import Probes
import Testing

@testable import Thermoregulation

/// Every sentence of every rule: something to do, and no number that the line does not hold.
@Suite struct AlarmMessageTests {
  private static let changes: [AlarmEvent.Change] = [
    .raised, .escalated, .deescalated, .acknowledged, .latched, .cleared, .active,
  ]

  private func alarm(_ rule: Rule, _ cause: Cause) -> Alarm {
    // Each number is another, so that none is taken for another's.
    Alarm(
      id: 987, rule: rule, priority: .medium, infant: 0, port: 0, site: .axilla,
      onset: Timestamp(seconds: 23), raised: Timestamp(seconds: 61), value: -1_437, limit: -1_200,
      cause: cause, level: 36_718, minutesToColdStress: 9)
  }

  @Test(arguments: Rule.allCases)
  func everyNumberOfASentenceIsInTheLine(rule: Rule) throws {
    for cause in Cause.allCases {
      for change in Self.changes {
        let event = AlarmEvent(change: change, alarm: alarm(rule, cause))
        let line = try JSON(
          parsing: Ward.line { $0.alarm(event, Ward.roster, Ward.stamp) })
        let message = try #require(line["message"]?.text)
        var known: Set<String> = []
        for key in ["value", "limit", "temperature", "minutes_to_36_5", "dwell_s"] {
          guard case .number(let text)? = line[key]?.value else { continue }
          known.formUnion(Self.forms(of: text))
        }
        // How long it has lasted by now: from `onset` to `t`, in seconds or whole minutes.
        guard case .number(let t)? = line["t"]?.value,
          case .number(let onset)? = line["onset"]?.value
        else {
          Issue.record("expected the keys t and onset")
          return
        }
        let span = Int(Double(t)! - Double(onset)!)
        known.formUnion(["\(span)", "\(span / 60)"])
        // A port's name is no number.
        let words = message.replacing("“axilla-3a”", with: "")
        for number in words.matches(of: /\d+(?:\.\d+)?/).map({ String($0.output) }) {
          #expect(known.contains(number), "\(number) in “\(message)”")
        }
      }
    }
  }

  /// A number as people say it: as it is, to tenths, and to hundredths up or down; without a sign.
  private static func forms(of text: String) -> Set<String> {
    guard let number = Double(text) else { return [] }
    let size = abs(number)
    func digits(_ scaled: Double, _ places: Int) -> String {
      let whole = Int(scaled)
      let unit = places == 1 ? 10 : 100
      let rest = "\(whole % unit)"
      return "\(whole / unit)." + String(repeating: "0", count: places - rest.count) + rest
    }
    return [
      String(text.drop { $0 == "-" }), digits((size * 10 + 0.5).rounded(.down), 1),
      digits((size * 100 + 1e-9).rounded(.down), 2), digits((size * 100 - 1e-9).rounded(.up), 2),
    ]
  }

  @Test(arguments: Rule.allCases)
  func everySentenceSaysWhatToDo(rule: Rule) throws {
    for cause in Cause.allCases {
      let event = AlarmEvent(change: .raised, alarm: alarm(rule, cause))
      let line = try JSON(parsing: Ward.line { $0.alarm(event, Ward.roster, Ward.stamp) })
      let message = try #require(line["message"]?.text)
      let parts = message.split(separator: ": ")
      #expect(parts.count >= 2, "\(message)")
      #expect(try #require(parts.first?.first).isUppercase, "\(message)")
      #expect(try #require(parts.last?.split(separator: " ").count) >= 2, "\(message)")
      #expect(message.utf8.count <= 160, "\(message)")
    }
  }

  @Test func aCauseThatExplainsTheLimitIsTold() throws {
    for (cause, words) in [
      (Cause.falling, "still falling"), (.duringGap, "lower than before values were missing"),
      (.withBradycardia, "the heart is slow"),
    ] {
      let event = AlarmEvent(change: .raised, alarm: alarm(.coldStress, cause))
      let line = try JSON(parsing: Ward.line { $0.alarm(event, Ward.roster, Ward.stamp) })
      #expect(try #require(line["message"]?.text).contains(words))
    }
  }
}
