import Simulator

extension Evaluation {
  /// What it cannot see, in plain words, with the shares that were found.
  var risks: [String] {
    options.models.flatMap { model in
      risks(model).map { options.models.count > 1 ? "\($0) [\(model.rawValue)]" : $0 }
    }
  }

  private func risks(_ model: SignalModel) -> [String] {
    var risks: [String] = []
    if let row = row("any-parent", model) {
      risks.append(
        "A probe that lies on the parent at 34 to 35.5 °C is recognised in "
          + "\(share("probe-off", row)) of falls; in \(share("limit alarm", row)) the infant is "
          + "said to be cold, and in \(share("nothing", row)) nothing is said.")
    }
    if let row = row("any-warm-parent", model) {
      risks.append(
        "A probe that lies on the parent at 36 to 36.5 °C cannot be told from the infant: it is "
          + "recognised in \(share("probe-off", row)) of falls; in \(share("limit alarm", row)) a "
          + "limit alarm speaks of the parent as of an infant, and in \(share("nothing", row)) "
          + "nothing is said. What the infant does meanwhile is not seen.")
    }
    if let row = row("any-small-swap", model) {
      risks.append(
        "Twins’ probes that are swapped while the infants differ by 0.2 °C go unnoticed in "
          + "\(share("nothing", row)) of swaps.")
    }
    if let row = row("any-hard-transfer", model) {
      risks.append(
        "A hard transfer, down 0.9 to 1.4 °C within minutes, is taken for a fallen probe in "
          + "\(share("probe-off", row)) of cases.")
    }
    if let row = row("any-cooling", model) {
      risks.append(
        "True cooling at 0.5 to 5.5 °C an hour is taken for a fallen probe in "
          + "\(share("probe-off", row)) of cases.")
    }
    if let row = row("any-transfer", model) {
      risks.append(
        "An unmarked transfer that the infant makes good by itself raises a cooling alarm in "
          + "\(share("cooling alarm", row)) of cases.")
    }
    let late = rates.filter { $0.model == model && $0.level == 369 }
    if let slow = late.first, let fast = late.last {
      risks.append(
        "An infant that starts at 36.9 °C is near its limit: the trend comes before the limit "
          + "itself in \(Words.percent(slow.leads, of: slow.runs)) of coolings at "
          + "\(slow.rate / 10).\(slow.rate % 10) °C an hour, and in "
          + "\(Words.percent(fast.leads, of: fast.runs)) at \(fast.rate / 10).\(fast.rate % 10).")
    }
    return risks
  }

  private func row(_ scenario: String, _ model: SignalModel) -> ConfusionRow? {
    confusion.first { $0.scenario == scenario && $0.model == model }
  }

  private func share(_ column: String, _ row: ConfusionRow) -> String {
    let place = ConfusionRow.columns.firstIndex(of: column)
    return Words.percent(place.map { row.counts[$0] } ?? 0, of: row.runs)
  }
}
