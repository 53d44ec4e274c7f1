/// Papouch TM and TMU thermometers: a line every 10 s, 9600 8N1, transmit only.
///
///     +023.4C CR
///
/// - sign, three digits, point, one digit, `C`; −55 to 125 °C, ±0.5 °C
struct PapouchTM: LineGrammar {
  static let longestLine = 7

  func parse(_ line: Span<UInt8>) -> Temperature? {
    var cursor = TextCursor(0..<line.count)
    let negative = cursor.take(UInt8(ascii: "-"), in: line)
    guard negative || cursor.take(UInt8(ascii: "+"), in: line), line.count == 7,
      var value = cursor.decimal(in: line, integerDigits: 3, fraction: 1...1),
      cursor.take(UInt8(ascii: "C"), in: line), cursor.atEnd
    else { return nil }
    if negative { value.thousandths = -value.thousandths }
    guard (-55_000...125_000).contains(value.thousandths) else { return nil }
    return Temperature(value: value)
  }
}
