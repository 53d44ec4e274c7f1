import Journal
import LinuxIO
import Probes
import Testing

/// A segment with the lines that it was made of.
struct Sheet {
  static let stream = "3f2a9c81d4e5b607"
  var bytes = Array((JournalScanner.heading + "\n").utf8)
  var lines: [String] = []
  /// Where each record ends.
  var ends: [Int] = []

  init(_ count: Int) {
    for seq in 1...count {
      let tail = String(repeating: "x", count: seq * 7 % 40)
      append(seq * 3, "{\"type\":\"alarm\",\"seq\":\(seq * 3),\"message\":\"\(tail)\"}")
    }
  }

  mutating func append(_ seq: Int, _ line: String) {
    let text = Array((line + "\n").utf8)
    JournalRecord.append(stream: Self.stream, seq: seq, line: text.span, to: &bytes)
    lines.append(line)
    ends.append(bytes.count)
  }
}

/// What a scan of a whole segment finds.
struct Scan {
  var lines: [String] = []
  var seqs: [Int] = []
  var damages = 0
  var isTorn = false
  var hasHeading = false

  init(_ bytes: [UInt8], piece: Int = .max) {
    var scanner = JournalScanner()
    var start = 0
    var end = min(piece, bytes.count)
    while true {
      let window = Array(bytes[start..<end])
      var place = 0
      let finding = scanner.next(in: window.span, at: &place, isWhole: end == bytes.count)
      start += place
      switch finding {
      case .heading: hasHeading = true
      case .record(let record):
        lines.append(String(decoding: window[record.line], as: UTF8.self))
        seqs.append(record.seq)
        #expect(record.stream == Sheet.stream)
      case .damage: damages += 1
      case .torn: isTorn = true
      case .more:
        #expect(end < bytes.count)
        end = min(end + piece, bytes.count)
      case .end: return
      }
    }
  }
}

@Suite("The journal's records")
struct JournalTests {
  @Test("come back as they were written, in pieces of any size", arguments: [1, 7, 100, Int.max])
  func roundTrip(piece: Int) {
    let sheet = Sheet(20)
    let scan = Scan(sheet.bytes, piece: piece)
    #expect(scan.lines == sheet.lines)
    #expect(scan.seqs == (1...20).map { $0 * 3 })
    #expect(scan.hasHeading)
    #expect(scan.damages == 0)
    #expect(!scan.isTorn)
  }

  @Test("have the form that is documented")
  func form() throws {
    var bytes: [UInt8] = []
    let line = Array("{\"type\":\"mark\"}\n".utf8)
    JournalRecord.append(stream: Sheet.stream, seq: 18, line: line.span, to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text == "5328a7a3 0023 3f2a9c81d4e5b607 18 {\"type\":\"mark\"}\n")
    let tree = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let page = try Files.read("/\(tree)/Sources/Journal/Journal.docc/Journal.md", atMost: 1 << 16)
    #expect(String(decoding: page, as: UTF8.self).contains("    " + text))
  }

  @Test("before a cut are all there, wherever the file is cut; of the last nothing false is told")
  func truncation() {
    let sheet = Sheet(12)
    for length in 0...sheet.bytes.count {
      let scan = Scan(Array(sheet.bytes[..<length]))
      let whole = sheet.ends.count { $0 <= length }
      #expect(scan.lines == Array(sheet.lines[..<whole]), "cut at \(length)")
      #expect(scan.damages == 0, "cut at \(length)")
      let heading = JournalScanner.heading.utf8.count + 1
      let isBetween = length == 0 || length == heading || sheet.ends.contains(length)
      #expect(scan.isTorn == !isBetween, "cut at \(length)")
    }
  }

  @Test("next to a flipped bit are all there, and what it touched is told as damage")
  func flips() {
    let sheet = Sheet(6)
    for place in sheet.bytes.indices {
      for bit in 0..<8 {
        var bytes = sheet.bytes
        bytes[place] ^= 1 << UInt8(bit)
        let scan = Scan(bytes)
        let touched = sheet.ends.firstIndex { place < $0 }!
        let isHeading = place <= JournalScanner.heading.utf8.count
        // A line feed that is none any more costs no record, but for the last, which is then torn.
        let isEnd = sheet.ends.contains(place + 1)
        let isLast = touched == sheet.lines.count - 1
        var expected = sheet.lines
        if !isHeading, !isEnd { expected.remove(at: touched) }
        #expect(scan.lines == expected, "bit \(bit) of byte \(place)")
        #expect(scan.damages > 0 || (isLast && scan.isTorn), "bit \(bit) of byte \(place)")
      }
    }
  }

