import Probes

/// The analyzer's state on its way to bytes, or on its way back.
///
/// One description serves both ways: each value passes in its turn, and is appended to the bytes or
/// replaced by what they hold. Integers have a fixed width, little-endian. What comes back is
/// held to its bounds, so that no bytes of whatever origin can make a later step trap.
///
/// Infants and ports are known by name, since a restart may bring another configuration: numbers
/// that pass are those of the archive on the way out, and those of today on the way back.
struct Archive {
  private(set) var bytes: [UInt8]
  /// Where the next value is taken from.
  private var place = 0
  let isRestoring: Bool
  /// Today's numbers by the archive's; nil for what is gone.
  var infants: [InfantIndex?] = []
  var ports: [PortIndex?] = []
  /// By the archive's numbers: what the ports were called, and whether they were there lately.
  var portNames: [String] = []
  var isPortRecent: [Bool] = []

  /// Appends to `bytes`, whose room is used.
  init(appendingTo bytes: consuming [UInt8]) {
    self.bytes = bytes
    isRestoring = false
  }

  init(restoringFrom bytes: [UInt8]) {
    self.bytes = bytes
    isRestoring = true
  }

  /// Gives the bytes away, with their room.
  mutating func takeBytes() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  /// Stands for a port that is gone until its channel is dropped.
  static let noPort = PortIndex.max

  private mutating func pass(_ bits: inout UInt64, count: Int) throws(ArchiveError) {
    guard isRestoring else {
      for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))) }
      return
    }
    guard bytes.count - place >= count else { throw error("its end", "\(count) more bytes") }
    bits = 0
    for byte in 0..<count { bits |= UInt64(bytes[place + byte]) << UInt64(8 * byte) }
    place += count
  }

  /// Damage at the value that has just passed.
  func error(_ found: String, _ expected: String) -> ArchiveError {
    ArchiveError(at: place, message: "found \(found), expected \(expected)")
  }

  mutating func pass(_ value: inout Int, within bounds: ClosedRange<Int>) throws(ArchiveError) {
    var bits = UInt64(bitPattern: Int64(value))
    try pass(&bits, count: 8)
    let number = Int(Int64(bitPattern: bits))
    if isRestoring, !bounds.contains(number) {
      throw error("\(number)", "\(bounds.lowerBound) to \(bounds.upperBound)")
    }
    value = number
  }

  mutating func pass(_ value: inout Int64, within bounds: ClosedRange<Int64>)
    throws(ArchiveError)
  {
    var number = Int(value)
    try pass(&number, within: Int(bounds.lowerBound)...Int(bounds.upperBound))
    value = Int64(number)
  }

  mutating func pass(_ value: inout Int32, within bounds: ClosedRange<Int32>)
    throws(ArchiveError)
  {
    var bits = UInt64(UInt32(bitPattern: value))
    try pass(&bits, count: 4)
    let number = Int32(bitPattern: UInt32(truncatingIfNeeded: bits))
    if isRestoring, !bounds.contains(number) {
      throw error("\(number)", "\(bounds.lowerBound) to \(bounds.upperBound)")
    }
    value = number
  }

  mutating func pass(_ value: inout UInt32) throws(ArchiveError) {
    var bits = UInt64(value)
    try pass(&bits, count: 4)
    value = UInt32(truncatingIfNeeded: bits)
  }

  mutating func pass(_ value: inout UInt8) throws(ArchiveError) {
    var bits = UInt64(value)
    try pass(&bits, count: 1)
    value = UInt8(truncatingIfNeeded: bits)
  }

  mutating func pass(_ value: inout Bool) throws(ArchiveError) {
    var bits: UInt8 = value ? 1 : 0
    try pass(&bits)
    guard bits <= 1 else { throw error("\(bits)", "0 or 1") }
    value = bits == 1
  }

  mutating func pass<Word: RawRepresentable>(_ value: inout Word) throws(ArchiveError)
  where Word.RawValue == UInt8 {
    var bits = value.rawValue
    try pass(&bits)
    guard let word = Word(rawValue: bits) else { throw error("\(bits)", "a \(Word.self)") }
    value = word
  }

  /// A count, or anything else that only has to be no absurdity.
  mutating func pass(_ value: inout Int) throws(ArchiveError) {
    try pass(&value, within: Self.sober)
  }

  private static let sober = -(1 << 50)...(1 << 50)

  mutating func pass(_ time: inout Timestamp) throws(ArchiveError) {
    try pass(&time.nanoseconds, within: Self.times)
  }

  /// Sixty years to both sides: no difference of two overflows.
  private static let times: ClosedRange<Int64> =
    -2_000_000_000_000_000_000...2_000_000_000_000_000_000

  mutating func pass(_ span: inout Int64) throws(ArchiveError) {
    try pass(&span, within: Self.times)
  }

  /// Whether there is a value, and then the value, which begins as `blank` on the way back.
  mutating func pass<Value>(
    _ value: inout Value?, from blank: Value,
    _ body: (inout Value, inout Archive) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var isThere = value != nil
    try pass(&isThere)
    guard isThere else {
      value = nil
      return
    }
    var known = value ?? blank
    try body(&known, &self)
    value = known
  }

  mutating func pass(_ value: inout Int?) throws(ArchiveError) {
    try pass(&value, from: 0) { number, archive throws(ArchiveError) in
      try archive.pass(&number)
    }
  }

  mutating func pass(_ value: inout Int?, within bounds: ClosedRange<Int>) throws(ArchiveError) {
    try pass(&value, from: bounds.lowerBound) { number, archive throws(ArchiveError) in
      try archive.pass(&number, within: bounds)
    }
  }

  mutating func pass(_ value: inout Timestamp?) throws(ArchiveError) {
    try pass(&value, from: .zero) { time, archive throws(ArchiveError) in
      try archive.pass(&time)
    }
  }
}

