/// A value of a request or an event line, with the place where it stands.
public struct JSON: Equatable, Sendable {
  public enum Value: Equatable, Sendable {
    case null
    case flag(Bool)
    /// A plain decimal, as text: what it means is for the reader to say.
    case number(String)
    case text(String)
    case list([JSON])
    case object([Member])
  }

  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: JSON
    /// Byte offset of the key.
    public var at: Int
  }

  public var value: Value
  /// Byte offset of its first byte in the line.
  public var at: Int

  public init(_ value: Value, at: Int) {
    self.value = value
    self.at = at
  }

  /// The member of that name; nil where this is no object or has none.
  public subscript(_ key: String) -> JSON? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var text: String? {
    if case .text(let text) = value { text } else { nil }
  }

  /// A whole number, nil for any other value.
  public var integer: Int? {
    if case .number(let text) = value { Int(text) } else { nil }
  }

  /// A decimal in thousandths; nil for any other value, and with more than three decimals.
  public var thousandths: Int? {
    guard case .number(let text) = value else { return nil }
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2, let whole = Int(halves[0]), whole.magnitude < 1_000_000 else {
      return nil
    }
    var fraction = 0
    if halves.count == 2 {
      guard halves[1].count <= 3, let digits = Int(halves[1]) else { return nil }
      fraction = digits
      for _ in halves[1].count..<3 { fraction *= 10 }
    }
    return whole * 1000 + (text.hasPrefix("-") ? -fraction : fraction)
  }

  public var list: [JSON]? {
    if case .list(let list) = value { list } else { nil }
  }

  public var members: [Member]? {
    if case .object(let members) = value { members } else { nil }
  }
}

/// Text that is no JSON: where, and what was expected there.
public struct JSONError: Error, Equatable, Sendable {
  /// Byte offset in the text.
  public var at: Int
  public var message: String

  public init(at: Int, message: String) {
    self.at = at
    self.message = message
  }
}

extension JSON {
  /// Lists and objects within each other.
  static let deepest = 8

  /// The one value that `line` holds.
  public init(parsing line: Span<UInt8>) throws(JSONError) {
    // Once for the whole line: whatever is cut out of it is then text.
    do {
      _ = try UTF8Span(validating: line)
    } catch {
      throw JSONError(at: error.byteOffsets.lowerBound, message: "expected text in UTF-8")
    }
    var parser = JSONParser(end: line.count)
    self = try parser.value(line, depth: 0)
    parser.skipSpace(line)
    guard parser.position == line.count else {
      throw JSONError(at: parser.position, message: "expected the end of the line")
    }
  }

  public init(parsing line: String) throws(JSONError) {
    let bytes = Array(line.utf8)
    try self.init(parsing: bytes.span)
  }
}

/// A recursive-descent parser of RFC 8259, without exponents: the contract's numbers have none.
private struct JSONParser {
  var position = 0
  let end: Int

  mutating func skipSpace(_ line: Span<UInt8>) {
    while position < end, line[position].isJSONSpace { position += 1 }
  }

  mutating func take(_ byte: UInt8, _ line: Span<UInt8>) -> Bool {
    guard position < end, line[position] == byte else { return false }
    position += 1
    return true
  }

  func expected(_ what: String) -> JSONError {
    JSONError(at: position, message: "expected \(what)")
  }

  mutating func value(_ line: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
    skipSpace(line)
    let at = position
    guard position < end else { throw expected("a value") }
    switch line[position] {
    case UInt8(ascii: "{") where depth == JSON.deepest,
      UInt8(ascii: "[") where depth == JSON.deepest:
      throw expected("at most \(JSON.deepest) lists and objects within each other")
    case UInt8(ascii: "{"): return JSON(.object(try object(line, depth: depth)), at: at)
    case UInt8(ascii: "["): return JSON(.list(try list(line, depth: depth)), at: at)
    case UInt8(ascii: "\""): return JSON(.text(try text(line)), at: at)
    case UInt8(ascii: "t"): return JSON(try literal("true", .flag(true), line), at: at)
    case UInt8(ascii: "f"): return JSON(try literal("false", .flag(false), line), at: at)
    case UInt8(ascii: "n"): return JSON(try literal("null", .null, line), at: at)
    default: return JSON(.number(try number(line)), at: at)
    }
  }

  mutating func literal(
    _ word: String, _ value: JSON.Value, _ line: Span<UInt8>
  ) throws(JSONError) -> JSON.Value {
    for byte in word.utf8 {
      guard take(byte, line) else { throw expected(word) }
    }
    return value
  }

