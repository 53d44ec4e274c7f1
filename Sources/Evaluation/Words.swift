/// Numbers and clauses in words, the same in every report.
enum Words {
  /// Minutes and seconds, or seconds alone below two minutes.
  static func delay(_ seconds: Int?) -> String {
    guard let seconds else { return "-" }
    if seconds < 120 { return "\(seconds) s" }
    return "\(seconds / 60):\(padded(seconds % 60)) min"
  }

  /// A limit of time: whole minutes where it is.
  static func span(_ seconds: Int) -> String {
    seconds % 60 == 0 && seconds >= 120 ? "\(seconds / 60) min" : "\(seconds) s"
  }

  /// So many of so many in percent, with one digit after the point.
  static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "-" }
    let tenths = (part * 2000 + whole) / (2 * whole)
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }

  /// So many in so many days, in hundredths a day.
  static func perDay(_ count: Int, days: Int) -> String {
    days > 0 ? hundredths((count * 200 + days) / (2 * days)) : "-"
  }

  static func hundredths(_ number: Int) -> String { "\(number / 100).\(padded(number % 100))" }

  /// Thousandths of a degree with one digit after the point.
  static func celsius(_ thousandths: Int) -> String {
    "\(thousandths / 1000).\(thousandths % 1000 / 100) °C"
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Wanted {
  var words: String {
    var words = rules.isEmpty ? "any alarm" : rules.joined(separator: " or ")
    if !except.isEmpty { words += " but \(except.joined(separator: ", "))" }
    if priority != "low" { words += " \(priority == "high" ? "High" : "Medium")" }
    if let cause { words += " (\(cause))" }
    return words
  }
}

extension Anchor {
  var words: String {
    switch self {
    case .onset: "the onset"
    case .below(let limit, _): "< \(Words.celsius(limit))"
    case .above(let limit, _): "> \(Words.celsius(limit))"
    case .told(let wanted): wanted.words
    case .heartDown(let percent): "the heart rate’s fall by \(percent) %"
    case .warmedUp: "the warm-up"
    case .gainless(let most):
      "the onset, where less than \(Words.hundredths(most / 10)) °C is gained in the hour"
    case .apart(let least): "twins \(Words.celsius(least)) apart"
    case .latest(let one, let other): "\(one.words) and \(other.words)"
    }
  }
}

extension Clause {
  var words: String {
    let words =
      switch demand {
      case .tells(let wanted, let window, let anchor):
        "\(wanted.words) within \(Words.span(window.upperBound)) of \(anchor.words)"
      case .never(let wanted, let seconds):
        "no \(wanted.words)" + (seconds.map { " for \(Words.span($0))" } ?? "")
      case .leads(let first, let second): "\(first.words) before \(second.words)"
      case .latches(let rule): "\(rule) latches"
      case .trendReturns(let window):
        "the trend is back in \(window.lowerBound / 60) to \(window.upperBound / 60) min"
      case .mostly(let band, let percent): "\(band) for \(percent) % of the time"
      case .budget(let wanted, let hundredths):
        "\(wanted.words) at most \(Words.hundredths(hundredths)) times a day"
      }
    return percent == 100 ? words : "\(words), in \(percent) %"
  }
}

extension ClauseResult {
  /// What came of it, for people.
  var words: String {
    if case .budget = clause.demand {
      return "\(count) in \(hours / 24) days, \(Words.perDay(count, days: hours / 24)) a day"
    }
    var words = "held in \(held) of \(due)"
    if late > 0 { words += ", late in \(late)" }
    if missed > 0 { words += ", missed in \(missed)" }
    if misread > 0 { words += ", misread in \(misread)" }
    if let greatest = delays.greatest, clause.allowed != nil {
      words +=
        "; \(Words.delay(delays.percentile(10))), \(Words.delay(delays.percentile(50))), "
        + "\(Words.delay(delays.percentile(90))), at most \(Words.delay(greatest))"
    }
    return words
  }
}
