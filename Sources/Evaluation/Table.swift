/// Rows of cells, as text for a terminal or for a page.
struct Table {
  let head: [String]
  private(set) var rows: [[String]] = []
  /// Lines that follow a row, on a terminal only.
  private var remarks: [Int: [String]] = [:]

  init(_ head: String...) { self.head = head }
  init(_ head: [String]) { self.head = head }

  mutating func add(_ row: [String]) {
    precondition(row.count == head.count, "every row has a cell for each column")
    rows.append(row)
  }

  mutating func remark(_ line: String) { remarks[rows.count - 1, default: []].append(line) }

  /// In columns: the first on the left, the others on the right where they hold numbers.
  var text: String {
    let widths = head.indices.map { column in
      ([head] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (column, cell) in cells.enumerated() {
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        line += isNumeric(column) ? gap + cell : cell + gap
        if column < cells.count - 1 { line += "  " }
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    var text = line(head)
    for (place, row) in rows.enumerated() {
      text += line(row)
      for remark in remarks[place] ?? [] { text += "      \(remark)\n" }
    }
    return text
  }

  var markdown: String {
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
    let rule = head.indices.map { isNumeric($0) ? "---:" : "---" }
    return line(head) + line(rule) + rows.map(line).joined()
  }

  private func isNumeric(_ column: Int) -> Bool {
    !rows.isEmpty
      && rows.allSatisfy { $0[column].isEmpty || $0[column].first!.isNumber || $0[column] == "-" }
  }
}