extension Archive {
  /// Temperatures of living bodies, and what may be done to them without overflow.
  static let temperatures = 0...60_000

  /// A name of at most 255 bytes; longer ones are cut, on both ways alike.
  mutating func pass(_ name: inout String) throws(ArchiveError) {
    var count = UInt8(clamping: name.utf8.count)
    try pass(&count)
    guard isRestoring else {
      bytes.append(contentsOf: name.utf8.prefix(Int(count)))
      return
    }
    guard bytes.count - place >= Int(count) else { throw error("its end", "a name") }
    name = String(decoding: bytes[place..<(place + Int(count))], as: UTF8.self)
    place += Int(count)
  }

  /// An infant's number; nil where it is gone.
  mutating func pass(infant: inout InfantIndex?) throws(ArchiveError) {
    var number = infant ?? -1
    try pass(&number, within: isRestoring ? -1...(infants.count - 1) : -1...Int(Int32.max))
    if isRestoring { infant = number < 0 ? nil : infants[number] }
  }

  /// A port's number; nil where it is gone.
  mutating func pass(port: inout PortIndex?) throws(ArchiveError) {
    var number = port.map(Int.init) ?? -1
    try pass(&number, within: isRestoring ? -1...(ports.count - 1) : -1...Int(PortIndex.max))
    if isRestoring { port = number < 0 ? nil : ports[number] }
  }

  /// A channel's port; `noPort` where it is gone.
  mutating func pass(port: inout PortIndex) throws(ArchiveError) {
    var known: PortIndex? = port
    try pass(port: &known)
    port = known ?? Self.noPort
  }

  /// On the way back, that nothing is left over.
  func finish() throws(ArchiveError) {
    guard isRestoring, place != bytes.count else { return }
    throw error("\(bytes.count - place) further bytes", "the end")
  }
}

/// Why an archive is refused: where in it, what was found there and what was expected.
public struct ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Offset of the byte after the value that is wrong.
  public var at: Int
  public var message: String

  public var description: String { "at byte \(at): \(message)" }
}
