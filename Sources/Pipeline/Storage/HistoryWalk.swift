import EventStream
import Journal

/// How far one subscriber has come through the journal: once to count, once to be told.
///
/// It travels between the threads as a line of text, so that neither keeps anything of it.
struct HistoryWalk: Equatable {
  enum Phase: String { case counting, telling }

  var phase = Phase.counting
  /// The stream that is walked now, and the last of its numbers that was passed.
  var stream: String
  var seq: Int
  /// The stream of this run, and its first number that is not looked for here.
  let own: String
  var until: Int
  /// The segment that is read next, and from where; 0 where the stream's first is to be found.
  var segment = 0
  var offset = 0
  /// The first segment that was read.
  var firstSegment = 0
  /// Numbers that were passed and are not held.
  var missed = 0
  /// Whether the journal knows the stream at all, and whether its end has been reached.
  var isKnown = true
  var isOver = false
  /// Only within one piece.
  var isAtSegmentEnd = false
  /// What is wanted.
  var types: UInt32
  var infants: [String]?

  /// Whether a stream may have that name.
  static func isStream(_ name: String) -> Bool {
    name.utf8.count == JournalRecord.streamDigits
      && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  init(stream: String, seq: Int, own: String, until: Int, wanting subscription: Subscription) {
    self.stream = stream
    self.seq = seq
    self.own = own
    self.until = until
    types = subscription.types.rawValue
    infants = subscription.infants
  }

  var text: String {
    let numbers = [
      seq, until, segment, offset, firstSegment, missed, isKnown ? 1 : 0, isOver ? 1 : 0,
      Int(types),
    ]
    let names = infants.map { $0.joined(separator: "\t") } ?? "\t"
    return "\(phase.rawValue) \(stream) \(own) "
      + numbers.map(String.init).joined(separator: " ") + "\t" + names
  }

  init?(_ text: Substring) {
    let halves = text.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
    let words = halves[0].split(separator: " ")
    let numbers = words.dropFirst(3).compactMap { Int($0) }
    guard halves.count == 2, words.count == 12, numbers.count == 9,
      let phase = Phase(rawValue: String(words[0]))
    else { return nil }
    self.phase = phase
    stream = String(words[1])
    own = String(words[2])
    seq = numbers[0]
    until = numbers[1]
    segment = numbers[2]
    offset = numbers[3]
    firstSegment = numbers[4]
    missed = numbers[5]
    isKnown = numbers[6] == 1
    isOver = numbers[7] == 1
    types = UInt32(truncatingIfNeeded: numbers[8])
    infants =
      halves[1] == "\t"
      ? nil
      : halves[1].split(separator: "\t", omittingEmptySubsequences: true).map(String.init)
  }
}

/// What became of one record on the walk.
enum HistoryStep { case skipped, held, beyond }

extension HistoryWalk {
  /// Passes a record of the segment that is read.
  mutating func pass(_ record: JournalRecord, isEvent: Bool) -> HistoryStep {
    if record.stream != stream {
      // The stream's first segment begins with the last number of the one before it.
      if !isEvent, segment == firstSegment { return .skipped }
      stream = record.stream
      seq = 0
    }
    if record.stream == own, record.seq >= until { return .beyond }
    // A record that stands twice, after a disk's failure, counts once.
    guard record.seq > seq else { return .skipped }
    missed += record.seq - seq - (isEvent ? 1 : 0)
    seq = record.seq
    return isEvent ? .held : .skipped
  }

  /// There is no more in the journal: what is left up to `until` is not held.
  mutating func finish() {
    missed += max(0, until - 1 - (stream == own ? seq : 0))
    stream = own
    seq = until - 1
    isOver = true
  }
}
