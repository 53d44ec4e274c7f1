import EventStream
import LinuxIO
import Probes
import Simulator

/// What a person sees of the demo: a chart on a terminal, plain lines elsewhere.
struct DemoView: ~Copyable {
  private let rate: Int
  private let scenario: Scenario
  private let isTerminal = Terminal.isTerminal(1)
  private var output = StandardOutput()
  private var chart = Chart()
  private var latest: JSON?
  private var alarms: [(time: Int, line: String)] = []
  private var trendAt: Int?
  private var limitAt: Int?
  private var lastDrawn: Int64 = 0
  private var lastTold = 0
  /// When the daemon's clock stood where the demo began, in milliseconds.
  private var origin: Int?

  init(rate: Int, scenario: Scenario) {
    self.rate = rate
    self.scenario = scenario
  }

  /// The infant's limit has been crossed and said so: the story is told.
  var isOver: Bool {
    guard let limitAt, let latest, let now = latest["t"]?.thousandths else { return false }
    return now - limitAt > 8 * 60_000
  }

  mutating func begin() throws(Failure) {
    if isTerminal {
      // A screen of its own, so that the one before comes back; without a cursor.
      try output.put("\u{1B}[?1049h\u{1B}[?25l")
    } else {
      try output.put(title + "\n")
    }
    try output.putAway()
  }

  mutating func take(_ json: JSON) {
    guard let time = json["t"]?.thousandths else { return }
    origin = origin ?? time
    switch json["type"]?.text {
    case "assessment":
      latest = json
      if let temperature = json["temperature"]?.thousandths {
        chart.add(temperature, at: (time - (origin ?? time)) / 1000)
      }
    case "alarm":
      let rule = json.shown("rule")
      let event = json.shown("event")
      alarms.append(
        (time, "\(json.shown("priority").padded(7)) \(rule) \(event): \(json.shown("message"))"))
      if event == "raised", rule.hasPrefix("cooling"), trendAt == nil { trendAt = time }
      if event == "raised", rule == "cold-stress", limitAt == nil { limitAt = time }
    default: break
    }
  }

  mutating func draw() throws(Failure) {
    guard let latest else { return }
    if isTerminal {
      let now = BootClock.now
      guard now - lastDrawn > 100_000_000 else { return }
      lastDrawn = now
      try output.put("\u{1B}[H" + page(latest).replacingLineEnds("\u{1B}[K\n") + "\u{1B}[J")
    } else {
      try tell(latest)
    }
    try output.putAway()
  }

  mutating func end() throws(Failure) {
    if isTerminal { try output.put("\u{1B}[?25h\u{1B}[?1049l\(title)\n") }
    if isTerminal {
      for alarm in alarms { try output.put("\(clock(alarm.time))  \(alarm.line)\n") }
    }
    try output.put(summary + "\n")
    try output.putAway()
  }

  /// Without a terminal: each alarm, and every ten minutes how things stand.
  private mutating func tell(_ latest: JSON) throws(Failure) {
    for alarm in alarms { try output.put("\(clock(alarm.time))  \(alarm.line)\n") }
    alarms.removeAll()
    guard let time = latest["t"]?.thousandths, time - lastTold >= 600_000 else { return }
    lastTold = time
    try output.put("\(clock(time))  \(state(latest))\n")
  }

  private var title: String {
    "kangaroo demo: \(scenario.title). Simulated probes on pseudo-terminals, a real kangarood; "
      + "its clock runs \(rate) times as fast as real time. Not a medical device."
  }

  private var summary: String {
    guard let trendAt else { return "Ended before any cooling was noticed." }
    guard let limitAt else {
      return "The cooling was noticed at \(clock(trendAt)); no limit was crossed until the end."
    }
    let minutes = (limitAt - trendAt) / 60_000
    return
      "The cooling was noticed at \(clock(trendAt)), \(minutes) minutes before the alarm of the "
      + "36.5 °C limit at \(clock(limitAt))."
  }

  private func state(_ json: JSON) -> String {
    "\(json.shown("infant"))  \(json.shown("temperature", unit: " °C")) \(json.shown("site"))  "
      + "\(json.shown("band"))  \(json.shown("trend")) "
      + json.shown("slope_c_per_h", unit: " °C/h")
      + "  heart \(json.shown("heart_rate", unit: "/min"))  quality \(json.shown("quality"))"
  }

  private func page(_ latest: JSON) -> String {
    let size = Terminal.size ?? (columns: 80, rows: 24)
    let rows = min(max(size.rows - 12, 6), 16)
    let shown = alarms.suffix(max(size.rows - rows - 7, 1))
    let time = latest["t"]?.thousandths ?? 0
    return """
      \(title.wrapped(size.columns))

      \(clock(time))  \(state(latest))
      \(chart.drawn(columns: min(size.columns - 8, 100), rows: rows))

      \(shown.map { "\(clock($0.time))  \($0.line)".cut(size.columns) }.joined(separator: "\n"))
      \(shown.isEmpty ? "no alarms yet" : "")
      Ctrl-C ends it
      """
  }

  /// Hours and minutes since the demo began.
  private func clock(_ milliseconds: Int) -> String {
    let minutes = (milliseconds - (origin ?? 0)) / 60_000
    let rest = minutes % 60
    return "\(minutes / 60):\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// The temperature over time, in characters.
private struct Chart {
  private var points: [(second: Int, temperature: Int)] = []

  mutating func add(_ temperature: Int, at second: Int) {
    points.append((second, temperature))
  }

  func drawn(columns: Int, rows: Int) -> String {
    let top = 37_500
    let step = 1_600 / rows
    let span = max(points.last?.second ?? 1, 3600)
    var grid = [[Character]](
      repeating: [Character](repeating: " ", count: columns), count: rows)
    let limit = min((top - 36_500) / step, rows - 1)
    for column in 0..<columns { grid[limit][column] = "─" }
    for point in points {
      let column = min(point.second * (columns - 1) / span, columns - 1)
      let row = min(max((top - point.temperature) / step, 0), rows - 1)
      grid[row][column] = "•"
    }
    return grid.enumerated().map { row, cells in
      let tenths = (top - row * step) / 100
      return "\(tenths / 10).\(tenths % 10) \(row == limit ? "┤" : "│")" + String(cells)
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func cut(_ width: Int) -> String {
    count <= width ? self : String(prefix(width - 1)) + "…"
  }

  fileprivate func wrapped(_ width: Int) -> String {
    var lines = [""]
    for word in split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > width { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.joined(separator: "\n")
  }

  fileprivate func replacingLineEnds(_ end: String) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end)
  }
}