  mutating func number(_ line: Span<UInt8>) throws(JSONError) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"), line)
    let first = position
    digits(line)
    guard position > first else {
      position = start
      throw expected("a value")
    }
    guard position == first + 1 || line[first] != UInt8(ascii: "0") else {
      position = first
      throw expected("a number without leading zeros")
    }
    if take(UInt8(ascii: "."), line) {
      let point = position
      digits(line)
      guard position > point else { throw expected("a digit") }
    }
    if position < end, line[position] | 0x20 == UInt8(ascii: "e") {
      throw expected("a plain number, without an exponent")
    }
    guard position - start <= 24 else {
      position = start
      throw expected("a number of at most 24 characters")
    }
    return string(line, start..<position)
  }

  private mutating func digits(_ line: Span<UInt8>) {
    while position < end, line[position] &- 0x30 < 10 { position += 1 }
  }

  private func string(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    for place in range { bytes.append(line[place]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func text(_ line: Span<UInt8>) throws(JSONError) -> String {
    position += 1
    var bytes: [UInt8] = []
    while position < end {
      let byte = line[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: bytes, as: UTF8.self)
      case 0..<0x20: throw expected("no control character")
      case UInt8(ascii: "\\"): try escape(line, &bytes)
      default:
        bytes.append(byte)
        position += 1
      }
    }
    throw expected("“\"”")
  }

  private mutating func escape(
    _ line: Span<UInt8>, _ bytes: inout [UInt8]
  ) throws(JSONError) {
    let start = position
    position += 1
    guard position < end else { throw expected("a character after “\\”") }
    let byte = line[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hex4(line)
      if 0xD800..<0xDC00 ~= code, take(UInt8(ascii: "\\"), line), take(UInt8(ascii: "u"), line) {
        let low = try hex4(line)
        // Half a pair without the other half stays one, and is refused below.
        if 0xDC00..<0xE000 ~= low { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw JSONError(at: start, message: "expected a character, found half of a surrogate pair")
      }
      bytes.append(contentsOf: UTF8.encode(scalar)!)
    default:
      throw JSONError(at: start, message: "expected one of the escapes of JSON")
    }
  }

  private mutating func hex4(_ line: Span<UInt8>) throws(JSONError) -> UInt32 {
    let start = position
    var value: UInt32 = 0
    while position < min(end, start + 4), let digit = line[position].hexDigit {
      value = value << 4 | digit
      position += 1
    }
    guard position == start + 4 else { throw expected("four hexadecimal digits") }
    return value
  }

  mutating func list(_ line: Span<UInt8>, depth: Int) throws(JSONError) -> [JSON] {
    position += 1
    var values: [JSON] = []
    skipSpace(line)
    if take(UInt8(ascii: "]"), line) { return values }
    while true {
      values.append(try value(line, depth: depth + 1))
      skipSpace(line)
      if take(UInt8(ascii: "]"), line) { return values }
      guard take(UInt8(ascii: ","), line) else { throw expected("“,” or “]”") }
    }
  }

  mutating func object(_ line: Span<UInt8>, depth: Int) throws(JSONError) -> [JSON.Member] {
    position += 1
    var members: [JSON.Member] = []
    skipSpace(line)
    if take(UInt8(ascii: "}"), line) { return members }
    while true {
      skipSpace(line)
      let at = position
      guard position < end, line[position] == UInt8(ascii: "\"") else { throw expected("a key") }
      let key = try text(line)
      guard !members.contains(where: { $0.key == key }) else {
        throw JSONError(at: at, message: "expected each key once, found “\(key)” again")
      }
      skipSpace(line)
      guard take(UInt8(ascii: ":"), line) else { throw expected("“:”") }
      members.append(JSON.Member(key: key, value: try value(line, depth: depth + 1), at: at))
      skipSpace(line)
      if take(UInt8(ascii: "}"), line) { return members }
      guard take(UInt8(ascii: ","), line) else { throw expected("“,” or “}”") }
    }
  }
}

extension UInt8 {
  fileprivate var isJSONSpace: Bool {
    switch self {
    case 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  fileprivate var hexDigit: UInt32? {
    let letter = self | 0x20
    if UInt8(ascii: "0")...UInt8(ascii: "9") ~= self { return UInt32(self - UInt8(ascii: "0")) }
    if UInt8(ascii: "a")...UInt8(ascii: "f") ~= letter {
      return UInt32(letter - UInt8(ascii: "a") + 10)
    }
    return nil
  }
}
