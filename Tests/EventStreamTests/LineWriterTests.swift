import EventStream
import Probes
import Testing
import Thermoregulation

/// Numbers, texts and times, as every line writes them.
@Suite struct LineWriterTests {
  private func line(_ write: (inout LineWriter) -> Void) -> String {
    let line = Ward.line { writer in
      writer.begin("x")
      write(&writer)
      writer.end()
    }
    return String(line.dropFirst(#"{"type":"x","#.count).dropLast())
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (-7, "-7"), (10, "10"), (1_000_000_000_000, "1000000000000"),
    (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
  ])
  func wholeNumbersArePlain(number: Int, text: String) {
    #expect(line { $0.integer("n", number) } == "\"n\":" + text)
  }

  @Test(arguments: [
    (0, "0"), (1, "0.001"), (-1, "-0.001"), (10, "0.01"), (100, "0.1"), (1000, "1"),
    (36_500, "36.5"), (36_512, "36.512"), (-500, "-0.5"), (-1_100, "-1.1"), (-2_000, "-2"),
    (Int.max, "9223372036854775.807"), (Int.min, "-9223372036854775.808"),
  ])
  func thousandthsHaveTheDecimalsThatTheyNeed(number: Int, text: String) {
    #expect(line { $0.thousandths("n", number) } == "\"n\":" + text)
  }

  @Test(arguments: [
    (36_800, 0, "36"), (36_800, 1, "36.8"), (36_800, 2, "36.80"), (36_800, 3, "36.800"),
    (-50, 2, "-0.05"), (-5, 3, "-0.005"), (5, 3, "0.005"), (0, 3, "0.000"), (-4, 2, "0.00"),
  ])
  func thousandthsHaveTheDecimalsThatAreAskedFor(number: Int, decimals: Int, text: String) {
    #expect(line { $0.thousandths("n", number, decimals: decimals) } == "\"n\":" + text)
  }

  @Test(arguments: [
    (0, "0.000"), (999_999, "0.000"), (1_000_000, "0.001"), (83_250_000_000, "83.250"),
    (-1, "-0.001"), (Int64.max, "9223372036.854"),
  ])
  func secondsHaveThreeDecimals(nanoseconds: Int64, text: String) {
    #expect(line { $0.seconds("n", Timestamp(nanoseconds: nanoseconds)) } == "\"n\":" + text)
  }

  @Test func whatHasNoValueHasNoKey() {
    let line = line { writer in
      writer.integer("a", nil)
      writer.thousandths("b", nil)
      writer.word("c", nil)
      writer.text("d", nil)
      writer.flag("e", false)
    }
    #expect(line == #""e":false"#)
  }

  @Test(arguments: [
    ("plain", "plain"), ("", ""), ("a\"b", #"a\"b"#), (#"a\b"#, #"a\\b"#),
    ("a\nb\tc\u{0}d\u{7F}", #"a\u000ab\u0009c\u0000d\u007f"#), ("36,5 °C “ä” 👶", "36,5 °C “ä” 👶"),
    ("/", "/"), ("\u{2028}", "\u{2028}"), ("\r\n", #"\u000d\u000a"#),
  ])
  func textsFromOutsideAreEscaped(text: String, escaped: String) throws {
    let line = line { $0.text("k", text) }
    #expect(line == "\"k\":\"\(escaped)\"")
    #expect(try JSON(parsing: "{\(line)}")["k"]?.text == text)
  }

  /// Cut between characters and between escapes, at 256 bytes as they stand in the line.
  @Test(arguments: [
    ("a", 256, "a"), ("é", 128, "é"), ("€", 85, "€"), ("👶", 64, "👶"), ("\"", 128, #"\""#),
    ("\u{1}", 42, #"\u0001"#),
  ])
  func longTextsAreCut(character: String, kept: Int, written: String) {
    for count in [kept, kept + 1, 1000] {
      let text = String(repeating: character, count: count)
      let expected = String(repeating: written, count: kept)
      #expect(line { $0.text("k", text) } == "\"k\":\"\(expected)\"")
    }
    let offset = "x" + String(repeating: character, count: 300)
    #expect(line { $0.text("k", offset) }.utf8.count <= #""k":"""#.utf8.count + 256)
  }

  @Test func bytesAreHexadecimal() {
    let bytes: [UInt8] = [0x00, 0x0F, 0xA5, 0xFF]
    #expect(line { $0.hex("b", bytes.span) } == #""b":"000fa5ff""#)
  }

  /// Every text of a line at its worst: none can be made to outgrow the contract's bound.
  @Test(arguments: ["\u{1}", "\"", "👶", "x"])
  func noNamesMakeALineTooLong(character: String) {
    let worst = String(repeating: character, count: 5000)
    var roster = Roster()
    roster.infants = [InfantProfile(name: worst, born: 0, parent: worst)]
    var port = PortEntry(
      name: worst, protocolName: worst, line: worst,
      assignment: PortAssignment(infant: 0, parent: worst, site: .parentChest), device: worst)
    port.match = worst
    port.path = worst
    port.detail = worst
    port.lastFrame = .zero
    roster.ports = [port]
    let stamp = LineWriter.Stamp(
      seq: .max, time: Timestamp(nanoseconds: .max), wall: WallTime(nanoseconds: .max))
    let sample = Sample(
      time: .zero, port: 0, quantity: .respirationRate, thousandths: .min, decimals: 3,
      flags: SampleFlags(rawValue: .max), channel: 255, site: .ambient)
    let error = RequestError(id: .min, code: .unknownCommand, at: .max, message: worst)
    // `end` traps where a line is longer than 4096 bytes.
    _ = Ward.line { $0.port(port, roster, stamp) }
    _ = Ward.line { $0.infant(roster.infants[0], stamp) }
    _ = Ward.line { $0.sample(sample, roster, stamp) }
    _ = Ward.line { $0.mark(.skinToSkinStart, infant: 0, by: worst, roster, stamp) }
    _ = Ward.line { $0.assessment(Assessment(infant: 0), roster, stamp) }
    _ = Ward.line { $0.error(error, stamp) }
  }

  @Test func theLongestPolicyIsRepeatedInOneLine() throws {
    let name = String(repeating: "n", count: Subscription.longestName)
    var subscription = Subscription()
    subscription.types = LineTypes(rawValue: .max)
    subscription.infants = Array(repeating: name, count: Subscription.mostInfants)
    subscription.since = .init(stream: String(repeating: "\u{1}", count: 4000), seq: .max)
    let line = Ward.line { $0.subscribed(subscription, id: .min, Ward.unnumbered) }
    #expect(try JSON(parsing: line)["subscribe"]?["infants"]?.list?.count == 48)
  }

  /// A writer that is used again and again, over minutes, midnights and steps of the clock.
  @Test func timesAreThoseOfTheCalendar() throws {
    var writer = LineWriter()
    var time = try #require(WallTime(rfc3339: "2023-12-31T23:59:58.999Z"))
    var random = SplitMix(state: 1)
    let steps: [Int64] = [
      1, 999_999, 1_000_000, 17_000_000, 999_999_999, 1_000_000_000, 59_999_999_999,
      60_000_000_000, 86_400_000_000_000, -1, -1_000_000_000, -3_600_000_000_000,
    ]
    for _ in 0..<20_000 {
      time = time.advanced(by: steps.randomElement(using: &random)!)
      writer.begin(.live, seq: nil, at: .zero, wall: time)
      writer.end()
      let expected = #"{"type":"live","t":0.000,"time":"\#(time)"}"# + "\n"
      #expect(writer.line.elementsEqual(expected.utf8))
    }
  }

  @Test(arguments: [
    "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "1678-01-01T00:00:00.000Z",
    "2024-02-29T12:34:56.789Z", "2261-12-31T23:59:59.999Z",
  ])
  func farTimesAreThoseOfTheCalendar(text: String) throws {
    let time = try #require(WallTime(rfc3339: text))
    var writer = LineWriter()
    // The second line comes from what the first has left behind.
    for _ in 0..<2 {
      writer.begin(.live, seq: nil, at: .zero, wall: time)
      writer.end()
      #expect(String(decoding: writer.line, as: UTF8.self).contains(text))
    }
  }
}

/// A generator of numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
