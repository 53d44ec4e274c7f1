import Probes

/// Turns the bytes of a capture file into records; the same records for any chunking.
///
///     #kangaroo-capture 1
///     #recorded 2026-11-21T10:00:00.000Z
///     #port 0 device=usb-FTDI_A50285BI-if00 protocol=kmc1 infant=bed-3a site=axilla
///     0.000000000 0 +
///     0.012345678 0 < 244b4d544d502c30
///     70.000000000 ! {"mark":"transfer","infant":"bed-3a"}
///     80.000000000 ~ 3600.000
///     90.000000000 .
///
/// Lines that lie whole in a chunk are parsed where they are; only one cut by the chunk's end is
/// copied. Memory is bounded by `CaptureLimits.line`, and by one bit a declared port.
public struct CaptureReader: ~Copyable {
  static let firstLine = "#kangaroo-capture 1"

  /// The beginning of a line whose end has not yet been fed.
  private var pending: [UInt8] = []
  /// Bytes of the record at hand, decoded from hexadecimal.
  private var decoded: [UInt8]
  private var declared = PortSet()
  private var last = Timestamp.zero
  /// Lines completed.
  private var line = 0

  public init() {
    decoded = [UInt8](repeating: 0, count: CaptureLimits.line / 2)
  }

  /// Reads the next bytes of the file, and hands each record to `body` with its bytes.
  ///
  /// The bytes are those of a `<` or `>` line, or the text of a command or a note; else empty.
  /// Throws at the first damaged line, after all records before it were handed over; `body` may
  /// throw likewise, about what it cannot use. After that the reader must not be fed any more.
  public mutating func feed(
    _ bytes: Span<UInt8>,
    _ body: (_ record: CaptureRecord, _ bytes: Span<UInt8>) throws(CaptureError) -> Void
  ) throws(CaptureError) {
    var start = 0
    if !pending.isEmpty {
      let end = bytes.firstLineFeed(from: 0)
      try hold(bytes.extracting(0..<(end ?? bytes.count)))
      guard let end else { return }
      start = end + 1
      // Taken out while it is read: the line must not alias the reader that parses it.
      var held: [UInt8] = []
      swap(&held, &pending)
      try take(held.span, body)
      held.removeAll(keepingCapacity: true)
      swap(&held, &pending)
    }
    while let end = bytes.firstLineFeed(from: start) {
      try take(bytes.extracting(start..<end), body)
      start = end + 1
    }
    try hold(bytes.extracting(start..<bytes.count))
  }

  /// Ends the file. Returns a warning where its last line was dropped for having no end.
  ///
  /// Throws where there was not even a first line.
  public consuming func finish() throws(CaptureError) -> String? {
    guard line > 0 else {
      throw CaptureError(
        line: 1, message: "found no whole line, expected “\(Self.firstLine)”")
    }
    if pending.isEmpty { return nil }
    return "line \(line + 1) has no end and was dropped: the recording was cut off in mid-write"
  }

  private mutating func hold(_ bytes: Span<UInt8>) throws(CaptureError) {
    guard pending.count + bytes.count <= CaptureLimits.line else { throw overlong() }
    for index in bytes.indices { pending.append(bytes[index]) }
  }

  private func overlong() -> CaptureError {
    CaptureError(
      line: line + 1,
      message: "found a line of more than \(CaptureLimits.line) bytes, expected a shorter one")
  }

  private mutating func take(
    _ text: Span<UInt8>,
    _ body: (_ record: CaptureRecord, _ bytes: Span<UInt8>) throws(CaptureError) -> Void
  ) throws(CaptureError) {
    guard text.count <= CaptureLimits.line else { throw overlong() }
    line += 1
    var cursor = LineCursor(text, line: line)
    if !text.isEmpty, text[text.count - 1] == 0x0D {
      throw cursor.error(found: "a carriage return before the line's end", expected: "LF alone")
    }
    if line == 1 {
      guard cursor.take(Self.firstLine, in: text), cursor.atEnd else {
        cursor.position = 0
        throw cursor.error(foundRestOf: text, expected: "the first line “\(Self.firstLine)”")
      }
    } else if !text.isEmpty, text[0] == UInt8(ascii: "#") {
      guard let kind = try header(text, &cursor) else { return }
      try body(
        CaptureRecord(time: last, line: line, kind: kind),
        text.extracting(cursor.position..<text.count))
    } else {
      try record(text, &cursor, body)
    }
  }

