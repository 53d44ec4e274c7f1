import Journal
import Probes
import Thermoregulation

/// The form in which inputs of the analyzer lie on disk: groups of entries, each with its checksum.
///
///     CC CC CC CC SS SS SS SS NN NN NN NN NN NN NN NN  EE … EE  EE … EE
///
/// - C: number of entries in the group, little-endian as all else
/// - S: CRC-32C of all that follows it in the group
/// - N: number of the first entry, counted over the life of the state directory
/// - E: an entry of 24 bytes
///
/// A group that is cut short, or whose checksum is wrong, ends the log: it was being written when
/// the power failed. Entries that a checkpoint already contains are known by their number.
enum InputLog {
  static let headLength = 16
  static let entryLength = 24
  /// Entries of a group: what one wake-up can bring is cut into such pieces.
  static let mostEntries = 1024
  /// Bytes after which a log is superseded by a checkpoint before its time.
  static let longest = 8 << 20

  /// Calls `body` with each entry from number `first` on; returns the number after the last one,
  /// and whether none is missing: that the log ends in damage, or begins later, is no reason to
  /// give up what it holds.
  static func read(
    _ bytes: [UInt8], from first: UInt64, _ body: (Input) -> Void
  ) -> (next: UInt64, isWhole: Bool) {
    var place = 0
    var next = first
    var isWhole = true
    while place < bytes.count {
      guard bytes.count - place >= headLength else { return (next, false) }
      let count = Int(number(bytes, place, 4))
      let length = 8 + count * entryLength
      guard count > 0, count <= mostEntries, bytes.count - place - 8 >= length else {
        return (next, false)
      }
      var checksum = Checksum()
      checksum.add(bytes.span.extracting((place + 8)..<(place + 8 + length)))
      guard number(bytes, place + 4, 4) == UInt64(checksum.value) else { return (next, false) }
      let start = number(bytes, place + 8, 8)
      if start > next {
        isWhole = false
        next = start
      }
      for entry in 0..<count where start + UInt64(entry) >= next {
        let offset = place + headLength + entry * entryLength
        // What this version does not know was told by another one: passed over, not guessed.
        if let input = Input(logged: bytes, at: offset) { body(input) }
        next = start + UInt64(entry) + 1
      }
      place += 8 + length
    }
    return (next, isWhole)
  }

  static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> UInt64 {
    var number: UInt64 = 0
    for byte in 0..<count { number |= UInt64(bytes[place + byte]) << UInt64(8 * byte) }
    return number
  }
}

/// Collects inputs, and gives them away group by group.
struct InputGroup {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0
  /// Number of the next entry.
  private(set) var next: UInt64

