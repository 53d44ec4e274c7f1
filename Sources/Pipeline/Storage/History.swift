public import EventStream
import Journal
import LinuxIO

/// Reads the journal for those who come back, on the storage thread, a piece at a time.
enum History {
  /// Bytes of the journal read for one piece, and bytes of lines in one.
  private static let mostRead = 1 << 17
  private static let mostTold = 8192

  /// The next piece: the walk as far as it has come, a line feed, and the lines that it brought.
  static func piece(
    _ request: Span<UInt8>, directory: String, segments: [Retention.Segment]
  ) -> [UInt8] {
    var text: [UInt8] = []
    for place in request.indices { text.append(request[place]) }
    guard var walk = HistoryWalk(String(decoding: text, as: UTF8.self)[...]) else {
      preconditionFailure("a walk is asked for in the form that it has itself")
    }
    var lines: [UInt8] = []
    if walk.segment == 0 { find(&walk, among: segments) }
    if walk.isKnown, !walk.isOver { go(&walk, directory, segments, &lines) }
    return Array((walk.text + "\n").utf8) + lines
  }

  private static func find(_ walk: inout HistoryWalk, among segments: [Retention.Segment]) {
    // Only for streams that this run has not begun itself must there be a trace of it.
    let first = segments.first { $0.name.stream == walk.stream }
    walk.isKnown = first != nil
    walk.segment = first?.name.number ?? 0
    walk.firstSegment = walk.segment
  }

  private static func go(
    _ walk: inout HistoryWalk, _ directory: String, _ segments: [Retention.Segment],
    _ lines: inout [UInt8]
  ) {
    var read = 0
    while read < mostRead, lines.count < mostTold, !walk.isOver {
      // One that was given up meanwhile is passed over: its numbers count as missed.
      guard let place = segments.firstIndex(where: { $0.name.number >= walk.segment }) else {
        walk.finish()
        return
      }
      if segments[place].name.number != walk.segment {
        walk.segment = segments[place].name.number
        walk.offset = 0
      }
      let path = "\(directory)/\(segments[place].name.text)"
      read += pass(path, &walk, &lines, atMost: mostRead - read)
      if walk.isAtSegmentEnd {
        walk.isAtSegmentEnd = false
        walk.segment += 1
        walk.offset = 0
        if place + 1 == segments.count { walk.finish() }
      }
    }
  }

  /// Goes through the rest of a segment, or a part of it; how many bytes were read.
  private static func pass(
    _ path: String, _ walk: inout HistoryWalk, _ lines: inout [UInt8], atMost limit: Int
  ) -> Int {
    var window = [UInt8](repeating: 0, count: max(limit, 4 * JournalRecord.longest))
    let count: Int
    do throws(Errno) {
      let file = try FileDescriptor(reading: path)
      var space = window.mutableSpan
      count = try file.read(into: &space, at: walk.offset)
    } catch {
      walk.isAtSegmentEnd = true
      return limit
    }
    let isWhole = count < window.count
    var scanner = walk.offset == 0 ? JournalScanner() : .amidst
    var place = 0
    let lineFeed = UInt8(ascii: "\n")
    // A record whose line feed is damaged does not end a piece: its scanner alone knows of that.
    while lines.count < mostTold || window[place - 1] != lineFeed {
      let finding = scanner.next(
        in: window.span.extracting(0..<count), at: &place, isWhole: isWhole)
      switch finding {
      case .heading, .damage: continue
      case .end, .torn:
        walk.isAtSegmentEnd = true
        return count
      case .more:
        // Nothing that is longer than a record lacks a line feed, but for damage without end.
        if place == 0 { walk.isAtSegmentEnd = true }
        walk.offset += place
        return count
      case .record(let record):
        take(record, window.span, &walk, &lines)
        if walk.isOver { return count }
      }
    }
    walk.offset += place
    return count
  }

  private static func take(
    _ record: JournalRecord, _ window: Span<UInt8>, _ walk: inout HistoryWalk,
    _ lines: inout [UInt8]
  ) {
    let line = window.extracting(record.line)
    switch walk.pass(record, isEvent: JournalLine.isEvent(line)) {
    case .skipped: break
    case .beyond: walk.finish()
    case .held:
      guard walk.phase == .telling, JournalLine.isWanted(line, walk.types, walk.infants) else {
        return
      }
      JournalLine.append(
        line, stream: record.stream == walk.own ? nil : record.stream, to: &lines)
    }
  }
}

/// A line as the journal keeps it.
public enum JournalLine {
  /// The types that are kept: what happened to infants, and to the ports that say so.
  public static let types: LineTypes = LineTypes.vital.union(LineTypes(.port))

  /// The line's type, from its beginning; nil for the journal's own notes and for anything else.
  public static func type(of line: Span<UInt8>) -> LineType? {
    let opening = "{\"type\":\"".utf8.span
    guard line.count > opening.count else { return nil }
    for place in opening.indices where line[place] != opening[place] { return nil }
    var name: [UInt8] = []
    var place = opening.count
    while place < line.count, name.count < 16, line[place] != UInt8(ascii: "\"") {
      name.append(line[place])
      place += 1
    }
    return LineType(name: String(decoding: name, as: UTF8.self))
  }

  static func isEvent(_ line: Span<UInt8>) -> Bool {
    type(of: line).map { types.contains($0) } ?? false
  }

  /// Whether somebody who wants these types of these infants wants the line.
  static func isWanted(_ line: Span<UInt8>, _ types: UInt32, _ infants: [String]?) -> Bool {
    guard let type = type(of: line), LineTypes(rawValue: types).contains(type) else {
      return false
    }
    guard let infants, let json = try? JSON(parsing: line), let infant = json["infant"]?.text
    else { return true }
    return infants.contains(infant)
  }

  /// Appends the line with its line feed, and where it is of another stream, with that one's name.
  public static func append(
    _ line: Span<UInt8>, stream: String?, to bytes: inout [UInt8]
  ) {
    let end = stream == nil ? line.count : line.count - 1
    for place in 0..<end { bytes.append(line[place]) }
    if let stream { bytes.append(contentsOf: ",\"stream\":\"\(stream)\"}".utf8) }
    bytes.append(UInt8(ascii: "\n"))
  }
}