  private mutating func record(
    _ text: Span<UInt8>, _ cursor: inout LineCursor,
    _ body: (_ record: CaptureRecord, _ bytes: Span<UInt8>) throws(CaptureError) -> Void
  ) throws(CaptureError) {
    let time = Timestamp(nanoseconds: try cursor.nanoseconds(in: text, "a time in seconds"))
    guard time >= last else {
      cursor.position = 0
      throw cursor.error(
        foundRestOf: text, expected: "a time not before \(CaptureWriter.text(last))")
    }
    try cursor.space(in: text)
    var record = CaptureRecord(time: time, line: line, kind: .passed)
    var length = 0
    var isText = false
    switch cursor.peek(text) {
    case UInt8(ascii: "."):
      cursor.position += 1
      try cursor.end(in: text)
    case UInt8(ascii: "~"):
      cursor.position += 1
      try cursor.space(in: text)
      record.kind = .clockStep(nanoseconds: try cursor.signedNanoseconds(in: text))
      try cursor.end(in: text)
    case UInt8(ascii: "!"):
      cursor.position += 1
      try cursor.space(in: text)
      guard !cursor.atEnd else { throw cursor.error(foundRestOf: text, expected: "a command") }
      record.kind = .command
      isText = true
    default:
      (record.kind, length) = try portRecord(text, &cursor)
    }
    last = time
    if isText {
      try body(record, text.extracting(cursor.position..<text.count))
    } else {
      try body(record, decoded.span.extracting(0..<length))
    }
  }

  /// A record that begins with a port number, and how many bytes of it were decoded.
  private mutating func portRecord(
    _ text: Span<UInt8>, _ cursor: inout LineCursor
  ) throws(CaptureError) -> (CaptureRecord.Kind, length: Int) {
    let start = cursor.position
    guard let port = cursor.portNumber(in: text) else {
      throw cursor.error(foundRestOf: text, expected: "a port number, “!”, “~” or “.”")
    }
    guard declared.contains(port) else {
      cursor.position = start
      throw cursor.error(found: "port \(port)", expected: "a line “#port \(port) …” before it")
    }
    try cursor.space(in: text)
    let sign = cursor.peek(text)
    switch sign {
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      cursor.position += 1
      try cursor.end(in: text)
      return (sign == UInt8(ascii: "+") ? .attached(port) : .detached(port), 0)
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      cursor.position += 1
      try cursor.space(in: text)
      let length = try cursor.hex(in: text, into: &decoded)
      return (sign == UInt8(ascii: "<") ? .read(port) : .written(port), length)
    default:
      throw cursor.error(foundRestOf: text, expected: "one of “+”, “-”, “<” and “>”")
    }
  }

  /// What a line that begins with `#` declares; nil where it is of a kind not known here.
  ///
  /// Leaves the cursor at a note's text, else at the line's end.
  private mutating func header(
    _ text: Span<UInt8>, _ cursor: inout LineCursor
  ) throws(CaptureError) -> CaptureRecord.Kind? {
    if cursor.take("#recorded ", in: text) {
      let rest = text.extracting(cursor.position..<text.count)
      guard let time = WallTime(rfc3339: rest) else {
        throw cursor.error(
          foundRestOf: text, expected: "a time such as “2026-11-21T10:00:00.000Z”")
      }
      cursor.position = text.count
      return .recorded(time)
    }
    if cursor.take("#port ", in: text) {
      guard let number = cursor.portNumber(in: text) else {
        throw cursor.error(foundRestOf: text, expected: "a port number, 0 to 65535")
      }
      let attributes = try cursor.attributes(in: text)
      declared.insert(number)
      return .port(PortDeclaration(number: number, attributes: attributes))
    }
    if cursor.take("#infant ", in: text) {
      guard let name = cursor.word(in: text) else {
        throw cursor.error(foundRestOf: text, expected: "an infant's bed or study identifier")
      }
      return .infant(InfantDeclaration(name: name, attributes: try cursor.attributes(in: text)))
    }
    if cursor.take("#note", in: text) {
      if cursor.atEnd || cursor.take(" ", in: text) { return .note }
    }
    return nil
  }
}

/// The ports that have been declared, a bit each.
private struct PortSet {
  private var words: [UInt64] = []

  func contains(_ port: PortIndex) -> Bool {
    let word = Int(port >> 6)
    return word < words.count && words[word] & (1 << UInt64(port & 63)) != 0
  }

  mutating func insert(_ port: PortIndex) {
    let word = Int(port >> 6)
    while words.count <= word { words.append(0) }
    words[word] |= 1 << UInt64(port & 63)
  }
}

extension Span<UInt8> {
  fileprivate func firstLineFeed(from start: Int) -> Int? {
    var place = start
    while place < count {
      if self[place] == 0x0A { return place }
      place &+= 1
    }
    return nil
  }
}
