import Simulator

extension Evaluation {
  /// The tables for a terminal.
  public var text: String {
    var text = ""
    for model in options.models {
      let own = verdicts.filter { $0.model == model }
      guard !own.isEmpty else { continue }
      text += "Verdicts, signal model “\(model.rawValue)”\n\n\(table(of: own).text)\n"
    }
    if !rates.isEmpty { text += "Cooling: delay by rate, and who is first\n\n\(rateTable.text)\n" }
    if !days.isEmpty { text += "Alarms in undisturbed days\n\n\(dayTable.text)\n" }
    if !confusion.isEmpty { text += "What is taken for what\n\n\(confusionTable.text)\n" }
    if !risks.isEmpty {
      text += "What it cannot see\n\n" + risks.map { "- \($0)\n" }.joined() + "\n"
    }
    let failing = verdicts.filter { !$0.holds }.map {
      options.models.count > 1 ? "\($0.name) (\($0.model.rawValue))" : $0.name
    }
    text += "\(verdicts.count - failing.count) of \(verdicts.count) verdicts hold"
    text += failing.isEmpty ? ".\n" : "; not those of \(failing.joined(separator: ", ")).\n"
    return text
  }

  /// One row for each scenario; below those that fail, which clause does, and in which runs.
  func table(of results: [ScenarioResult]) -> Table {
    var table = Table(
      "scenario", "holds", "runs", "right", "10 %", "median", "90 %", "greatest", "allowed",
      "missed", "misread")
    for result in results {
      let delays = result.delays
      table.add([
        result.name, result.holds ? "yes" : "NO", "\(result.runs)",
        Words.percent(result.right, of: result.runs), Words.delay(delays.percentile(10)),
        Words.delay(delays.percentile(50)), Words.delay(delays.percentile(90)),
        Words.delay(delays.greatest), result.allowed.map(Words.span) ?? "-", "\(result.missed)",
        "\(result.misread)",
      ])
      for clause in result.clauses where !clause.holds {
        table.remark("\(clause.clause.words): \(clause.words)\(seeds(clause.failures))")
      }
    }
    return table
  }

  /// A few seeds with which `kangaroo simulate` tells the same story.
  private func seeds(_ seeds: [UInt64]) -> String {
    if seeds.isEmpty { return "" }
    let few = seeds.prefix(5).map { "\($0)" }.joined(separator: ", ")
    return " [seed \(few)\(seeds.count > 5 ? ", …" : "")]"
  }

  var rateTable: Table {
    var table = Table(
      "from", "°C/h", "model", "runs", "trend 10 %", "median", "90 %", "greatest",
      "limit 10 %", "median", "90 %", "trend first", "trend never")
    for row in rates {
      table.add([
        Words.celsius(row.level * 100), "\(row.rate / 10).\(row.rate % 10)", row.model.rawValue,
        "\(row.runs)", Words.delay(row.trend.percentile(10)), Words.delay(row.trend.percentile(50)),
        Words.delay(row.trend.percentile(90)), Words.delay(row.trend.greatest),
        Words.delay(row.limit.percentile(10)), Words.delay(row.limit.percentile(50)),
        Words.delay(row.limit.percentile(90)), Words.percent(row.leads, of: row.runs),
        "\(row.runs - row.trend.seconds.count)",
      ])
    }
    return table
  }

  var dayTable: Table {
    var table = Table(
      "days of", "model", "days", "alarm", "false", "a day", "95 % between", "true")
    for tally in days {
      func add(_ name: String, _ wrong: Int, _ right: Int) {
        let interval = tally.interval(wrong)
        table.add([
          tally.kind, tally.model.rawValue, "\(tally.days)", name, "\(wrong)",
          Words.perDay(wrong, days: tally.days),
          "\(Words.hundredths(interval.low)) and \(Words.hundredths(interval.high))", "\(right)",
        ])
      }
      for count in tally.counts { add(count.rule, count.wrong, count.right) }
      add("all trend alarms", tally.trends, 0)
      add("any that is High", tally.high, 0)
    }
    return table
  }

  var confusionTable: Table {
    var table = Table(
      ["what happens", "model", "runs"] + ConfusionRow.columns + ["false physiological"])
    for row in confusion {
      let cells = zip(ConfusionRow.columns, row.counts).map { column, count in
        let share = Words.percent(count, of: row.runs)
        return row.right.contains(column) ? "\(share) *" : share
      }
      table.add(
        [row.title, row.model.rawValue, "\(row.runs)"] + cells
          + [row.physiological.map { Words.percent($0, of: row.runs) } ?? "-"])
    }
    return table
  }
}

extension DayTally {
  /// What the days are of.
  var kind: String { scenario == "s1" ? "five transfers" : "rest" }
}
