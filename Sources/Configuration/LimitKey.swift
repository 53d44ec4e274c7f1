import Thermoregulation

/// The configuration's name for one of an infant's limits, and how it is written.
struct LimitKey {
  enum Unit { case celsius, celsiusPerHour, perMinute }

  let name: String
  let unit: Unit
  let path: any WritableKeyPath<Limits, Int> & Sendable

  static let all: [LimitKey] = [
    LimitKey(name: "cold-stress", unit: .celsius, path: \.coldStress),
    LimitKey(name: "hypothermia", unit: .celsius, path: \.hypothermia),
    LimitKey(name: "hypothermia-high", unit: .celsius, path: \.hypothermiaHigh),
    LimitKey(name: "severe-hypothermia", unit: .celsius, path: \.severeHypothermia),
    LimitKey(name: "hyperthermia", unit: .celsius, path: \.hyperthermia),
    LimitKey(name: "hyperthermia-medium", unit: .celsius, path: \.hyperthermiaMedium),
    LimitKey(name: "hyperthermia-high", unit: .celsius, path: \.hyperthermiaHigh),
    LimitKey(name: "cooling-trend", unit: .celsiusPerHour, path: \.coolingTrend),
    LimitKey(name: "cooling-fast", unit: .celsiusPerHour, path: \.coolingFast),
    LimitKey(name: "cooling-rapid", unit: .celsiusPerHour, path: \.coolingRapid),
    LimitKey(name: "bradycardia", unit: .perMinute, path: \.bradycardia),
    LimitKey(name: "bradycardia-high", unit: .perMinute, path: \.bradycardiaHigh),
    LimitKey(name: "tachycardia", unit: .perMinute, path: \.tachycardia),
  ]

  static var names: String { all.map(\.name).joined(separator: ", ") }

  static func named(_ name: String) -> LimitKey? { all.first { $0.name == name } }

  var expectation: String {
    switch unit {
    case .celsius: "degrees Celsius such as 36.5, 25 to 43, with at most 3 decimals"
    case .celsiusPerHour:
      "degrees Celsius an hour such as -0.5, -20 to -0.1, with at most 3 decimals"
    case .perMinute: "beats per minute as a plain whole number, 20 to 300"
    }
  }

  /// The value in the unit of `Limits`, nil where it is none or out of its bounds.
  func parse(_ text: String) -> Int? {
    switch unit {
    case .celsius: text.thousandths.flatMap { (25_000...43_000).contains($0) ? $0 : nil }
    case .celsiusPerHour: text.thousandths.flatMap { (-20_000...(-100)).contains($0) ? $0 : nil }
    case .perMinute: Int(text).flatMap { (20...300).contains($0) ? $0 : nil }
    }
  }
}