  init(next: UInt64) {
    self.next = next
    bytes.reserveCapacity(InputLog.headLength + InputLog.mostEntries * InputLog.entryLength)
    clear()
  }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == InputLog.mostEntries }

  mutating func add(_ input: Input) {
    precondition(!isFull, "a full group is sealed first")
    let length = bytes.count
    input.append(to: &bytes)
    precondition(bytes.count == length + InputLog.entryLength, "an entry has 24 bytes")
    count += 1
  }

  /// Completes the group; afterwards `bytes` is what belongs into the log.
  mutating func seal() {
    put(UInt64(count), 4, at: 0)
    put(next, 8, at: 8)
    var checksum = Checksum()
    checksum.add(bytes.span.extracting(8...))
    put(UInt64(checksum.value), 4, at: 4)
    next += UInt64(count)
  }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    for _ in 0..<InputLog.headLength { bytes.append(0) }
    count = 0
  }

  private mutating func put(_ number: UInt64, _ count: Int, at place: Int) {
    for byte in 0..<count { bytes[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
  }
}

extension Input {
  private enum Kind: UInt8 {
    case sample = 1
    case attached, detached, passed, mark, acknowledge, check, house
  }

  /// Where no cause is meant.
  private static let noCause = UInt8.max

  /// 24 bytes: time (8), two words (4 each), port or infant (2), kind, and five small ones.
  fileprivate func append(to bytes: inout [UInt8]) {
    switch self {
    case .sample(let sample):
      put(
        .sample, sample.time, UInt32(bitPattern: sample.thousandths), sample.flags.rawValue,
        sample.port, sample.channel, sample.quantity.rawValue, sample.validity.rawValue,
        sample.site.rawValue, sample.decimals, into: &bytes)
    case .attached(let port, let time): put(.attached, time, 0, 0, port, into: &bytes)
    case .detached(let port, let time): put(.detached, time, 0, 0, port, into: &bytes)
    case .passed(let time): put(.passed, time, 0, 0, 0, into: &bytes)
    case .mark(let mark, let infant, by: _, let time):
      put(.mark, time, UInt32(clamping: infant), 0, 0, mark.rawValue, into: &bytes)
    case .acknowledge(alarm: let id, by: _, let time):
      put(.acknowledge, time, UInt32(clamping: id), 0, 0, into: &bytes)
    case .spotCheck(let value, let site, let infant, by: _, let time):
      put(
        .check, time, UInt32(bitPattern: Int32(clamping: value)), UInt32(clamping: infant), 0,
        site.rawValue, into: &bytes)
    case .house(let rule, let cause, let time):
      put(.house, time, 0, 0, 0, rule.rawValue, cause?.rawValue ?? Self.noCause, into: &bytes)
    }
  }

  private func put(
    _ kind: Kind, _ time: Timestamp, _ first: UInt32, _ second: UInt32, _ port: UInt16,
    _ a: UInt8 = 0, _ b: UInt8 = 0, _ c: UInt8 = 0, _ d: UInt8 = 0, _ e: UInt8 = 0,
    into bytes: inout [UInt8]
  ) {
    let time = UInt64(bitPattern: time.nanoseconds)
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: time >> UInt64(8 * byte))) }
    for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: first >> UInt32(8 * byte))) }
    for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: second >> UInt32(8 * byte))) }
    bytes.append(UInt8(truncatingIfNeeded: port))
    bytes.append(UInt8(truncatingIfNeeded: port >> 8))
    bytes.append(kind.rawValue)
    bytes.append(a)
    bytes.append(b)
    bytes.append(c)
    bytes.append(d)
    bytes.append(e)
  }

  /// Nil where the bytes are no entry that this version writes. Who acted is told in the journal.
  fileprivate init?(logged bytes: [UInt8], at place: Int) {
    guard let kind = Kind(rawValue: bytes[place + 18]) else { return nil }
    let nanoseconds = Int64(bitPattern: InputLog.number(bytes, place, 8))
    guard (0...2_000_000_000_000_000_000).contains(nanoseconds) else { return nil }
    let time = Timestamp(nanoseconds: nanoseconds)
    let first = UInt32(InputLog.number(bytes, place + 8, 4))
    let second = UInt32(InputLog.number(bytes, place + 12, 4))
    let port = PortIndex(InputLog.number(bytes, place + 16, 2))
    switch kind {
    case .sample:
      guard let quantity = Quantity(rawValue: bytes[place + 20]),
        let validity = Validity(rawValue: bytes[place + 21]),
        let site = Site(rawValue: bytes[place + 22])
      else { return nil }
      self = .sample(
        Sample(
          time: time, port: port, quantity: quantity, thousandths: Int32(bitPattern: first),
          decimals: bytes[place + 23], validity: validity, flags: SampleFlags(rawValue: second),
          channel: bytes[place + 19], site: site))
    case .attached: self = .attached(port, time)
    case .detached: self = .detached(port, time)
    case .passed: self = .passed(time)
    case .mark:
      guard let mark = Mark(rawValue: bytes[place + 19]) else { return nil }
      self = .mark(mark, infant: Int(first), by: nil, time)
    case .acknowledge: self = .acknowledge(alarm: Int(first), by: nil, time)
    case .check:
      guard let site = Site(rawValue: bytes[place + 19]) else { return nil }
      self = .spotCheck(
        Int(Int32(bitPattern: first)), site, infant: Int(second), by: nil, time)
    case .house:
      guard let rule = Rule(rawValue: bytes[place + 19]), rule.isOfTheHouse else { return nil }
      self = .house(rule, Cause(rawValue: bytes[place + 20]), time)
    }
  }
}
