import EventStream
import LinuxIO

extension Kangaroo.Command {
  static let status = Kangaroo.Command(
    name: "status", synopsis: "[--json] [--socket P]",
    summary: "daemon, ports, infants, alarms; exit 0 healthy, 1 technical, 2 physiological alarm",
    run: runStatus)
}

private func runStatus(_ arguments: inout Arguments) throws(Failure) {
  let isJSON = arguments.takeFlag("--json")
  let path = try SocketPath.stream(&arguments)
  try arguments.finish()
  var lines = try StreamLines(path)
  var output = StandardOutput()
  var status = Status()
  while let line = lines.next() {
    guard let json = try? JSON(parsing: line.span), let type = json["type"]?.text else { continue }
    if type == "live" {
      if !isJSON { try output.put(status.page) }
      try output.putAway()
      Process.exit(status.exitCode)
    }
    if isJSON { try output.put(line) }
    status.take(type, json)
  }
  if lines.isSilent { throw lines.failure }
  throw Failure(.unavailable, "the daemon closed the connection before it had said how things are")
}

/// How things stand, as the lines before `live` tell it.
private struct Status {
  private var daemon = ""
  private var ports: [[String]] = []
  private var infants: [[String]] = []
  private var alarms: [[String]] = []
  private(set) var exitCode: Int32 = 0

  mutating func take(_ type: String, _ json: JSON) {
    switch type {
    case "hello":
      daemon = "\(json.shown("daemon")), stream \(json.shown("stream")), seq \(json.shown("seq"))"
      if let clock = json["clock"]?.text { daemon += ", clock \(clock): NOT REAL TIME" }
    case "port":
      ports.append([
        json.shown("port"), json.shown("link"), json.shown("data"),
        json.shown("age_s", unit: " s"), json.shown("protocol"), json.shown("detail"),
      ])
    case "assessment":
      infants.append([
        json.shown("infant"), json.shown("band"), json.shown("temperature", unit: " °C"),
        json.shown("site"), json.shown("quality"), json.shown("trend"),
        json.shown("slope_c_per_h", unit: " °C/h"), json.shown("heart_rate", unit: "/min"),
      ])
    case "alarm":
      alarms.append([
        json.shown("alarm"), json.shown("priority"), json.shown("rule"), json.shown("infant"),
        json.shown("message"),
      ])
      let isPhysiological = json["kind"]?.text == "physiological"
      exitCode = max(exitCode, isPhysiological ? 2 : 1)
    default: break
    }
  }

  var page: String {
    let portHeads = ["PORT", "LINK", "DATA", "AGE", "PROTOCOL", ""]
    let infantHeads = ["INFANT", "BAND", "NOW", "SITE", "QUALITY", "TREND", "SLOPE", "HEART"]
    let alarmHeads = ["ALARM", "PRIORITY", "RULE", "INFANT", ""]
    return """
      \(daemon)

      \(table(portHeads, ports, none: "no ports"))

      \(table(infantHeads, infants, none: "nothing assessed yet"))

      \(table(alarmHeads, alarms, none: "no alarms"))

      """
  }
}

extension JSON {
  /// A member as people read it; a dash where it is absent.
  func shown(_ key: String, unit: String = "") -> String {
    switch self[key]?.value {
    case .text(let text): text
    case .number(let number): number + unit
    case .flag(let flag): flag ? "yes" : "no"
    case .list, .object, .null, nil: "-"
    }
  }
}

/// Columns as wide as their widest cell.
func table(_ heads: [String], _ rows: [[String]], none: String) -> String {
  guard !rows.isEmpty else { return none }
  let all = [heads] + rows
  let widths = heads.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  return all.map { row in
    let cells = row.enumerated().map { column, cell in
      column == row.count - 1
        ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
    }
    return cells.joined(separator: "  ")
  }.joined(separator: "\n")
}
