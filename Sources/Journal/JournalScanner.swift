/// Finds the records in a segment's bytes, which may come in pieces.
///
/// Damage costs the records that it touches and no other: scanning goes on after the next line
/// feed, which no record holds. Only there, lest a text that somebody sent pass for a record.
public struct JournalScanner: Sendable {
  /// The first line of every segment.
  public static let heading = "#kangaroo-journal 1"

  public enum Finding: Equatable, Sendable {
    /// The segment's first line.
    case heading
    case record(JournalRecord)
    /// Bytes that are no record.
    case damage
    /// The file ends within a record: its writer was stopped there.
    case torn
    /// The window ends within a record, and more bytes follow.
    case more
    /// There are no more bytes.
    case end
  }

  private var isLost = false
  private var isAtBeginning = true
  /// Whether the last finding should have ended with a line feed and does not.
  private var hasBadEnd = false

  public init() {}

  /// A scanner that begins at a record in the middle of a segment.
  public static var amidst: JournalScanner {
    var scanner = JournalScanner()
    scanner.isAtBeginning = false
    return scanner
  }

  /// What stands in `window` from `place` on, which is moved behind it.
  ///
  /// `isWhole`: nothing follows the window. After `more`, `window` must begin at `place` and hold
  /// more; with `2 * JournalRecord.longest` bytes there is never more to ask for.
  public mutating func next(
    in window: Span<UInt8>, at place: inout Int, isWhole: Bool
  ) -> Finding {
    let rest = window.extracting(place...)
    if rest.isEmpty { return isWhole ? .end : .more }
    if hasBadEnd {
      hasBadEnd = false
      place += 1
      return .damage
    }
    if isLost { return skip(rest, at: &place) }
    if isAtBeginning {
      if rest.count <= Self.heading.utf8.count { return unfinished(rest, at: &place, isWhole) }
      isAtBeginning = false
      guard rest.begins(with: Self.heading) else { return refuse(rest, at: &place, isWhole) }
      pass(Self.heading.utf8.count, of: rest, &place)
      return .heading
    }
    guard let length = Self.bodyLength(rest) else {
      if rest.count < JournalRecord.head, !isWhole { return .more }
      return refuse(rest, at: &place, isWhole)
    }
    let end = JournalRecord.head + length
    guard rest.count > end else {
      return isWhole ? refuse(rest, at: &place, isWhole) : .more
    }
    guard var record = Self.record(rest.extracting(0..<end)) else {
      return refuse(rest, at: &place, isWhole)
    }
    record.line = (record.line.lowerBound + place)..<(record.line.upperBound + place)
    pass(end, of: rest, &place)
    return .record(record)
  }

  /// Goes behind what its own bytes show to be whole, and behind its line feed. Another byte in
  /// that one's place is damage of its own, and costs neither this record nor the next.
  private mutating func pass(_ end: Int, of rest: Span<UInt8>, _ place: inout Int) {
    hasBadEnd = rest[end] != UInt8(ascii: "\n")
    place += hasBadEnd ? end : end + 1
  }

  /// No record begins here.
  private mutating func refuse(
    _ rest: Span<UInt8>, at place: inout Int, _ isWhole: Bool
  ) -> Finding {
    guard rest.firstIndex(of: UInt8(ascii: "\n"), within: 2 * JournalRecord.longest) == nil else {
      return skip(rest, at: &place)
    }
    return unfinished(rest, at: &place, isWhole)
  }

  /// No line feed in sight.
  private mutating func unfinished(
    _ rest: Span<UInt8>, at place: inout Int, _ isWhole: Bool
  ) -> Finding {
    if rest.count >= 2 * JournalRecord.longest { return skip(rest, at: &place) }
    guard isWhole else { return .more }
    place += rest.count
    return .torn
  }

  /// Passes over everything up to the next line feed.
  private mutating func skip(_ rest: Span<UInt8>, at place: inout Int) -> Finding {
    let end = rest.firstIndex(of: UInt8(ascii: "\n"), within: rest.count)
    isLost = end == nil
    place += end.map { $0 + 1 } ?? rest.count
    return .damage
  }

  /// Bytes of the body of the record that seems to begin here.
  private static func bodyLength(_ bytes: Span<UInt8>) -> Int? {
    guard bytes.count >= JournalRecord.head, bytes[8] == UInt8(ascii: " "),
      bytes[13] == UInt8(ascii: " "), bytes.hex(at: 0, digits: 8) != nil,
      let length = bytes.hex(at: 9, digits: 4),
      JournalRecord.head + Int(length) < JournalRecord.longest
    else { return nil }
    return Int(length)
  }

  /// The record that these bytes are, without its line feed, if its checksum says so.
  private static func record(_ bytes: Span<UInt8>) -> JournalRecord? {
    var checksum = Checksum()
    checksum.add(bytes.extracting(9...))
    guard checksum.value == bytes.hex(at: 0, digits: 8) else { return nil }
    let start = JournalRecord.head
    let streamEnd = start + JournalRecord.streamDigits
    guard bytes.count > streamEnd + 2, bytes[streamEnd] == UInt8(ascii: " "),
      bytes.hex(at: start, digits: 8) != nil, bytes.hex(at: start + 8, digits: 8) != nil
    else { return nil }
    var place = streamEnd + 1
    var seq = 0
    while place < bytes.count, bytes[place] != UInt8(ascii: " ") {
      guard bytes[place] &- 0x30 < 10, place - streamEnd <= 18 else { return nil }
      seq = seq * 10 + Int(bytes[place] &- 0x30)
      place += 1
    }
    guard place > streamEnd + 1, place + 1 < bytes.count else { return nil }
    var stream: [UInt8] = []
    for index in start..<streamEnd { stream.append(bytes[index]) }
    return JournalRecord(
      stream: String(decoding: stream, as: UTF8.self), seq: seq,
      line: (place + 1)..<bytes.count)
  }
}

extension Span<UInt8> {
  fileprivate func firstIndex(of byte: UInt8, within limit: Int) -> Int? {
    for place in 0..<Swift.min(count, limit) where self[place] == byte { return place }
    return nil
  }

  fileprivate func begins(with text: String) -> Bool {
    let text = text.utf8.span
    guard count >= text.count else { return false }
    for place in text.indices where self[place] != text[place] { return false }
    return true
  }
}
