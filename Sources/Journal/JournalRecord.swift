/// One record of the journal: a line of the event stream, and whose it is.
///
///     CCCCCCCC LLLL SSSSSSSSSSSSSSSS N {"type":…}⏎
///
/// - C: CRC-32C of everything from the length to before the line feed, 8 hexadecimal digits
/// - L: bytes from S to before the line feed, 4 hexadecimal digits
/// - S: the stream, the random name of one run of the daemon, 16 hexadecimal digits
/// - N: the line's `seq`; a note of the journal's own has that of the line before it
///
/// All digits are lower case. The line stands as it was published; `cut -d' ' -f5-` shows it.
public struct JournalRecord: Equatable, Sendable {
  /// Bytes of a line, without its line feed.
  public static let longestLine = 4095
  /// Bytes of a record, with its line feed.
  public static let longest = head + streamDigits + 1 + 19 + 1 + longestLine + 1
  public static let streamDigits = 16
  static let head = 14

  public var stream: String
  public var seq: Int
  /// Where in the bytes that were scanned the line stands, without its line feed.
  public var line: Range<Int>

  /// Appends a record. The line may end with its line feed or not.
  public static func append(
    stream: String, seq: Int, line: Span<UInt8>, to bytes: inout [UInt8]
  ) {
    precondition(stream.utf8.count == streamDigits && seq >= 0, "a stream has 16 digits")
    let hasEnd = !line.isEmpty && line[line.count - 1] == UInt8(ascii: "\n")
    let line = line.extracting(0..<(line.count - (hasEnd ? 1 : 0)))
    precondition((1...longestLine).contains(line.count), "a line is no longer than the contract's")
    let start = bytes.count
    for _ in 0..<head { bytes.append(UInt8(ascii: " ")) }
    bytes.append(contentsOf: stream.utf8)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: String(seq).utf8)
    bytes.append(UInt8(ascii: " "))
    for place in line.indices { bytes.append(line[place]) }
    bytes.setHex(UInt32(bytes.count - start - head), digits: 4, at: start + 9)
    var checksum = Checksum()
    checksum.add(bytes.span.extracting((start + 9)...))
    bytes.setHex(checksum.value, digits: 8, at: start)
    bytes.append(UInt8(ascii: "\n"))
  }
}

extension [UInt8] {
  fileprivate mutating func setHex(_ number: UInt32, digits: Int, at place: Int) {
    for digit in 0..<digits {
      let value = UInt8(truncatingIfNeeded: number >> UInt32(4 * (digits - 1 - digit)) & 15)
      self[place + digit] = value < 10 ? 0x30 + value : 0x61 + value - 10
    }
  }
}

extension Span<UInt8> {
  /// The number that `digits` lower-case hexadecimal digits make; nil where there are others.
  func hex(at place: Int, digits: Int) -> UInt32? {
    guard place + digits <= count else { return nil }
    var number: UInt32 = 0
    for index in place..<(place + digits) {
      switch self[index] {
      case 0x30...0x39: number = number << 4 | UInt32(self[index] - 0x30)
      case 0x61...0x66: number = number << 4 | UInt32(self[index] - 0x61 + 10)
      default: return nil
      }
    }
    return number
  }
}
