/// H-Tronic TSM 125 thermometer: a line a second.
///
///     ` 36.5` CR LF        `Err.1` CR LF
///
/// - five characters, right-aligned, one digit after the point; or an error, 1 or 3, of the sensor
///
/// So bare a grammar proves nothing: the protocol is used where the configuration names it.
struct TSM125: LineGrammar {
  static let longestLine = 5

  func parse(_ line: Span<UInt8>) -> Temperature? {
    guard line.count == 5 else { return nil }
    var cursor = TextCursor(0..<5)
    if cursor.take("Err.", in: line) {
      guard cursor.digits(in: line, atMost: 1) != nil else { return nil }
      return Temperature(value: nil, flags: .selfTest)
    }
    cursor.skipSpaces(in: line)
    guard
      let value = cursor.decimal(
        in: line, integerDigits: 3, fraction: 1...1, signed: true, leadingZeros: false),
      cursor.atEnd, (-55_000...150_000).contains(value.thousandths)
    else { return nil }
    return Temperature(value: value)
  }
}
