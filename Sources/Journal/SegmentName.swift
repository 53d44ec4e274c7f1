public import Probes

/// The name of a segment: a file of the journal that one run of the daemon has written.
///
///     00000042-20261122T040527Z-3f2a9c81d4e5b607.journal
///
/// Its number rises over all runs, so that the order of the names is that of the writing whatever
/// the wall clock did; then when it was begun, and the stream.
public struct SegmentName: Equatable, Sendable {
  public static let suffix = ".journal"
  private static let digits = 8

  public var number: Int
  public var begun: WallTime
  public var stream: String

  public init(number: Int, begun: WallTime, stream: String) {
    self.number = number
    self.begun = begun
    self.stream = stream
  }

  /// Nil for a file that is none of ours.
  public init?(_ name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard name.hasSuffix(Self.suffix), parts.count == 3,
      parts[0].utf8.count == Self.digits, parts[0].utf8.allSatisfy({ $0 &- 0x30 < 10 }),
      let number = Int(parts[0]), let begun = WallTime(compact: parts[1])
    else { return nil }
    let stream = parts[2].dropLast(Self.suffix.count)
    guard stream.utf8.count == JournalRecord.streamDigits,
      stream.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.init(number: number, begun: begun, stream: String(stream))
  }

  public var text: String {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, Self.digits - digits.utf8.count))
    return "\(zeros)\(digits)-\(begun.compact)-\(stream)\(Self.suffix)"
  }
}

extension WallTime {
  /// As `20261122T040527Z`.
  fileprivate var compact: String {
    var text: [UInt8] = []
    appendRFC3339(to: &text)
    let kept = text[..<19].filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
    return String(decoding: kept, as: UTF8.self) + "Z"
  }

  fileprivate init?(compact text: Substring) {
    let bytes = Array(text.utf8)
    guard bytes.count == 16 else { return nil }
    var full: [UInt8] = []
    for (place, byte) in bytes.enumerated() {
      if place == 4 || place == 6 { full.append(UInt8(ascii: "-")) }
      if place == 11 || place == 13 { full.append(UInt8(ascii: ":")) }
      full.append(byte)
    }
    self.init(rfc3339: full.span)
  }
}
