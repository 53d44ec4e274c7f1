/// PCsensor TEMPerX232 thermometer and hygrometer: items, 9600 8N1, sent when asked (`ReadTemp`).
///
///     Temp-Inner:30.53 [C],39.92 [%RH]<
///     Temp-Outer:-0.31 [C]<
///
/// - Inner: the sensor in the stick, channel 1; Outer: the one on the cable, channel 2
/// - two digits after the point; the humidity may be missing; so may either item
///
/// Between replies the unit may send its version, `TEMPerX232_V2.0` CR LF. Alert settings
/// (`TempUpperAlert-…`) are no temperatures.
struct TEMPerX232: Format {
  static let longestFrame = 40

  /// What one item says; nil for the version.
  struct Item {
    var channel: UInt8
    var temperature: Decimal
    var humidity: Decimal?
  }

  func examine(_ bytes: Span<UInt8>) -> Finding<Item?> {
    if bytes[0].isLineEnd { return .separator(length: 1) }
    switch (Self.begins(bytes, "Temp-Inner:"), Self.begins(bytes, "Temp-Outer:")) {
    case (.yes, _): return Self.examineItem(bytes, channel: 1)
    case (_, .yes): return Self.examineItem(bytes, channel: 2)
    case (.notYet, _), (_, .notYet): return .incomplete
    case (.no, .no): break
    }
    switch Self.begins(bytes, "TEMPerX232_V") {
    case .yes: return Self.examineVersion(bytes)
    case .notYet: return .incomplete
    case .no: return .rejected(.noise, length: 1)
    }
  }

  func accept(
    _ item: Item?, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    guard let item else { return }
    let origin = SampleBatch.Origin(offset: context.offset, context: context)
    batch.append(.temperature, item.temperature, .valid, origin, channel: item.channel)
    if let humidity = item.humidity {
      batch.append(.humidity, humidity, .valid, origin, channel: item.channel)
    }
  }

  private enum Match { case yes, no, notYet }

  /// Whether the bytes begin with `text`, as far as they have arrived.
  private static func begins(_ bytes: Span<UInt8>, _ text: String) -> Match {
    var place = 0
    for byte in text.utf8 {
      guard place < bytes.count else { return .notYet }
      guard bytes[place] == byte else { return .no }
      place += 1
    }
    return .yes
  }

  private static func examineItem(_ bytes: Span<UInt8>, channel: UInt8) -> Finding<Item?> {
    let start = "Temp-Inner:".utf8.count
    var end = start
    while true {
      guard end < longestFrame else { return .rejected(.overlong, length: 1) }
      guard end < bytes.count else { return .incomplete }
      if bytes[end] == UInt8(ascii: "<") { break }
      guard bytes[end].isPrintable else { return .rejected(.noise, length: 1) }
      end += 1
    }
    var cursor = TextCursor(start..<end)
    guard
      let value = cursor.decimal(in: bytes, integerDigits: 3, fraction: 2...2, signed: true),
      cursor.take(" [C]", in: bytes), (-55_000...125_000).contains(value.thousandths)
    else { return .rejected(.implausible, length: 1) }
    var item = Item(channel: channel, temperature: value)
    if !cursor.atEnd {
      guard cursor.take(UInt8(ascii: ","), in: bytes),
        let humidity = cursor.decimal(in: bytes, integerDigits: 3, fraction: 2...2),
        cursor.take(" [%RH]", in: bytes), cursor.atEnd, humidity.thousandths <= 100_000
      else { return .rejected(.implausible, length: 1) }
      item.humidity = humidity
    }
    return .frame(length: end + 1, item)
  }

  private static func examineVersion(_ bytes: Span<UInt8>) -> Finding<Item?> {
    var end = "TEMPerX232_V".utf8.count
    while end < longestFrame, end < bytes.count {
      if bytes[end].isLineEnd { return .frame(length: end, nil) }
      guard bytes[end].decimalDigit != nil || bytes[end] == UInt8(ascii: ".") else {
        return .rejected(.noise, length: 1)
      }
      end += 1
    }
    return end < longestFrame ? .incomplete : .rejected(.overlong, length: 1)
  }
}
