/// A drawing as text. All places are in whole units, so that its bytes are the same everywhere.
struct SVG {
  let width: Int
  let height: Int
  private var body = ""

  /// `title` is read to those who do not see.
  init(width: Int, height: Int, title: String) {
    self.width = width
    self.height = height
    body = "<title>\(Self.escaped(title))</title>\n"
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ words: String, x: Int, y: Int, _ anchor: Anchor = .middle, style: String = "text"
  ) {
    body +=
      "<text class=\"\(style)\" x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor.rawValue)\">"
      + "\(Self.escaped(words))</text>\n"
  }

  mutating func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, style: String) {
    body += "<path class=\"\(style)\" d=\"M\(x1) \(y1)L\(x2) \(y2)\"/>\n"
  }

  mutating func curve(_ points: [(x: Int, y: Int)], isClosed: Bool = false, style: String) {
    guard points.count > 1 else { return }
    let places = points.map { "\($0.x) \($0.y)" }.joined(separator: "L")
    body += "<path class=\"\(style)\" d=\"M\(places)\(isClosed ? "Z" : "")\"/>\n"
  }

  /// `percent` is how dense its colour is.
  mutating func box(
    _ x: Int, _ y: Int, _ width: Int, _ height: Int, style: String, percent: Int = 100
  ) {
    let density = percent == 100 ? "" : " fill-opacity=\"0.\(percent < 10 ? "0" : "")\(percent)\""
    body +=
      "<rect class=\"\(style)\" x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\""
      + "\(density)/>\n"
  }

  mutating func dot(_ x: Int, _ y: Int, style: String) {
    body += "<circle class=\"\(style)\" cx=\"\(x)\" cy=\"\(y)\" r=\"3\"/>\n"
  }

  var drawing: String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
      + "width=\"\(width)\" height=\"\(height)\" role=\"img\">\n\(Self.style)\(body)</svg>\n"
  }

  /// Colours that the colour-blind can tell apart, on a light page and on a dark one.
  private static let style = """
    <style>
    text { font: 13px system-ui, sans-serif; fill: #1d1d1f; }
    .small { font-size: 11px; }
    .strong { font-weight: 600; }
    .paper { fill: #ffffff; }
    .grid { stroke: #d2d2d7; }
    .axis { stroke: #6e6e73; }
    .band { fill: #0072b2; fill-opacity: 0.2; }
    .trend { stroke: #0072b2; stroke-width: 2; fill: none; }
    .point { fill: #0072b2; }
    .bar { fill: #0072b2; }
    .other { fill: #d55e00; }
    .limit { stroke: #d55e00; stroke-width: 2; stroke-dasharray: 6 4; fill: none; }
    .right { fill: #009e73; }
    .wrong { fill: #d55e00; }
    @media (prefers-color-scheme: dark) {
    text { fill: #f5f5f7; }
    .paper { fill: #1d1d1f; }
    .grid { stroke: #424245; }
    .axis { stroke: #a1a1a6; }
    .trend, .limit { stroke-opacity: 0.9; }
    }
    </style>

    """

  private static func escaped(_ words: String) -> String {
    var escaped = ""
    for character in words {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
