import Probes

/// The pieces of a line. Each makes room once and then writes within it, which is several times as
/// fast as appending byte by byte or sequence by sequence.
extension [UInt8] {
  mutating func append(_ text: String) {
    let text = text.utf8.span
    append(addingCapacity: text.count) { line in line.append(text) }
  }

  mutating func append(quoted text: String) {
    let text = text.utf8.span
    append(addingCapacity: text.count + 2) { line in line.append(quoted: text) }
  }

  /// Appends `"key":`, with a comma before it where it is not the first.
  mutating func append(key: String, isFirst: Bool) {
    let key = key.utf8.span
    append(addingCapacity: key.count + 4) { line in line.append(key: key, isFirst: isFirst) }
  }

  /// Appends `"key":"text"`, with a comma before it where it is not the first.
  mutating func append(key: String, isFirst: Bool, quoted text: Span<UInt8>) {
    let key = key.utf8.span
    append(addingCapacity: key.count + text.count + 6) { line in
      line.append(key: key, isFirst: isFirst)
      line.append(quoted: text)
    }
  }

  /// Appends `"key":"text"`, with what of the text fits, escaped for JSON.
  mutating func append(key: String, isFirst: Bool, escaped text: String) {
    let bytes = text.utf8.span
    if bytes.isPlain {
      append(key: key, isFirst: isFirst, quoted: bytes)
    } else {
      append(key: key, isFirst: isFirst)
      append(UInt8(ascii: "\""))
      append(escaped: text)
      append(UInt8(ascii: "\""))
    }
  }

  /// Appends `"key":` and a number that counts in units of 10 to the power of minus `decimals`.
  mutating func append(key: String, isFirst: Bool, _ number: Int, decimals: Int) {
    let key = key.utf8.span
    append(addingCapacity: key.count + 28) { line in
      line.append(key: key, isFirst: isFirst)
      line.append(number, decimals: decimals)
    }
  }

  mutating func append(_ number: Int, decimals: Int) {
    append(addingCapacity: 24) { line in line.append(number, decimals: decimals) }
  }

  /// Appends what of a text fits in `LineWriter.longestText` bytes, escaped for JSON.
  mutating func append(escaped text: String) {
    let text = text.utf8.span
    if text.isPlain {
      append(addingCapacity: text.count) { line in line.append(text) }
      return
    }
    append(addingCapacity: LineWriter.longestText) { line in
      for place in text.indices {
        let byte = text[place]
        guard line.freeCapacity >= byte.escapedLength else { return }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
          line.append(UInt8(ascii: "\\"))
          line.append(byte)
        case 0..<0x20, 0x7F:
          line.append("\\u00".utf8.span)
          line.append(byte.hexDigits.high)
          line.append(byte.hexDigits.low)
        default: line.append(byte)
        }
      }
    }
  }

  mutating func append(hex byte: UInt8) {
    append(byte.hexDigits.high)
    append(byte.hexDigits.low)
  }
}

extension OutputSpan<UInt8> {
  @inline(__always)
  fileprivate mutating func append(_ bytes: Span<UInt8>) {
    for place in bytes.indices { append(bytes[place]) }
  }

  @inline(__always)
  fileprivate mutating func append(quoted text: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    append(text)
    append(UInt8(ascii: "\""))
  }

  @inline(__always)
  fileprivate mutating func append(key: Span<UInt8>, isFirst: Bool) {
    if !isFirst { append(UInt8(ascii: ",")) }
    append(quoted: key)
    append(UInt8(ascii: ":"))
  }

  @inline(__always)
  fileprivate mutating func append(_ number: Int, decimals: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    let magnitude = number.magnitude
    guard magnitude >= 10_000_000_000_000_000 else {
      appendDigits(UInt64(magnitude), decimals: decimals)
      return
    }
    appendDigits(UInt128(magnitude), decimals: decimals)
  }

  /// The last digit comes first, so they are piled up, four bits each: sixteen in 64 bits.
  @inline(__always)
  private mutating func appendDigits<Pile: FixedWidthInteger & UnsignedInteger>(
    _ magnitude: Pile, decimals: Int
  ) {
    var digits = Pile.zero
    var count = 0
    var rest = magnitude
    repeat {
      let quotient = rest / 10
      digits = digits &<< 4 | (rest &- quotient &* 10)
      rest = quotient
      count &+= 1
    } while rest > 0 || count <= decimals
    while count > 0 {
      if count == decimals { append(UInt8(ascii: ".")) }
      append(UInt8(ascii: "0") | UInt8(truncatingIfNeeded: digits & 15))
      digits = digits &>> 4
      count &-= 1
    }
  }
}

extension Span<UInt8> {
  /// Whether it is short and stands in JSON as it is, which nearly every text does.
  fileprivate var isPlain: Bool {
    guard count <= LineWriter.longestText else { return false }
    for place in indices {
      let byte = self[place]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F {
        return false
      }
    }
    return true
  }
}

extension UInt8 {
  /// Bytes that it takes in a line; of a character's first byte, those of the whole character.
  fileprivate var escapedLength: Int {
    switch self {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): 2
    case 0..<0x20, 0x7F: 6
    case 0xC0..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0...: 4
    default: 1
    }
  }

  fileprivate var hexDigits: (high: UInt8, low: UInt8) {
    (Self.hexDigit(self >> 4), Self.hexDigit(self & 15))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
