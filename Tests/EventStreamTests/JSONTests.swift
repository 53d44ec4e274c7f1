import EventStream
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    ("null", JSON.Value.null), (" true ", .flag(true)), ("false", .flag(false)),
    ("0", .number("0")), ("-0", .number("-0")), ("36.75", .number("36.75")),
    ("\"\"", .text("")), (#""a\"\\\/\b\f\n\r\t""#, .text("a\"\\/\u{8}\u{C}\n\r\t")),
    (#""\u00e4\u20AC""#, .text("ä€")), (#""\ud83d\udc76""#, .text("👶")),
    ("\"ä👶\"", .text("ä👶")), ("\"\u{7F}\"", .text("\u{7F}")), ("[]", .list([])),
    ("{}", .object([])), ("\t[ ]\r\n", .list([])),
  ])
  func goodTextsAreRead(text: String, value: JSON.Value) throws {
    #expect(try JSON(parsing: text).value == value)
  }

  @Test func everythingKnowsWhereItStands() throws {
    let json = try JSON(parsing: #" {"a": [1, "é", {"b":null}], "c":true}"#)
    #expect(json.at == 1)
    #expect(json["a"]?.at == 7)
    #expect(json["a"]?.list?.map(\.at) == [8, 11, 17])
    #expect(json["c"]?.at == 34)
    #expect(json.members?.map(\.at) == [2, 30])
    #expect(json["d"] == nil)
    #expect(json["a"]?["b"] == nil)
  }

  @Test(arguments: [
    ("", 0, "expected a value"), ("   ", 3, "expected a value"), ("x", 0, "expected a value"),
    ("-", 0, "expected a value"), (".5", 0, "expected a value"), ("+1", 0, "expected a value"),
    ("01", 0, "expected a number without leading zeros"),
    ("-01", 1, "expected a number without leading zeros"),
    ("1.", 2, "expected a digit"), ("1.x", 2, "expected a digit"),
    ("1e3", 1, "expected a plain number, without an exponent"),
    ("1.5E3", 3, "expected a plain number, without an exponent"),
    ("1234567890123456789012345", 0, "expected a number of at most 24 characters"),
    ("nul", 3, "expected null"), ("trux", 3, "expected true"), ("False", 0, "expected a value"),
    ("1 2", 2, "expected the end of the line"), ("{}}", 2, "expected the end of the line"),
    ("[1,]", 3, "expected a value"), ("[1 2]", 3, "expected “,” or “]”"),
    ("[1", 2, "expected “,” or “]”"), ("[", 1, "expected a value"),
    ("{", 1, "expected a key"), ("{1:2}", 1, "expected a key"), ("{\"a\"}", 4, "expected “:”"),
    ("{\"a\":}", 5, "expected a value"), ("{\"a\":1,}", 7, "expected a key"),
    ("{\"a\":1 \"b\":2}", 7, "expected “,” or “}”"),
    ("{\"a\":1,\"a\":2}", 7, "expected each key once, found “a” again"),
    (#"{"a":1,"\u0061":2}"#, 7, "expected each key once, found “a” again"),
    ("\"abc", 4, "expected “\"”"), ("\"a\nb\"", 2, "expected no control character"),
    (#""a\x""#, 2, "expected one of the escapes of JSON"),
    (#""\"#, 2, "expected a character after “\\”"),
    (#""\u12"#, 5, "expected four hexadecimal digits"),
    (#""\u12g4""#, 5, "expected four hexadecimal digits"),
    (#""\u+123""#, 3, "expected four hexadecimal digits"),
    (#""a\ud83d""#, 2, "expected a character, found half of a surrogate pair"),
    (#""a\udc76""#, 2, "expected a character, found half of a surrogate pair"),
    (#""\ud83d\ud83d""#, 1, "expected a character, found half of a surrogate pair"),
    (#""\ud83dx""#, 1, "expected a character, found half of a surrogate pair"),
    (#""\ud83d\n""#, 1, "expected a character, found half of a surrogate pair"),
    (#""\ud83d\u12""#, 11, "expected four hexadecimal digits"),
  ])
  func badTextsAreRefusedWhereTheyAreBad(text: String, at: Int, message: String) {
    #expect(throws: JSONError(at: at, message: message)) { try JSON(parsing: text) }
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x80], 0), ([0x7B, 0x7D, 0xF4, 0x90, 0x80, 0x80], 2),
    ] as [([UInt8], Int)])
  func bytesThatAreNoTextAreRefused(bytes: [UInt8], at: Int) {
    #expect(throws: JSONError(at: at, message: "expected text in UTF-8")) {
      try JSON(parsing: bytes.span)
    }
  }

  @Test func nestingIsBounded() throws {
    let deepest = String(repeating: "[", count: 8) + String(repeating: "]", count: 8)
    #expect(try JSON(parsing: deepest).list?.count == 1)
    let message = "expected at most 8 lists and objects within each other"
    #expect(throws: JSONError(at: 8, message: message)) { try JSON(parsing: "[\(deepest)]") }
    let endless = String(repeating: "{\"a\":[", count: 100_000)
    #expect(throws: JSONError(at: 24, message: message)) { try JSON(parsing: endless) }
  }

  @Test(
    arguments: [
      ("1", 1, 1000), ("-36", -36, -36_000), ("36.7", nil, 36_700), ("-0.5", nil, -500),
      ("36.725", nil, 36_725), ("36.7255", nil, nil), ("999999", 999_999, 999_999_000),
      ("1000000", 1_000_000, nil), ("99999999999999999999", nil, nil), ("\"1\"", nil, nil),
      ("null", nil, nil),
    ] as [(String, Int?, Int?)])
  func numbersAreExact(text: String, integer: Int?, thousandths: Int?) throws {
    let json = try JSON(parsing: text)
    #expect(json.integer == integer)
    #expect(json.thousandths == thousandths)
  }

  @Test func noSingleChangedByteTraps() {
    let request = Array(
      #"{"id":7,"subscribe":{"types":["alarm"],"infants":["\ud83d\udc76"],"since":{"stream":"3f","seq":1}}}"#
        .utf8)
    for place in request.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = request
        changed[place] = byte
        consider(changed)
      }
      consider(Array(request[..<place]))
      consider(Array(request[place...]))
    }
  }

  @Test func noNoiseTraps() {
    var random = SplitMix(state: 7)
    let alphabet = Array("{}[]\",:\\u0123456789-.eEtrfalsn \u{7F}\u{0}".utf8) + [0xC3, 0xA4, 0xFF]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...40, using: &random)
      consider((0..<count).map { _ in alphabet.randomElement(using: &random)! })
    }
  }

  /// Either read or refused at a place within the line.
  private func consider(_ line: [UInt8]) {
    do {
      _ = try Request(parsing: line.span)
    } catch {
      #expect(0...line.count ~= error.at)
      _ = Ward.line { $0.error(error, Ward.unnumbered) }
    }
    do {
      _ = try Command.parse(line.span)
    } catch {
      #expect(0...line.count ~= error.at)
    }
  }
}
