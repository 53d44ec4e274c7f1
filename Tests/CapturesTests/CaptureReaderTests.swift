import Captures
import Probes
import Testing

/// A record with a copy of its bytes.
struct Entry: Equatable {
  var record: CaptureRecord
  var bytes: [UInt8]
}

/// Everything that reading a capture gave.
struct Outcome: Equatable {
  var entries: [Entry] = []
  var warning: String?
  var error: CaptureError?

  init(_ text: String, pieces: Int = .max) { self.init(Array(text.utf8), pieces: pieces) }

  init(_ text: [UInt8], pieces: Int = .max) {
    var reader = CaptureReader()
    var entries: [Entry] = []
    do {
      var start = 0
      while start < text.count {
        let end = start + min(pieces, text.count - start)
        try reader.feed(text.span.extracting(start..<end)) {
          (record, bytes) throws(CaptureError) in
          entries.append(Entry(record: record, bytes: bytes.indices.map { bytes[$0] }))
        }
        start = end
      }
      warning = try reader.finish()
    } catch let found {
      error = found
    }
    self.entries = entries
  }
}

let sound = """
  #kangaroo-capture 1
  #recorded 2026-11-21T10:00:00.000Z
  #port 0 device=usb-FTDI_FT232R_A50285BI-if00 protocol=kmc1 line=9600-8n1 infant=bed-3a site=axilla
  #port 17 device=usb-Nonin channel-2=foot
  #infant bed-3a gestational-age-weeks=31 born=2026-11-20T04:10:00Z parent=mother-3
  #note free text = “any”
  #colour blue
  #portly gentlemen
  0.000000000 0 +
  0.012345678 0 < 244b4d544d502c30
  0.800000000 17 > 3031
  0.800000000 17 < ff00FE
  60 0 -
  #port 2 device=late
  70.5 ! {"mark":"transfer","infant":"bed-3a"}
  80.000000000 ~ 3600.000
  81.000000000 ~ -0.5
  90.000000000 .

  """

@Suite struct CaptureReaderTests {
  @Test func `every kind of line is read`() throws {
    let outcome = Outcome(sound)
    #expect(outcome.error == nil)
    #expect(outcome.warning == nil)
    let port0: CaptureAttributes = [
      "device": "usb-FTDI_FT232R_A50285BI-if00", "protocol": "kmc1", "line": "9600-8n1",
      "infant": "bed-3a", "site": "axilla",
    ]
    let infant: CaptureAttributes = [
      "gestational-age-weeks": "31", "born": "2026-11-20T04:10:00Z", "parent": "mother-3",
    ]
    let start = try #require(WallTime(rfc3339: "2026-11-21T10:00:00Z"))
    let expected: [(Int64, Int, CaptureRecord.Kind, String)] = [
      (0, 2, .recorded(start), ""),
      (0, 3, .port(PortDeclaration(number: 0, attributes: port0)), ""),
      (
        0, 4,
        .port(
          PortDeclaration(
            number: 17, attributes: ["device": "usb-Nonin", "channel-2": "foot"])), ""
      ),
      (0, 5, .infant(InfantDeclaration(name: "bed-3a", attributes: infant)), ""),
      (0, 6, .note, "free text = “any”"),
      (0, 9, .attached(0), ""),
      (12_345_678, 10, .read(0), "$KMTMP,0"),
      (800_000_000, 11, .written(17), "01"),
      (800_000_000, 12, .read(17), "\u{FF}"),
      (60_000_000_000, 13, .detached(0), ""),
      (
        60_000_000_000, 14,
        .port(PortDeclaration(number: 2, attributes: ["device": "late"])), ""
      ),
      (70_500_000_000, 15, .command, #"{"mark":"transfer","infant":"bed-3a"}"#),
      (80_000_000_000, 16, .clockStep(nanoseconds: 3_600_000_000_000), ""),
      (81_000_000_000, 17, .clockStep(nanoseconds: -500_000_000), ""),
      (90_000_000_000, 18, .passed, ""),
    ]
    #expect(outcome.entries.count == expected.count)
    for (entry, (nanoseconds, line, kind, text)) in zip(outcome.entries, expected) {
      #expect(
        entry.record
          == CaptureRecord(time: Timestamp(nanoseconds: nanoseconds), line: line, kind: kind))
      #expect(entry.bytes == (text == "\u{FF}" ? [0xFF, 0x00, 0xFE] : Array(text.utf8)))
    }
  }

  @Test(arguments: [1, 2, 7, 64])
  func `the pieces in which a capture arrives make no difference`(pieces: Int) {
    #expect(Outcome(sound, pieces: pieces) == Outcome(sound))
  }

  @Test(arguments: [1, 2, 7, 64, .max])
  func `damage is told by line, after all that came before it`(pieces: Int) {
    let head = "#kangaroo-capture 1\n#port 0\n0.5 0 +\n"
    for (line, message) in damages {
      let outcome = Outcome(head + line + "\n9.0 .\n", pieces: pieces)
      #expect(outcome.entries.count == 2, "\(line)")
      #expect(outcome.error == CaptureError(line: 4, message: message), "\(line)")
    }
  }

