import Simulator

extension Evaluation {
  /// A file that the command writes.
  public struct File: Sendable {
    public let name: String
    public let text: String
  }

  /// The drawings that the page shows.
  public var plots: [File] {
    var files: [File] = []
    for model in options.models {
      if rates.contains(where: { $0.model == model }) {
        files.append(File(name: "delay-\(model.rawValue).svg", text: delayPlot(model)))
      }
      if confusion.contains(where: { $0.model == model }) {
        files.append(File(name: "confusion-\(model.rawValue).svg", text: confusionPlot(model)))
      }
    }
    if !days.isEmpty { files.append(File(name: "false-alarms.svg", text: dayPlot)) }
    return files
  }

  /// Delay against cooling rate, a panel for each level that the cooling starts from.
  private func delayPlot(_ model: SignalModel) -> String {
    var svg = SVG(
      width: 760, height: 380,
      title: "Minutes from the onset of cooling to the alarm, by cooling rate")
    svg.box(0, 0, svg.width, svg.height, style: "paper")
    for (place, level) in [371, 369].enumerated() {
      let rows = rates.filter { $0.model == model && $0.level == level }
      guard !rows.isEmpty else { continue }
      DelayPanel(left: 60 + place * 370, top: 40, width: 300, height: 260, minutes: 120).draw(
        rows, "from \(Words.celsius(level * 100))", in: &svg)
    }
    svg.line(70, 362, 110, 362, style: "trend")
    svg.text("first cooling alarm: median, 10 % to 90 %", x: 118, y: 366, .start)
    svg.line(440, 362, 480, 362, style: "limit")
    svg.text("alarm of the 36.5 °C limit: median", x: 488, y: 366, .start)
    return svg.drawing
  }

  private var dayPlot: String {
    let shown = DayTally.trendRules + ["all"]
    var svg = SVG(
      width: 760, height: 340,
      title: "False trend alarms a day, by rule, with and without transfers")
    svg.box(0, 0, svg.width, svg.height, style: "paper")
    let counts = days.map { tally in
      shown.map { rule in
        let count =
          rule == "all" ? tally.trends : tally.counts.first { $0.rule == rule }?.wrong ?? 0
        return (count * 200 + tally.days) / (2 * tally.days)
      }
    }
    // In hundredths a day; the budget is always in sight.
    let top = max(100, counts.joined().max() ?? 0) * 11 / 10
    let floor = 270
    func height(_ hundredths: Int) -> Int { hundredths * 230 / top }
    for tick in stride(from: 0, through: top, by: top > 300 ? 100 : 20) {
      svg.line(60, floor - height(tick), 740, floor - height(tick), style: "grid")
      svg.text(Words.hundredths(tick), x: 52, y: floor - height(tick) + 4, .end, style: "small")
    }
    svg.line(60, floor - height(60), 740, floor - height(60), style: "limit")
    svg.text("budget", x: 430, y: floor - height(60) - 5, style: "small")
    let slot = 680 / shown.count
    let bar = (slot - 30) / max(days.count, 1)
    for (group, rule) in shown.enumerated() {
      for place in days.indices {
        let x = 75 + group * slot + place * bar
        let value = counts[place][group]
        svg.box(
          x, floor - height(value), bar - 4, height(value),
          style: days[place].scenario == "s1" ? "other" : "bar",
          percent: days[place].model == options.models.first ? 100 : 55)
        svg.text(
          Words.hundredths(value), x: x + bar / 2 - 2, y: floor - height(value) - 5,
          style: "small")
      }
      svg.text(rule, x: 60 + group * slot + slot / 2, y: floor + 20)
    }
    for (place, tally) in days.enumerated() {
      let x = 60 + place * 175
      svg.box(
        x, 312, 14, 14, style: tally.scenario == "s1" ? "other" : "bar",
        percent: tally.model == options.models.first ? 100 : 55)
      svg.text("\(tally.kind) (\(tally.model.rawValue))", x: x + 20, y: 324, .start, style: "small")
    }
    return svg.drawing
  }

  private func confusionPlot(_ model: SignalModel) -> String {
    let rows = confusion.filter { $0.model == model }
    let (left, top, width, height) = (280, 60, 76, 30)
    var svg = SVG(
      width: left + ConfusionRow.columns.count * width + 20, height: top + rows.count * height + 20,
      title: "What is said first of each thing that can happen, in percent of its runs")
    svg.box(0, 0, svg.width, svg.height, style: "paper")
    for (column, name) in ConfusionRow.columns.enumerated() {
      let words = name.split { $0 == " " || $0 == "-" }
      for (line, word) in words.enumerated() {
        svg.text(
          String(word), x: left + column * width + width / 2,
          y: top - 10 - (words.count - 1 - line) * 15, style: "small")
      }
    }
    for (place, row) in rows.enumerated() {
      let y = top + place * height
      svg.text(row.title, x: left - 10, y: y + 20, .end)
      for (column, count) in row.counts.enumerated() {
        let percent = count * 100 / max(row.runs, 1)
        let isRight = row.right.contains(ConfusionRow.columns[column])
        svg.box(
          left + column * width, y, width - 2, height - 2, style: isRight ? "right" : "wrong",
          percent: percent * 4 / 5 + (isRight ? 8 : 0))
        if count > 0 {
          svg.text(
            Words.percent(count, of: row.runs), x: left + column * width + width / 2, y: y + 19,
            style: "small")
        }
      }
    }
    return svg.drawing
  }
}

/// One pair of axes: cooling rate to the right, minutes upwards.
private struct DelayPanel {
  let left: Int
  let top: Int
  let width: Int
  let height: Int
  /// At the top of the axis.
  let minutes: Int

  func draw(_ rows: [RateResult], _ title: String, in svg: inout SVG) {
    for tick in stride(from: 0, through: minutes, by: 20) {
      svg.line(left, y(tick * 60), left + width, y(tick * 60), style: "grid")
      svg.text("\(tick)", x: left - 8, y: y(tick * 60) + 4, .end, style: "small")
    }
    for rate in 0...6 {
      svg.line(x(rate * 10), top + height, x(rate * 10), top + height + 5, style: "axis")
      svg.text("\(rate)", x: x(rate * 10), y: top + height + 18, style: "small")
    }
    svg.line(left, top + height, left + width, top + height, style: "axis")
    svg.text(title, x: left + width / 2, y: top - 14, style: "strong")
    svg.text("cooling, °C an hour", x: left + width / 2, y: top + height + 36, style: "small")
    svg.text("min", x: left - 8, y: top - 10, .end, style: "small")
    func curve(_ delay: (RateResult) -> Int?) -> [(x: Int, y: Int)] {
      rows.compactMap { row in delay(row).map { (x(row.rate), y($0)) } }
    }
    svg.curve(
      curve { $0.trend.percentile(10) } + curve { $0.trend.percentile(90) }.reversed(),
      isClosed: true, style: "band")
    svg.curve(curve { $0.limit.percentile(50) }, style: "limit")
    let medians = curve { $0.trend.percentile(50) }
    svg.curve(medians, style: "trend")
    for point in medians { svg.dot(point.x, point.y, style: "point") }
  }

  /// The place of a rate in tenths of a degree an hour.
  private func x(_ rate: Int) -> Int { left + rate * width / 60 }

  /// The place of a delay in seconds.
  private func y(_ seconds: Int) -> Int {
    top + height - min(seconds, minutes * 60) * height / (minutes * 60)
  }
}
