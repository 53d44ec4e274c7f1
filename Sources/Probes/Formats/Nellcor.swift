/// Nellcor N-560, N-595, PM10N text: oximeters, a line every 2 s, 9600 8N1.
///
///     07-Jan-04 11:24:50   100     105      88                   AO
///     DD-Mon-YY HH:MM:SS   SpO2*   BPM*     PA    STATUS …
///
/// - `*`: outside its limit; `---`: missing; PA: pulse amplitude, may be zero-padded
/// - STATUS: two-letter codes: SO sensor off, SD disconnected, PS pulse search, LP loss of pulse,
///   LM the same with motion, MO motion, LB low battery, PH PL SH SL limits, AO AS alarm off,
///   silenced
///
/// Every 25 lines a header of three: model and limits, mode, column titles. A unit that searches
/// prints `0 0 ---` but also the numbers that it had, `96 63 ---`: none of them is a value. No
/// check sum: the whole line must fit.
struct Nellcor: LineGrammar {
  static let longestLine = 120

  /// The values of a line, nil for a line of the header.
  func parse(_ line: Span<UInt8>) -> Oximetry?? {
    if let oximetry = Self.values(line) { return .some(oximetry) }
    return Self.isHeader(line) ? .some(nil) : nil
  }

  func accept(
    _ content: Oximetry?, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    if let content { batch.append(content, at: context.offset, context) }
  }

  private static func values(_ line: Span<UInt8>) -> Oximetry? {
    var cursor = TextCursor(0..<line.count)
    guard cursor.namedDate(in: line), cursor.skipSpaces(in: line) > 0,
      cursor.clockTime(in: line), cursor.skipSpaces(in: line) > 0,
      let spo2 = cursor.numberOrDashes(in: line, digits: 3), spo2.value ?? 0 <= 100
    else { return nil }
    let spo2Limit = cursor.take(UInt8(ascii: "*"), in: line)
    guard cursor.skipSpaces(in: line) > 0,
      let rate = cursor.numberOrDashes(in: line, digits: 3), rate.value ?? 0 <= 300
    else { return nil }
    let rateLimit = cursor.take(UInt8(ascii: "*"), in: line)
    guard cursor.skipSpaces(in: line) > 0,
      cursor.numberOrDashes(in: line, digits: 3) != nil,
      var flags = statusFlags(line, &cursor)
    else { return nil }
    if spo2Limit || rateLimit { flags.insert(.limitAlarm) }
    return Oximetry(rate: rate.value?.nonzero, spo2: spo2.value?.nonzero, flags: flags)
  }

  /// The status codes up to the end of the line, nil where there is anything else.
  private static func statusFlags(
    _ line: Span<UInt8>, _ cursor: inout TextCursor
  ) -> SampleFlags? {
    var flags = SampleFlags()
    while true {
      let blanks = cursor.skipSpaces(in: line)
      if cursor.atEnd { return flags }
      guard blanks > 0, let first = cursor.peek(line), line.count - cursor.position >= 2 else {
        return nil
      }
      switch (first, line[cursor.position + 1]) {
      case ("S", "O"): flags.insert(.off)
      case ("S", "D"): flags.insert(.disconnected)
      case ("P", "S"): flags.insert(.searching)
      case ("L", "P"): flags.insert(.noPulse)
      case ("L", "M"): flags.formUnion([.motion, .outOfTrack])
      case ("M", "O"): flags.insert(.motion)
      case ("L", "B"): flags.insert(.lowBattery)
      case ("P", "H"), ("P", "L"), ("S", "H"), ("S", "L"): flags.insert(.limitAlarm)
      case ("A", "O"), ("A", "S"): break
      default: return nil
      }
      cursor.position += 2
    }
  }

  private static func isHeader(_ line: Span<UInt8>) -> Bool {
    var cursor = TextCursor(0..<line.count)
    cursor.skipSpaces(in: line)
    let indented = cursor.position > 0
    if cursor.take("TIME ", in: line) {
      return cursor.takeWords("%SpO2", "BPM", "PA", "Status", in: line)
    }
    if cursor.take("ADULT ", in: line) || cursor.take("NEO ", in: line) {
      cursor.skipSpaces(in: line)
      return indented && cursor.digits(in: line, atMost: 3) != nil
        && cursor.takeWords("SAT-S", in: line)
    }
    return !indented && isModel(line, &cursor)
  }

  private static func isModel(_ line: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard cursor.skipWord(in: line), cursor.skipSpaces(in: line) > 0,
      cursor.take("VERSION ", in: line), cursor.skipWord(in: line),
      cursor.skipSpaces(in: line) > 0, cursor.take("CRC:", in: line), cursor.skipWord(in: line),
      cursor.skipSpaces(in: line) > 0, cursor.take("SpO2 Limit: ", in: line),
      cursor.limits(in: line), cursor.take(UInt8(ascii: "%"), in: line),
      cursor.skipSpaces(in: line) > 0, cursor.take("PR Limit: ", in: line),
      cursor.limits(in: line), cursor.takeWords("BPM", in: line)
    else { return false }
    return true
  }
}

/// Lets a byte be matched against a letter in a pattern.
private func ~= (letter: Unicode.Scalar, byte: UInt8) -> Bool { letter.value == UInt32(byte) }

extension TextCursor {
  /// `07-Jan-04`, the month in any case.
  fileprivate mutating func namedDate(in bytes: Span<UInt8>) -> Bool {
    let start = position
    if let day = digits(in: bytes, exactly: 2), (1...31).contains(day),
      take(UInt8(ascii: "-"), in: bytes), month(in: bytes),
      take(UInt8(ascii: "-"), in: bytes), digits(in: bytes, exactly: 2) != nil
    {
      return true
    }
    position = start
    return false
  }

  private mutating func month(in bytes: Span<UInt8>) -> Bool {
    guard end - position >= 3 else { return false }
    var name: UInt32 = 0
    for place in position..<(position + 3) { name = name << 8 | UInt32(bytes[place] | 0x20) }
    position += 3
    switch name {
    case 0x6A616E, 0x666562, 0x6D6172, 0x617072, 0x6D6179, 0x6A756E, 0x6A756C, 0x617567,
      0x736570, 0x6F6374, 0x6E6F76, 0x646563:
      return true
    default:
      return false
    }
  }

  /// The words, blanks between them and behind them, and the end.
  fileprivate mutating func takeWords(_ words: String..., in bytes: Span<UInt8>) -> Bool {
    for word in words {
      skipSpaces(in: bytes)
      guard take(word, in: bytes) else { return false }
    }
    skipSpaces(in: bytes)
    return atEnd
  }

  fileprivate mutating func skipWord(in bytes: Span<UInt8>) -> Bool {
    let start = position
    while let byte = peek(bytes), byte != UInt8(ascii: " ") { position += 1 }
    return position > start
  }

  fileprivate mutating func limits(in bytes: Span<UInt8>) -> Bool {
    digits(in: bytes, atMost: 3) != nil && take(UInt8(ascii: "-"), in: bytes)
      && digits(in: bytes, atMost: 3) != nil
  }
}
