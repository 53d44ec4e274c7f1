/// GE Giraffe OmniBed and Incubator: skin temperatures, a line every 2 s, 19200 8N1, one way.
///
///     HYB_1.40,36.1,OPEN,28.3,33.0,36.5,100,N,N,C,00,…
///
/// - product (HYB, INC) and version; patient probe 1, patient probe 2, `OPEN` where none is plugged
/// - air, desired environment, patient control temperature, heater %, mode P or N, bed O or N
/// - the rest is not documented in full: capitals, digits, points and signs
///
/// The patient's probes are channels 1 and 2; air and set points are no patient's temperature and
/// are not published. No check sum.
struct GiraffeIncubator: LineGrammar {
  static let longestLine = 160

  func parse(_ line: Span<UInt8>) -> TemperaturePair? {
    var cursor = TextCursor(0..<line.count)
    guard cursor.take("HYB_", in: line) || cursor.take("INC_", in: line),
      cursor.version(in: line),
      let first = cursor.patientTemperature(in: line),
      let second = cursor.patientTemperature(in: line),
      cursor.plainTemperature(in: line), cursor.plainTemperature(in: line),
      cursor.plainTemperature(in: line),
      cursor.take(UInt8(ascii: ","), in: line),
      let heater = cursor.digits(in: line, atMost: 3), heater <= 100,
      cursor.take(UInt8(ascii: ","), in: line),
      cursor.take("P,", in: line) || cursor.take("N,", in: line),
      cursor.take("O", in: line) || cursor.take("N", in: line),
      cursor.undocumented(in: line)
    else { return nil }
    return TemperaturePair(first: first, second: second)
  }
}

extension TextCursor {
  /// The version after the product's name: digits and points.
  mutating func version(in bytes: Span<UInt8>) -> Bool {
    let start = position
    while let byte = peek(bytes), byte.decimalDigit != nil || byte == UInt8(ascii: ".") {
      position += 1
    }
    return position > start && position - start <= 8
  }

  /// A comma and a patient probe's temperature, or `OPEN` for a probe that is not there.
  mutating func patientTemperature(in bytes: Span<UInt8>) -> Temperature? {
    guard take(UInt8(ascii: ","), in: bytes) else { return nil }
    if take("OPEN", in: bytes) { return Temperature(value: nil, flags: .open) }
    guard let value = decimal(in: bytes, integerDigits: 2, fraction: 1...1),
      value.thousandths <= 60_000
    else { return nil }
    return Temperature(value: value)
  }

  /// A comma and a temperature of the bed.
  fileprivate mutating func plainTemperature(in bytes: Span<UInt8>) -> Bool {
    take(UInt8(ascii: ","), in: bytes)
      && decimal(in: bytes, integerDigits: 2, fraction: 1...1) != nil
  }

  /// Fields that are passed over, up to the end.
  fileprivate mutating func undocumented(in bytes: Span<UInt8>) -> Bool {
    while let byte = peek(bytes) {
      guard
        byte.isCapital || byte.decimalDigit != nil || byte == UInt8(ascii: ",")
          || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      else { return false }
      position += 1
    }
    return true
  }
}
