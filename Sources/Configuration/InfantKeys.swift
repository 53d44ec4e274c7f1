import Probes
import Thermoregulation

/// The keys of `[infant NAME]`.
extension ConfigurationParser {
  mutating func setInfant(_ index: Int, _ key: String, _ value: String) {
    switch key {
    case "gestational-age-weeks":
      if let weeks = number(key, value, 22...45, "completed weeks") {
        configuration.infants[index].gestationalAgeWeeks = weeks
      }
    case "birth-weight-g":
      if let weight = number(key, value, 200...7000, "grams") {
        configuration.infants[index].birthWeightGrams = weight
      }
    case "born":
      guard let born = WallTime(rfc3339: value) else {
        refuse(
          "found born “\(value.shown)”, expected a time with its zone, "
            + "such as 2026-11-20T04:10:00Z or 2026-11-20T06:10:00+02:00")
        return
      }
      configuration.infants[index].born = born.nanoseconds
    case "parent":
      if let parent = identifier(key, value) { configuration.infants[index].parent = parent }
    default: setLimit(index, key, value)
    }
  }

  private mutating func setLimit(_ index: Int, _ key: String, _ value: String) {
    guard let limit = LimitKey.named(key) else {
      refuse(
        "found the unknown key “\(key.shown)” in [infant], expected gestational-age-weeks, "
          + "birth-weight-g, born, parent or a limit (\(LimitKey.names))")
      return
    }
    guard let number = limit.parse(value) else {
      refuse("found \(key) “\(value.shown)”, expected \(limit.expectation)")
      return
    }
    limits[index].append((limit, number))
  }

  mutating func number(
    _ key: String, _ value: String, _ bounds: ClosedRange<Int>, _ unit: String
  ) -> Int? {
    if let number = Int(value), bounds.contains(number) { return number }
    refuse(
      "found \(key) “\(value.shown)”, expected \(unit) as a plain whole number, "
        + "\(bounds.lowerBound) to \(bounds.upperBound)")
    return nil
  }

  /// A name of an infant or of a parent.
  mutating func identifier(_ key: String, _ value: String) -> String? {
    if value.isIdentifier { return value }
    refuse("found \(key) “\(value.shown)”, expected \(String.identifierForm)")
    return nil
  }
}
