import Probes

/// A place in one line of a capture, moved forward by what is recognised there.
struct LineCursor {
  var position = 0
  private let count: Int
  private let line: Int

  init(_ text: Span<UInt8>, line: Int) {
    count = text.count
    self.line = line
  }

  var atEnd: Bool { position >= count }

  func peek(_ text: Span<UInt8>) -> UInt8? { position < count ? text[position] : nil }

  mutating func take(_ words: String, in text: Span<UInt8>) -> Bool {
    var place = position
    for byte in words.utf8 {
      guard place < count, text[place] == byte else { return false }
      place += 1
    }
    position = place
    return true
  }

  mutating func space(in text: Span<UInt8>) throws(CaptureError) {
    guard peek(text) == UInt8(ascii: " ") else {
      throw error(foundRestOf: text, expected: "a space")
    }
    position += 1
  }

  func end(in text: Span<UInt8>) throws(CaptureError) {
    guard atEnd else { throw error(foundRestOf: text, expected: "the end of the line") }
  }

  /// A port number without leading zeros.
  mutating func portNumber(in text: Span<UInt8>) -> PortIndex? {
    var value = 0
    var place = position
    while place < count, place - position < 5, let digit = text[place].digit {
      value = value * 10 + digit
      place += 1
    }
    let length = place - position
    guard length > 0, value <= 0xFFFF, length == 1 || text[position] != UInt8(ascii: "0"),
      place == count || text[place] == UInt8(ascii: " ")
    else { return nil }
    position = place
    return PortIndex(value)
  }

  /// Seconds with up to nine decimals, as nanoseconds; ten digits before the point are 270 years.
  mutating func nanoseconds(
    in text: Span<UInt8>, _ expectation: String
  ) throws(CaptureError) -> Int64 {
    var value: Int64 = 0
    var place = position
    while place < count, place - position < 10, let digit = text[place].digit {
      value = value &* 10 &+ Int64(digit)
      place += 1
    }
    guard place > position, value <= 8_999_999_999 else {
      throw error(foundRestOf: text, expected: expectation)
    }
    value *= 1_000_000_000
    if place < count, text[place] == UInt8(ascii: ".") {
      let point = place
      place += 1
      var weight: Int64 = 100_000_000
      while place < count, weight > 0, let digit = text[place].digit {
        value &+= Int64(digit) &* weight
        weight /= 10
        place += 1
      }
      if place == point + 1 {
        throw error(foundRestOf: text, expected: expectation)
      }
    }
    guard place == count || text[place] == UInt8(ascii: " ") else {
      throw error(foundRestOf: text, expected: expectation)
    }
    position = place
    return value
  }

  mutating func signedNanoseconds(in text: Span<UInt8>) throws(CaptureError) -> Int64 {
    guard peek(text) == UInt8(ascii: "-") else {
      return try nanoseconds(in: text, "the seconds of a clock step")
    }
    position += 1
    return -(try nanoseconds(in: text, "the seconds of a clock step"))
  }

  /// Pairs of hexadecimal digits up to the end of the line; how many there were.
  mutating func hex(
    in text: Span<UInt8>, into bytes: inout [UInt8]
  ) throws(CaptureError) -> Int {
    let length = (count - position) / 2
    guard length > 0 else { throw error(foundRestOf: text, expected: "bytes in hexadecimal") }
    var target = bytes.mutableSpan
    var all: UInt8 = 0
    var place = position
    for index in 0..<length {
      let high = hexValues[Int(text[place])]
      let low = hexValues[Int(text[place &+ 1])]
      all |= high | low
      target[index] = high &<< 4 | low
      place &+= 2
    }
    // Looked for only once something is known to be wrong: digits alone never reach these bits.
    if all & 0xF0 != 0 {
      while hexValues[Int(text[position])] < 16 { position += 1 }
      throw error(foundRestOf: text, expected: "a hexadecimal digit")
    }
    if place < count {
      throw error(
        found: "an odd number of hexadecimal digits", expected: "two for each byte")
    }
    position = count
    return length
  }

  /// Characters up to the next space.
  mutating func word(in text: Span<UInt8>) -> String? {
    let start = position
    while position < count, text[position] != UInt8(ascii: " ") { position += 1 }
    return start == position ? nil : String(text.extracting(start..<position))
  }

  /// `key=value` pairs, each after a space, up to the end of the line.
  mutating func attributes(in text: Span<UInt8>) throws(CaptureError) -> CaptureAttributes {
    var attributes = CaptureAttributes()
    while !atEnd {
      try space(in: text)
      let start = position
      while position < count, text[position] != UInt8(ascii: " "),
        text[position] != UInt8(ascii: "=")
      {
        position += 1
      }
      guard position > start, peek(text) == UInt8(ascii: "=") else {
        position = start
        throw error(foundRestOf: text, expected: "“key=value”")
      }
      let key = String(text.extracting(start..<position))
      position += 1
      let value = word(in: text) ?? ""
      guard attributes[key] == nil else {
        throw error(found: "the key \(key) twice", expected: "each key once")
      }
      attributes[key] = value
    }
    return attributes
  }

  func error(found: String, expected: String) -> CaptureError {
    CaptureError(line: line, message: "found \(found), expected \(expected)")
  }

  /// An error about what stands at the cursor.
  func error(foundRestOf text: Span<UInt8>, expected: String) -> CaptureError {
    error(found: quote(text.extracting(position..<count)), expected: expected)
  }

  /// The text as a message can show it: short, and nothing that a terminal would act upon.
  private func quote(_ text: Span<UInt8>) -> String {
    if text.isEmpty { return "the end of the line" }
    var shown = ""
    for index in 0..<min(text.count, 32) {
      let byte = text[index]
      shown.append(
        0x20 <= byte && byte < 0x7F ? Character(Unicode.Scalar(byte)) : "\u{FFFD}")
    }
    return "“\(shown)\(text.count > 32 ? "…" : "")”"
  }
}

/// The value of each hexadecimal digit, 255 for all other bytes.
///
/// A table, because digits and letters alternate at random and branches would guess wrong.
private let hexValues = InlineArray<256, UInt8> { byte in
  switch UInt8(byte) {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(byte) - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt8(byte) - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt8(byte) - UInt8(ascii: "A") + 10
  default: 255
  }
}

extension UInt8 {
  fileprivate var digit: Int? {
    let value = self &- 0x30
    return value < 10 ? Int(value) : nil
  }
}

extension String {
  /// Invalid UTF-8 is replaced, never refused: a name is only shown and compared.
  fileprivate init(_ text: Span<UInt8>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for index in text.indices { bytes.append(text[index]) }
    self.init(decoding: bytes, as: UTF8.self)
  }
}
