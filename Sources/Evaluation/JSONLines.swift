import Simulator

/// One object on a line of its own; keys in the order in which they are added.
struct JSONLine {
  private var text = "{"

  init(type: String) { add("type", type) }

  mutating func add(_ key: String, _ words: String) {
    add(key: key)
    text += Self.quoted(words)
  }

  mutating func add(_ key: String, _ number: Int?) {
    guard let number else { return }
    add(key: key)
    text += "\(number)"
  }

  mutating func add(_ key: String, _ isSo: Bool) {
    add(key: key)
    text += isSo ? "true" : "false"
  }

  mutating func add(_ key: String, _ seeds: [UInt64]) {
    add(key: key)
    text += "[" + seeds.map { "\($0)" }.joined(separator: ",") + "]"
  }

  /// The percentiles of delays in seconds; nothing where there are none.
  mutating func add(_ key: String, _ delays: Delays) {
    guard let greatest = delays.greatest else { return }
    for percent in [10, 50, 90] { add("\(key)_p\(percent)_s", delays.percentile(percent)) }
    add("\(key)_max_s", greatest)
  }

  var line: String { text + "}\n" }

  private mutating func add(key: String) {
    if text.utf8.count > 1 { text += "," }
    text += "\"\(key)\":"
  }

  private static func quoted(_ words: String) -> String {
    var quoted = "\""
    for character in words.unicodeScalars {
      switch character {
      case "\"", "\\": quoted += "\\" + String(character)
      default: quoted.unicodeScalars.append(character.value < 0x20 ? " " : character)
      }
    }
    return quoted + "\""
  }
}

extension Evaluation {
  /// The same as the tables say, a line for each row.
  public var json: String {
    var lines = ""
    for result in verdicts { lines += Self.lines(result) }
    for row in rates { lines += Self.line(row) }
    for tally in days { lines += Self.lines(tally) }
    for row in confusion { lines += Self.line(row) }
    for risk in risks {
      var line = JSONLine(type: "risk")
      line.add("message", risk)
      lines += line.line
    }
    var line = JSONLine(type: "summary")
    line.add("holds", holds)
    line.add("verdicts", verdicts.count)
    line.add("holding", verdicts.count { $0.holds })
    line.add("simulated_s", seconds)
    line.add("command", command)
    return lines + line.line
  }

  private static func lines(_ result: ScenarioResult) -> String {
    var line = JSONLine(type: "verdict")
    line.add("scenario", result.name)
    line.add("model", result.model.rawValue)
    line.add("holds", result.holds)
    line.add("runs", result.runs)
    line.add("right", result.right)
    line.add("missed", result.missed)
    line.add("misread", result.misread)
    line.add("delay", result.delays)
    line.add("allowed_s", result.allowed)
    return result.clauses.reduce(into: line.line) { lines, clause in
      var line = JSONLine(type: "clause")
      line.add("scenario", result.name)
      line.add("model", result.model.rawValue)
      line.add("clause", clause.clause.words)
      line.add("holds", clause.holds)
      line.add("due", clause.due)
      line.add("held", clause.held)
      line.add("late", clause.late)
      line.add("missed", clause.missed)
      line.add("misread", clause.misread)
      line.add("delay", clause.delays)
      line.add("allowed_s", clause.clause.allowed)
      if case .budget = clause.clause.demand {
        line.add("count", clause.count)
        line.add("hours", clause.hours)
      }
      line.add("failing_seeds", clause.failures)
      lines += line.line
    }
  }

  private static func line(_ row: RateResult) -> String {
    var line = JSONLine(type: "rate")
    line.add("scenario", row.scenario)
    line.add("model", row.model.rawValue)
    line.add("rate_tenths", row.rate)
    line.add("level_tenths", row.level)
    line.add("runs", row.runs)
    line.add("first", row.first)
    line.add("trend", row.trend)
    line.add("trends", row.trend.seconds.count)
    line.add("limit", row.limit)
    line.add("limits", row.limit.seconds.count)
    line.add("trend_first", row.leads)
    return line.line
  }

  private static func lines(_ tally: DayTally) -> String {
    func line(_ name: String, _ wrong: Int, _ right: Int) -> String {
      var line = JSONLine(type: "days")
      line.add("scenario", tally.scenario)
      line.add("model", tally.model.rawValue)
      line.add("days", tally.days)
      line.add("rule", name)
      line.add("false", wrong)
      line.add("true", right)
      return line.line
    }
    return tally.counts.map { line($0.rule, $0.wrong, $0.right) }.joined()
      + line("any-trend", tally.trends, 0) + line("any-high", tally.high, 0)
  }

  private static func line(_ row: ConfusionRow) -> String {
    var line = JSONLine(type: "confusion")
    line.add("scenario", row.scenario)
    line.add("model", row.model.rawValue)
    line.add("runs", row.runs)
    for (column, count) in zip(ConfusionRow.columns, row.counts) {
      line.add(String(column.map { $0 == " " ? "_" : $0 }), count)
    }
    line.add("false_physiological", row.physiological)
    return line.line
  }
}
