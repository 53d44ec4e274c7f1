/// Dräger and Air-Shields Isolette C2000: skin temperatures, every 5 s, 2400 8N1, transmit only.
///
///     [B ISOLETTE 000000000000 361A 385 387 360 220 050 76 75 21 21 1245        ]8D
///
/// - an identity, the name, mode (2 hex digits) and alarms (10)
/// - set point in tenths of °C and A (air) or B (baby) control; skin 1, skin 2, air, ambient in
///   tenths; heater, humidity and its set point, oxygen and its set point, weight, blanks
/// - two hex digits: sum of all bytes from `[` to `]`, modulo 256
///
/// How a missing probe is printed is not documented: dashes and blanks in its columns both mean
/// none. The skin probes are channels 1 and 2; air and ambient are not published.
struct IsoletteC2000: Format {
  static let longestFrame = 96
  /// The columns up to the ambient temperature.
  private static let fixedLength = 45

  func examine(_ bytes: Span<UInt8>) -> Finding<TemperaturePair> {
    if bytes[0].isLineEnd { return .separator(length: 1) }
    guard bytes[0] == UInt8(ascii: "[") else { return .rejected(.noise, length: 1) }
    var sum: UInt8 = 0
    var place = 0
    while true {
      guard place < Self.longestFrame - 3 else { return .rejected(.overlong, length: 1) }
      guard place < bytes.count else { return .incomplete }
      let byte = bytes[place]
      guard byte.isPrintable else { return .rejected(.noise, length: 1) }
      sum &+= byte
      place += 1
      if byte == UInt8(ascii: "]") { break }
    }
    guard bytes.count > place + 2 else { return .incomplete }
    var cursor = TextCursor(place..<(place + 2))
    guard let sent = cursor.hex(in: bytes, digits: 2), bytes[place + 2].isLineEnd else {
      return .rejected(.noise, length: 1)
    }
    guard sent == Int(sum) else { return .rejected(.checksum, length: 1) }
    guard let pair = Self.skin(bytes, upTo: place - 1) else {
      return .rejected(.implausible, length: 1)
    }
    return .frame(length: place + 2, pair)
  }

  func accept(
    _ pair: TemperaturePair, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    batch.append(pair, context)
  }

  private static func skin(_ bytes: Span<UInt8>, upTo end: Int) -> TemperaturePair? {
    guard end >= fixedLength else { return nil }
    var name = TextCursor(2..<12)
    guard name.take(" ISOLETTE ", in: bytes) else { return nil }
    var state = TextCursor(12..<24)
    guard state.hex(in: bytes, digits: 12) != nil, blanks(bytes, 24, 29, 33, 37, 41) else {
      return nil
    }
    guard bytes[28] == UInt8(ascii: "A") || bytes[28] == UInt8(ascii: "B"),
      let first = tenths(bytes, 30), let second = tenths(bytes, 34)
    else { return nil }
    return TemperaturePair(first: first, second: second)
  }

  private static func blanks(_ bytes: Span<UInt8>, _ places: Int...) -> Bool {
    for place in places where bytes[place] != UInt8(ascii: " ") { return false }
    return true
  }

  /// The three columns from `start`: tenths of a degree, dashes or blanks.
  private static func tenths(_ bytes: Span<UInt8>, _ start: Int) -> Temperature? {
    var cursor = TextCursor(start..<(start + 3))
    if let value = cursor.digits(in: bytes, exactly: 3) {
      guard value <= 600 else { return nil }
      return Temperature(value: Decimal(thousandths: value * 100, decimals: 1))
    }
    for place in start..<(start + 3) {
      guard bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: " ") else {
        return nil
      }
    }
    return Temperature(value: nil, flags: .open)
  }
}