  @Test("that somebody hides in a text are not taken for records, though the text is cut open")
  func forgery() {
    var forged: [UInt8] = []
    let line = Array("{\"type\":\"alarm\",\"seq\":9}".utf8)
    JournalRecord.append(stream: Sheet.stream, seq: 9, line: line.span, to: &forged)
    let text = String(decoding: forged.dropLast(), as: UTF8.self)
    var sheet = Sheet(1)
    sheet.append(10, "{\"by\":\"\(text)\"}")
    sheet.append(11, "{\"type\":\"mark\"}")
    var bytes = sheet.bytes
    // From the record's beginning to before the text: all of it is damaged.
    for place in sheet.ends[0]..<(sheet.ends[0] + 46) { bytes[place] = UInt8(ascii: "?") }
    #expect(Scan(bytes).lines == [sheet.lines[0], sheet.lines[2]])
  }

  @Test("between megabytes of noise are found, and noise is not")
  func noise() {
    var random = SystemRandomNumberGenerator()
    let sheet = Sheet(3)
    let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let silence = [UInt8](repeating: 0, count: 100_000)
    for filth in [noise, silence] {
      for piece in [4096, Int.max] {
        let scan = Scan(sheet.bytes + filth + [0x0A] + sheet.bytes, piece: piece)
        #expect(scan.lines == sheet.lines + sheet.lines)
        #expect(scan.damages > 0)
      }
    }
  }
}

@Suite("The journal's segments")
struct SegmentTests {
  private let begun = WallTime(rfc3339: "2026-11-22T04:05:27.000Z")!

  @Test("have names in the order in which they were written")
  func names() {
    let name = SegmentName(number: 42, begun: begun, stream: Sheet.stream)
    #expect(name.text == "00000042-20261122T040527Z-3f2a9c81d4e5b607.journal")
    #expect(SegmentName(name.text) == name)
    let next = SegmentName(number: 43, begun: .epoch, stream: Sheet.stream)
    #expect(name.text < next.text)
  }

  @Test(
    "are not files of another name",
    arguments: [
      "", "last", "00000042.journal", "00000042-20261122T040527Z-3f2a9c81d4e5b60.journal",
      "00000042-20261322T040527Z-3f2a9c81d4e5b607.journal",
      "0000042-20261122T040527Z-3f2a9c81d4e5b607.journal",
      "00000042-20261122T040527Z-3F2A9C81D4E5B607.journal",
      "00000042-20261122T040527Z-3f2a9c81d4e5b607.journal.new",
    ])
  func strangers(_ name: String) {
    #expect(SegmentName(name) == nil)
  }

  @Test("go when there are too many bytes, oldest first, and never the last one")
  func size() {
    let retention = Retention(size: 1000, days: 10)
    let segments = segments(sizes: [400, 400, 400, 100], hoursApart: 1)
    #expect(retention.surplus(of: segments, now: begun) == 1)
    #expect(retention.surplus(of: Array(segments.suffix(3)), now: begun) == 0)
    #expect(retention.surplus(of: self.segments(sizes: [5000], hoursApart: 1), now: begun) == 0)
  }

  @Test("go when what is in them is too old, and not when the clock was set back")
  func age() {
    let retention = Retention(size: 1 << 20, days: 10)
    let segments = segments(sizes: [1, 1, 1, 1], hoursApart: 24)
    let day: Int64 = 86_400_000_000_000
    #expect(retention.surplus(of: segments, now: begun.advanced(by: 10 * day)) == 0)
    #expect(retention.surplus(of: segments, now: begun.advanced(by: 12 * day + 1)) == 2)
    #expect(retention.surplus(of: segments, now: begun.advanced(by: 400 * day)) == 3)
    #expect(retention.surplus(of: segments, now: .epoch) == 0)
  }

  @Test("go when there are very many, as of a daemon that is restarted all the time")
  func count() {
    let sizes = [Int](repeating: 1, count: Retention.mostSegments + 3)
    let segments = segments(sizes: sizes, hoursApart: 0)
    #expect(Retention(size: 1 << 30, days: 10).surplus(of: segments, now: begun) == 3)
  }

  private func segments(sizes: [Int], hoursApart: Int64) -> [Retention.Segment] {
    sizes.enumerated().map { place, size in
      Retention.Segment(
        name: SegmentName(
          number: place + 1,
          begun: begun.advanced(by: Int64(place) * hoursApart * 3_600_000_000_000),
          stream: Sheet.stream),
        size: size)
    }
  }
}
