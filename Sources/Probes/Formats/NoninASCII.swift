/// Nonin printer and real-time text: oximeters (8500, 2500, 9847, Avant, 4000), a line a second.
///
///     SPO2=096 HR=141
///     12:30:01 SPO2=--- HR=--- *
///
/// A time may stand before, marks of event and alarm behind (letters, `*`). Dashes mean none. The
/// columns are known from manuals only. No check sum: the whole line must fit.
struct NoninASCII: LineGrammar {
  static let longestLine = 40

  func parse(_ line: Span<UInt8>) -> Oximetry? {
    var cursor = TextCursor(0..<line.count)
    if cursor.clockTime(in: line), cursor.skipSpaces(in: line) == 0 { return nil }
    guard cursor.take("SPO2=", in: line), let spo2 = cursor.numberOrDashes(in: line, digits: 3),
      cursor.skipSpaces(in: line) > 0,
      cursor.take("HR=", in: line), let rate = cursor.numberOrDashes(in: line, digits: 3),
      let flags = Self.marks(line, &cursor)
    else { return nil }
    return Oximetry(noninRate: rate.value ?? 511, spo2: spo2.value ?? 127, flags: flags)
  }

  /// The few marks that may end a line, nil where something else does.
  private static func marks(_ line: Span<UInt8>, _ cursor: inout TextCursor) -> SampleFlags? {
    var flags = SampleFlags()
    guard line.count - cursor.position <= 8 else { return nil }
    while let byte = cursor.peek(line) {
      switch byte {
      case UInt8(ascii: "*"): flags.insert(.limitAlarm)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: " "): break
      default: return nil
      }
      cursor.position += 1
    }
    return flags
  }
}