  private var damages: [(String, String)] {
    let time = "expected a time in seconds"
    let step = "expected the seconds of a clock step"
    return [
      ("", "found the end of the line, \(time)"),
      ("x", "found “x”, \(time)"),
      ("-1.0 .", "found “-1.0 .”, \(time)"),
      ("1. .", "found “1. .”, \(time)"),
      ("1.0000000001 .", "found “1.0000000001 .”, \(time)"),
      ("12345678901 .", "found “12345678901 .”, \(time)"),
      ("9999999999 .", "found “9999999999 .”, \(time)"),
      ("1.0", "found the end of the line, expected a space"),
      ("0.4 .", "found “0.4 .”, expected a time not before 0.500000000"),
      ("1.0 ", "found the end of the line, expected a port number, “!”, “~” or “.”"),
      ("1.0 ?", "found “?”, expected a port number, “!”, “~” or “.”"),
      ("1.0 00 +", "found “00 +”, expected a port number, “!”, “~” or “.”"),
      ("1.0 65536 +", "found “65536 +”, expected a port number, “!”, “~” or “.”"),
      ("1.0 1 +", "found port 1, expected a line “#port 1 …” before it"),
      ("1.0 0", "found the end of the line, expected a space"),
      ("1.0 0 *", "found “*”, expected one of “+”, “-”, “<” and “>”"),
      ("1.0 0 + ", "found “ ”, expected the end of the line"),
      ("1.0 . x", "found “ x”, expected the end of the line"),
      ("1.0 0 <", "found the end of the line, expected a space"),
      ("1.0 0 < ", "found the end of the line, expected bytes in hexadecimal"),
      ("1.0 0 < 0", "found “0”, expected bytes in hexadecimal"),
      ("1.0 0 < 123", "found an odd number of hexadecimal digits, expected two for each byte"),
      ("1.0 0 < 12g4", "found “g4”, expected a hexadecimal digit"),
      ("1.0 0 < 12 34", "found “ 34”, expected a hexadecimal digit"),
      ("1.0 !", "found the end of the line, expected a space"),
      ("1.0 ! ", "found the end of the line, expected a command"),
      ("1.0 ~ x", "found “x”, \(step)"),
      ("1.0 ~ --1", "found “-1”, \(step)"),
      ("1.0 ~ 1 1", "found “ 1”, expected the end of the line"),
      ("1.0 .\r", "found a carriage return before the line's end, expected LF alone"),
      ("#port x", "found “x”, expected a port number, 0 to 65535"),
      ("#port 1 device", "found “device”, expected “key=value”"),
      ("#port 1 =x", "found “=x”, expected “key=value”"),
      ("#port 1  a=b", "found “ a=b”, expected “key=value”"),
      ("#port 1 a=b a=c", "found the key a twice, expected each key once"),
      ("#infant ", "found the end of the line, expected an infant's bed or study identifier"),
      (
        "#recorded today",
        "found “today”, expected a time such as “2026-11-21T10:00:00.000Z”"
      ),
      ("\u{1B}[2J", "found “\u{FFFD}[2J”, \(time)"),
      (
        String(repeating: "z", count: 40),
        "found “\(String(repeating: "z", count: 32))…”, \(time)"
      ),
    ]
  }

  @Test(arguments: [
    ("#kangaroo-capture 2\n", "found “#kangaroo-capture 2”"),
    ("#kangaroo-capture 11\n", "found “#kangaroo-capture 11”"),
    ("\n", "found the end of the line"),
    ("0.0 .\n", "found “0.0 .”"),
    ("", "found no whole line"),
    ("#kangaroo-capture 1", "found no whole line"),
  ])
  func `a wrong first line is refused`(text: String, found: String) {
    let outcome = Outcome(text)
    #expect(outcome.entries.isEmpty)
    #expect(outcome.error?.line == 1)
    #expect(outcome.error?.message.hasPrefix(found + ", expected ") == true)
  }

  @Test func `a capture cut off anywhere loses its last line and no other`() {
    let text = Array(sound.utf8)
    let whole = Outcome(text)
    let firstLine = text.firstIndex(of: 0x0A)! + 1
    for end in firstLine...text.count {
      let cut = Outcome(Array(text[..<end]))
      #expect(cut.error == nil)
      #expect((cut.warning == nil) == (text[end - 1] == 0x0A))
      #expect(cut.entries == Array(whole.entries.prefix(cut.entries.count)))
    }
    #expect(
      Outcome(Array(text.dropLast())).warning
        == "line 18 has no end and was dropped: the recording was cut off in mid-write")
  }

  @Test(arguments: [1000, .max])
  func `a line may be as long as the limit and no longer`(pieces: Int) {
    let head = "#kangaroo-capture 1\n#note "
    let most = CaptureLimits.line - 6
    let longest = Outcome(head + String(repeating: "x", count: most) + "\n", pieces: pieces)
    #expect(longest.error == nil)
    #expect(longest.entries.first?.bytes.count == most)
    let message = "found a line of more than 65536 bytes, expected a shorter one"
    for end in ["\n", ""] {
      let text = head + String(repeating: "x", count: most + 1) + end
      #expect(
        Outcome(text, pieces: pieces).error == CaptureError(line: 2, message: message))
    }
  }

  @Test func `an error of the reader's user stops the reading`() {
    var reader = CaptureReader()
    let text = Array(sound.utf8)
    var seen = 0
    #expect(throws: CaptureError(line: 4, message: "no")) {
      try reader.feed(text.span) { (record, _) throws(CaptureError) in
        seen += 1
        if record.line == 4 { throw CaptureError(line: record.line, message: "no") }
      }
    }
    #expect(seen == 3)
  }

  @Test func `noise never traps`() {
    var state: UInt64 = 7
    for round in 0..<2000 {
      var text = Array(sound.utf8)
      for _ in 0..<(1 + round % 4) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text[Int(state >> 33) % text.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      let whole = Outcome(text)
      #expect(whole == Outcome(text, pieces: 3))
    }
  }
}
