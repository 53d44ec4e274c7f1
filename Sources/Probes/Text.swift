/// A place in a line of text, moved forward by what is recognised there.
///
/// Every method leaves the place where it was when it returns nil or false.
struct TextCursor {
  var position = 0
  var end: Int

  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  var atEnd: Bool { position >= end }

  func peek(_ bytes: Span<UInt8>) -> UInt8? { position < end ? bytes[position] : nil }

  mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func take(_ text: String, in bytes: Span<UInt8>) -> Bool {
    guard end - position >= text.utf8.count else { return false }
    var place = position
    for byte in text.utf8 {
      guard bytes[place] == byte else { return false }
      place += 1
    }
    position = place
    return true
  }

  /// Skips blanks, and says how many there were.
  @discardableResult
  mutating func skipSpaces(in bytes: Span<UInt8>) -> Int {
    let start = position
    while position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
    return position - start
  }

  /// One to `most` decimal digits.
  mutating func digits(
    in bytes: Span<UInt8>, atMost most: Int, leadingZeros: Bool = true
  ) -> Int? {
    var value = 0
    var place = position
    while place < end, place - position < most, let digit = bytes[place].decimalDigit {
      value = value * 10 + digit
      place += 1
    }
    let length = place - position
    if length == 0 { return nil }
    if !leadingZeros, length > 1, bytes[position] == UInt8(ascii: "0") { return nil }
    if place < end, bytes[place].decimalDigit != nil { return nil }
    position = place
    return value
  }

  /// Exactly `count` decimal digits.
  mutating func digits(in bytes: Span<UInt8>, exactly count: Int) -> Int? {
    let start = position
    guard let value = digits(in: bytes, atMost: count) else { return nil }
    if position == start + count { return value }
    position = start
    return nil
  }

  /// One to `most` decimal digits, or the dashes that stand for them.
  mutating func numberOrDashes(in bytes: Span<UInt8>, digits most: Int) -> Field<Int>? {
    if let value = digits(in: bytes, atMost: most) { return .value(value) }
    return dashes(in: bytes) ? .missing : nil
  }

  /// A decimal number, or the dashes that stand for it.
  mutating func decimalOrDashes(
    in bytes: Span<UInt8>, integerDigits: Int, fraction: ClosedRange<Int>
  ) -> Field<Decimal>? {
    if let value = decimal(in: bytes, integerDigits: integerDigits, fraction: fraction) {
      return .value(value)
    }
    return dashes(in: bytes) ? .missing : nil
  }

  /// Dashes of any width, with or without a point among them: `---`, `--.-`.
  private mutating func dashes(in bytes: Span<UInt8>) -> Bool {
    guard peek(bytes) == UInt8(ascii: "-") else { return false }
    while let byte = peek(bytes), byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") {
      position += 1
    }
    return true
  }

  /// `HH:MM:SS`, a time of day.
  mutating func clockTime(in bytes: Span<UInt8>) -> Bool {
    let start = position
    if let hour = digits(in: bytes, exactly: 2), hour < 24, take(UInt8(ascii: ":"), in: bytes),
      let minute = digits(in: bytes, exactly: 2), minute < 60, take(UInt8(ascii: ":"), in: bytes),
      let second = digits(in: bytes, exactly: 2), second < 60
    {
      return true
    }
    position = start
    return false
  }

  /// One to `most` hexadecimal digits of either case.
  mutating func hex(in bytes: Span<UInt8>, atMost most: Int) -> Int? {
    let start = position
    var value = 0
    while let digit = peek(bytes)?.hexDigit {
      if position - start == most {
        position = start
        return nil
      }
      value = value << 4 | digit
      position += 1
    }
    return position > start ? value : nil
  }

  /// Exactly `count` hexadecimal digits of either case.
  mutating func hex(in bytes: Span<UInt8>, digits count: Int) -> Int? {
    guard end - position >= count else { return nil }
    var value = 0
    for place in position..<(position + count) {
      guard let digit = bytes[place].hexDigit else { return nil }
      value = value << 4 | digit
    }
    position += count
    return value
  }

  /// A decimal number with `fraction` digits after its point, of which three are kept.
  ///
  /// A negative number needs `signed`.
  mutating func decimal(
    in bytes: Span<UInt8>, integerDigits: Int, fraction: ClosedRange<Int>,
    signed: Bool = false, leadingZeros: Bool = true
  ) -> Decimal? {
    let start = position
    let negative = signed && take(UInt8(ascii: "-"), in: bytes)
    guard
      let whole = digits(in: bytes, atMost: integerDigits, leadingZeros: leadingZeros)
    else {
      position = start
      return nil
    }
    var value = whole * 1000
    var decimals = 0
    if fraction.upperBound > 0, take(UInt8(ascii: "."), in: bytes) {
      var weight = 100
      while decimals < fraction.upperBound, let digit = peek(bytes)?.decimalDigit {
        value += digit * weight
        weight /= 10
        decimals += 1
        position += 1
      }
    }
    guard fraction.contains(decimals), peek(bytes)?.decimalDigit == nil else {
      position = start
      return nil
    }
    return Decimal(thousandths: negative ? -value : value, decimals: Swift.min(decimals, 3))
  }
}

/// A number as the wire gave it.
struct Decimal: Equatable, Sendable {
  var thousandths: Int
  /// Digits after the point, 0 to 3.
  var decimals = 0

  init(thousandths: Int, decimals: Int) {
    self.thousandths = thousandths
    self.decimals = decimals
  }

  init(whole: Int) { thousandths = whole * 1000 }
}

/// A field of a line: its value, or the probe's sign that there is none.
enum Field<Value> {
  case value(Value)
  case missing

  var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }
}

extension Int {
  /// Itself, nil for the zero that some probes send where they have no value.
  var nonzero: Int? { self == 0 ? nil : self }
}

extension UInt8 {
  @inline(__always) var decimalDigit: Int? {
    let value = self &- 0x30
    return value < 10 ? Int(value) : nil
  }

  @inline(__always) var hexDigit: Int? {
    if let digit = decimalDigit { return digit }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? Int(letter) + 10 : nil
  }

  /// Whether it is ASCII from blank to tilde.
  @inline(__always) var isPrintable: Bool { self &- 0x20 < 0x5F }

  @inline(__always) var isCapital: Bool { self &- 0x41 < 26 }

  @inline(__always) var isLineEnd: Bool { self == 0x0A || self == 0x0D }
}
