import CPeers

/// The outcome of a contest, for a person or for a program.
struct Report {
  var contest: Contest
  var rounds: Int
  var scores: [Score]

  /// A line on what was measured, one of headings, and one for each contender.
  var table: String {
    let width = scores.map(\.name.count).max() ?? 0
    var lines = [
      "\(contest.name): ns a \(contest.unit); \(contest.conditions)",
      "\(rounds) rounds of \(contest.unitsPerRound), \(processors)",
      "",
      row("", ["median", "min", "max", "times as fast"], width),
    ]
    for score in scores {
      let figures = [score.median, score.least, score.greatest].map { tenths($0) }
      lines.append(row(score.name, figures + [hundredths(score.ratio)], width))
    }
    return lines.joined(separator: "\n")
  }

  /// One object on one line.
  var json: String {
    let contenders = scores.map { score in
      """
      {"name":"\(score.name)","median":\(tenths(score.median)),\
      "min":\(tenths(score.least)),"max":\(tenths(score.greatest)),\
      "timesAsFast":\(hundredths(score.ratio))}
      """
    }
    return """
      {"benchmark":"\(contest.name)","conditions":"\(contest.conditions)",\
      "nanosecondsPer":"\(contest.unit)","rounds":\(rounds),\
      "unitsPerRound":\(contest.unitsPerRound),"processors":\(peers_processors()),\
      "contenders":[\(contenders.joined(separator: ","))]}
      """
  }

  private var processors: String {
    let count = peers_processors()
    return count == 1 ? "one processor: not a fair trial" : "\(count) processors"
  }

  private func row(_ name: String, _ figures: [String], _ width: Int) -> String {
    let columns = figures.enumerated().map { index, figure in
      padding(figure, to: index == 3 ? 15 : 9) + figure
    }
    return name + padding(name, to: width) + columns.joined()
  }

  private func padding(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0))
  }

  private func hundredths(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
