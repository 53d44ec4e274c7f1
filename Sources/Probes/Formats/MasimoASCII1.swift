/// Masimo ASCII1: Rad-8, Radical-7, Radical-5, Rad-57 oximeters, a line a second, 9600 8N1.
///
///     03/17/16 19:19:36 SN=0000093112 SPO2=098% BPM=123 PI=03.60% … ALARM=0000 EXC=000800
///
/// - Keys differ by model and option and are read by name; units may be glued on; dashes of any
///   width mean none. Lines end LF CR or CR LF.
/// - EXC: exceptions, hex, 3 to 8 digits. No value with any of 1 no sensor, 2 defective, 8 pulse
///   search, 20 sensor off, 80 unrecognised, 100 incompatible, 1000 no cable; the numbers stay
///   in the line: `SPO2=098% BPM=101 … EXC=000824`
/// - ALARM: hex; 1, 2 SpO2 high, low; 4, 8 pulse high, low; 40 low battery
///
/// No check sum. A line that lost a few bytes can still read as one: a line whose keys are not
/// those of the two lines before it is dropped, unless the next has the same new keys.
struct MasimoASCII1: LineGrammar {
  static let longestLine = 255

  private var keys = KeySet()

  mutating func parse(_ line: Span<UInt8>) -> Oximetry? {
    guard let fields = Fields(line), keys.admits(fields.keys) else { return nil }
    return fields.oximetry
  }
}

/// Which keys the lines of late had.
private struct KeySet {
  private var current: UInt64 = 0
  private var lines = 0
  private var dropped: UInt64?

  mutating func admits(_ keys: UInt64) -> Bool {
    if keys == current {
      lines += 1
      dropped = nil
      return true
    }
    if lines >= 2, dropped != keys {
      dropped = keys
      return false
    }
    current = keys
    lines = 1
    dropped = nil
    return true
  }
}

/// The fields of one line that are read, and the fingerprint of all its keys.
private struct Fields {
  private enum Key { case spo2, rate, perfusion, alarm, exceptions, other }

  private(set) var keys: UInt64 = 0xCBF2_9CE4_8422_2325
  private var spo2: Field<Int>?
  private var rate: Field<Int>?
  private var perfusion: Field<Decimal>?
  private var alarm = 0
  private var exceptions: Int?

  init?(_ line: Span<UInt8>) {
    var cursor = TextCursor(0..<line.count)
    guard cursor.slashedDate(in: line), cursor.skipSpaces(in: line) > 0,
      cursor.clockTime(in: line)
    else { return nil }
    while true {
      let blanks = cursor.skipSpaces(in: line)
      if cursor.atEnd { break }
      guard blanks > 0, let key = takeKey(line, &cursor), take(key, line, &cursor) else {
        return nil
      }
    }
    guard spo2 != nil, rate != nil, exceptions != nil else { return nil }
  }

  /// The key up to its `=`, added to the fingerprint (FNV-1a, the `=` included).
  private mutating func takeKey(_ line: Span<UInt8>, _ cursor: inout TextCursor) -> Key? {
    let start = cursor.position
    while let byte = cursor.peek(line) {
      cursor.position += 1
      keys = (keys ^ UInt64(byte)) &* 0x100_0000_01B3
      if byte == UInt8(ascii: "=") { break }
      guard byte.isCapital || byte.decimalDigit != nil, cursor.position - start <= 8 else {
        return nil
      }
    }
    var name = TextCursor(start..<cursor.position)
    if name.take("SPO2=", in: line) { return .spo2 }
    if name.take("BPM=", in: line) { return .rate }
    if name.take("PI=", in: line) { return .perfusion }
    if name.take("ALARM=", in: line) { return .alarm }
    if name.take("EXC=", in: line) { return .exceptions }
    return cursor.position - start >= 2 ? .other : nil
  }

  private mutating func take(
    _ key: Key, _ line: Span<UInt8>, _ cursor: inout TextCursor
  ) -> Bool {
    switch key {
    case .spo2:
      guard spo2 == nil, let value = cursor.numberOrDashes(in: line, digits: 3),
        value.value ?? 0 <= 100
      else { return false }
      spo2 = value
      _ = cursor.take(UInt8(ascii: "%"), in: line)
    case .rate:
      guard rate == nil, let value = cursor.numberOrDashes(in: line, digits: 3),
        value.value ?? 0 <= 300
      else { return false }
      rate = value
      _ = cursor.take(UInt8(ascii: "%"), in: line)
    case .perfusion:
      guard perfusion == nil else { return false }
      guard let value = cursor.decimalOrDashes(in: line, integerDigits: 2, fraction: 0...2) else {
        return false
      }
      perfusion = value
      _ = cursor.take(UInt8(ascii: "%"), in: line)
    case .alarm:
      guard let bits = cursor.hex(in: line, atMost: 8) else { return false }
      alarm = bits
    case .exceptions:
      guard exceptions == nil, let bits = cursor.hex(in: line, atMost: 8) else { return false }
      exceptions = bits
    case .other:
      return cursor.skipValue(in: line)
    }
    return true
  }

  var oximetry: Oximetry {
    let exceptions = exceptions ?? 0
    var flags = SampleFlags()
    if exceptions & 0x1001 != 0 { flags.insert(.disconnected) }
    if exceptions & 0x0182 != 0 { flags.insert(.defective) }
    if exceptions & 0x0004 != 0 { flags.insert(.lowPerfusion) }
    if exceptions & 0x0008 != 0 { flags.insert(.searching) }
    if exceptions & 0x0020 != 0 { flags.insert(.off) }
    if exceptions & 0x0050 != 0 { flags.insert(.interference) }
    if exceptions & 0x0400 != 0 { flags.insert(.artifact) }
    if exceptions & 0x2_0000 != 0 { flags.insert(.calibrating) }
    if exceptions & 0x1D_E000 != 0 { flags.insert(.selfTest) }
    if alarm & 0x0F != 0 { flags.insert(.limitAlarm) }
    if alarm & 0x40 != 0 { flags.insert(.lowBattery) }
    return Oximetry(
      rate: rate?.value?.nonzero, spo2: spo2?.value?.nonzero, perfusionIndex: perfusion?.value,
      flags: flags)
  }
}

extension TextCursor {
  /// A value that is not read, up to the next blank; false where there is none.
  ///
  /// An `=` in it is the next key's: the bytes between were lost.
  fileprivate mutating func skipValue(in bytes: Span<UInt8>) -> Bool {
    let start = position
    while let byte = peek(bytes), byte != UInt8(ascii: " ") {
      guard byte != UInt8(ascii: "=") else { return false }
      position += 1
    }
    return position > start
  }

  fileprivate mutating func slashedDate(in bytes: Span<UInt8>) -> Bool {
    let start = position
    guard let month = digits(in: bytes, exactly: 2), (1...12).contains(month),
      take(UInt8(ascii: "/"), in: bytes),
      let day = digits(in: bytes, exactly: 2), (1...31).contains(day),
      take(UInt8(ascii: "/"), in: bytes), digits(in: bytes, exactly: 2) != nil
    else {
      position = start
      return false
    }
    return true
  }
}
