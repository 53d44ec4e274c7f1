public import Probes

/// A story that the simulator can tell, and what the analyzer must make of it.
public struct Scenario: Sendable {
  /// The name in `--scenario`.
  public let name: String
  /// What happens, for people.
  public let title: String
  /// What the analyzer must say, and by when.
  public let verdict: String
  /// How long the story lasts.
  public let hours: Double
  /// When that begins which must be noticed; delays count from here.
  public let onset: Timestamp?
  /// Writes the script for so many seconds, which may be more or less than `hours`.
  let makes: @Sendable (_ random: inout RandomSource, _ seconds: Int) -> Script

  init(
    _ name: String, _ title: String, verdict: String, hours: Double, onsetMinute: Double? = nil,
    makes: @escaping @Sendable (_ random: inout RandomSource, _ seconds: Int) -> Script
  ) {
    self.name = name
    self.title = title
    self.verdict = verdict
    self.hours = hours
    onset = onsetMinute.map { Timestamp(seconds: Int64($0 * 60)) }
    self.makes = makes
  }

  /// A scenario without chance in its script.
  init(
    _ name: String, _ title: String, verdict: String, hours: Double, onsetMinute: Double? = nil,
    _ script: Script
  ) {
    self.init(name, title, verdict: verdict, hours: hours, onsetMinute: onsetMinute) { _, _ in
      script
    }
  }

  /// All scenarios: those named for what happens, the numbered ones, and those for counting.
  public static let all: [Scenario] =
    everyday + coolings + disturbances + heartsAndFevers + studies

  /// The scenario of that name, nil where there is none.
  public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }
}
