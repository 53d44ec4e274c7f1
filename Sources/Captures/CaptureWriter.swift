public import Probes

/// Appends the lines of a capture to a buffer that the caller owns and empties.
///
/// What it writes, `CaptureReader` reads; what that read, it writes again byte for byte where times
/// have nine decimals. Lines are appended whole.
public struct CaptureWriter: Sendable {
  private var last = Timestamp.zero

  public init() {}

  /// The first two lines.
  public func begin(recorded: WallTime, into text: inout [UInt8]) {
    text.append(CaptureReader.firstLine)
    text.append("\n#recorded ")
    recorded.appendRFC3339(to: &text)
    text.append("\n")
  }

  /// A port, which must stand before the first record that names it.
  public func port(_ port: PortDeclaration, into text: inout [UInt8]) {
    text.append("#port ")
    text.append(number: UInt64(port.number))
    append(port.attributes, to: &text)
  }

  public func infant(_ infant: InfantDeclaration, into text: inout [UInt8]) {
    text.append("#infant ")
    text.append(word: infant.name)
    append(infant.attributes, to: &text)
  }

  /// Free text; line ends in it become spaces.
  public func note(_ note: String, into text: inout [UInt8]) {
    text.append("#note ")
    for byte in note.utf8 { text.append(byte < 0x20 ? 0x20 : byte) }
    text.append("\n")
  }

  public mutating func attached(
    _ port: PortIndex, at time: Timestamp, into text: inout [UInt8]
  ) {
    begin(time, port, " +\n", &text)
  }

  public mutating func detached(
    _ port: PortIndex, at time: Timestamp, into text: inout [UInt8]
  ) {
    begin(time, port, " -\n", &text)
  }

  /// Bytes that came in one read, at most `CaptureLimits.bytesPerRecord`.
  public mutating func read(
    _ bytes: Span<UInt8>, from port: PortIndex, at time: Timestamp, into text: inout [UInt8]
  ) {
    begin(time, port, " < ", &text)
    append(bytes, to: &text)
  }

  /// Bytes that went out in one write, at most `CaptureLimits.bytesPerRecord`.
  public mutating func written(
    _ bytes: Span<UInt8>, to port: PortIndex, at time: Timestamp, into text: inout [UInt8]
  ) {
    begin(time, port, " > ", &text)
    append(bytes, to: &text)
  }

  /// A command of the control socket: one JSON object, without line ends.
  public mutating func command(
    _ json: Span<UInt8>, at time: Timestamp, into text: inout [UInt8]
  ) {
    precondition(!json.isEmpty, "a command has a text")
    begin(time, " ! ", &text)
    for index in json.indices {
      // Between JSON's tokens a line end is white space, and within them there is none.
      text.append(json[index] < 0x20 ? 0x20 : json[index])
    }
    text.append("\n")
  }

  /// The wall clock moved against the monotonic clock; written in whole milliseconds.
  public mutating func clockStep(
    nanoseconds: Int64, at time: Timestamp, into text: inout [UInt8]
  ) {
    begin(time, " ~ ", &text)
    if nanoseconds < 0 { text.append("-") }
    text.append(
      seconds: nanoseconds.magnitude, decimals: nanoseconds % 1_000_000 == 0 ? 3 : 9)
    text.append("\n")
  }

  /// Nothing came, but time went by.
  public mutating func passed(at time: Timestamp, into text: inout [UInt8]) {
    begin(time, " .\n", &text)
  }

  /// A time as records show it.
  static func text(_ time: Timestamp) -> String {
    var text: [UInt8] = []
    text.append(seconds: time.nanoseconds.magnitude, decimals: 9)
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func begin(
    _ time: Timestamp, _ sign: String, _ text: inout [UInt8]
  ) {
    precondition(time >= last, "a capture's time never decreases")
    last = time
    text.append(seconds: UInt64(time.nanoseconds), decimals: 9)
    text.append(sign)
  }

  private mutating func begin(
    _ time: Timestamp, _ port: PortIndex, _ sign: String, _ text: inout [UInt8]
  ) {
    begin(time, " ", &text)
    text.append(number: UInt64(port))
    text.append(sign)
  }

  private func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    precondition(
      !bytes.isEmpty && bytes.count <= CaptureLimits.bytesPerRecord,
      "a record carries 1 to \(CaptureLimits.bytesPerRecord) bytes")
    for index in bytes.indices {
      text.append(hexDigit(bytes[index] >> 4))
      text.append(hexDigit(bytes[index] & 15))
    }
    text.append("\n")
  }

  private func append(_ attributes: CaptureAttributes, to text: inout [UInt8]) {
    for pair in attributes.pairs {
      text.append(" ")
      text.append(word: pair.key)
      text.append("=")
      text.append(word: pair.value)
    }
    text.append("\n")
  }

  /// Without a branch: digits and letters alternate at random.
  private func hexDigit(_ value: UInt8) -> UInt8 {
    // 0x27 is the way from the character after 9 to a.
    0x30 &+ value &+ ((value &+ 6) >> 4) &* 0x27
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ words: String) { append(contentsOf: words.utf8) }

  /// A name or value as one word: spaces and control characters, which udev can report, become `_`.
  fileprivate mutating func append(word: String) {
    for byte in word.utf8 { append(byte <= 0x20 || byte == 0x7F ? UInt8(ascii: "_") : byte) }
  }

  fileprivate mutating func append(number: UInt64) {
    var weight: UInt64 = 1
    while number / weight >= 10 { weight *= 10 }
    append(number, from: weight)
  }

  fileprivate mutating func append(seconds nanoseconds: UInt64, decimals: Int) {
    append(number: nanoseconds / 1_000_000_000)
    append(UInt8(ascii: "."))
    let fraction = nanoseconds % 1_000_000_000
    if decimals == 3 {
      append(fraction / 1_000_000, from: 100)
    } else {
      append(fraction, from: 100_000_000)
    }
  }

  /// All digits from the one of that weight down.
  private mutating func append(_ number: UInt64, from weight: UInt64) {
    var weight = weight
    while weight > 0 {
      append(0x30 + UInt8(number / weight % 10))
      weight /= 10
    }
  }
}
