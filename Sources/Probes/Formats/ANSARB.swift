/// ANSAR-B: the stream of the Ivy 450C patient monitor, a frame a second, 9600 8N1.
///
///     FF `ANSAR-B ` wave*400 line* FE
///
///     HR=1;80;ECG-II-DIAG;   RR=1;35;APNEA: 20 SEC;   SPO2=1;100;PR=80 ;   T1=1;36.6;;
///
/// - wave: 400 bytes of curves; FF, FE and whole headers may occur there: they are passed by count
/// - line: ended by CR; a name, the number of values, the values, a label, an alarm text. Empty
///   values mean none. The lines are HR, RR, ETCO2, SPO2, NIBP, P1, P2, T1, T2
/// - T1, T2: channels 1 and 2. No capture has one: how a present value is printed is assumed
///
/// An alarm text makes its value questionable; a text that speaks of a lead, a probe or a sensor
/// voids it.
struct ANSARB: Format {
  static let longestFrame = textStart + longestText
  private static let textStart = 9 + 400
  private static let longestText = 512
  private static let header: String = "ANSAR-B "

  /// What the frame says that was just found: too much to be handed about by value.
  private var record = Record()

  fileprivate struct Record {
    var heart: ANSARLine?
    var respiration: ANSARLine?
    var oximeter: ANSARLine?
    var temperatures: (ANSARLine?, ANSARLine?)

    init() {}
  }

  mutating func examine(_ bytes: Span<UInt8>) -> Finding<Void> {
    guard bytes[0] == 0xFF else { return .rejected(.noise, length: 1) }
    var place = 1
    for byte in Self.header.utf8 {
      guard place < bytes.count else { return .incomplete }
      guard bytes[place] == byte else { return .rejected(.noise, length: 1) }
      place += 1
    }
    var end = Self.textStart
    while true {
      guard end < Self.longestFrame else { return .rejected(.overlong, length: 1) }
      guard end < bytes.count else { return .incomplete }
      if bytes[end] == 0xFE { break }
      guard bytes[end] == 0x0D || bytes[end].isPrintable else {
        return .rejected(.noise, length: 1)
      }
      end += 1
    }
    guard let record = Record(bytes, Self.textStart..<end) else {
      return .rejected(.implausible, length: 1)
    }
    self.record = record
    return .frame(length: end + 1, ())
  }

  func accept(
    _ content: Void, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    batch.append(.heartRate, record.heart, context)
    batch.append(.respirationRate, record.respiration, context)
    if let oximeter = record.oximeter {
      batch.append(.spo2, oximeter, context)
      var pulse = oximeter
      pulse.value = oximeter.pulse.map(Decimal.init(whole:))
      batch.append(.pulseRate, pulse, context)
    }
    batch.append(.temperature, record.temperatures.0, channel: 1, context)
    batch.append(.temperature, record.temperatures.1, channel: 2, context)
  }
}

extension ANSARB.Record {
  /// Nil where the text is not made of whole lines, or has no heart or oximeter among them.
  fileprivate init?(_ bytes: Span<UInt8>, _ text: Range<Int>) {
    var start = text.lowerBound
    for place in text where bytes[place] == 0x0D {
      guard take(bytes, start..<place) else { return nil }
      start = place + 1
    }
    guard start == text.upperBound, heart != nil, oximeter != nil else { return nil }
  }

  /// Takes one text line; false where it is none.
  fileprivate mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var cursor = TextCursor(range)
    if cursor.take("HR=", in: bytes) {
      heart = ANSARLine(bytes, &cursor)
      return heart?.isWhole(below: 301) ?? false
    } else if cursor.take("RR=", in: bytes) {
      respiration = ANSARLine(bytes, &cursor)
      return respiration?.isWhole(below: 256) ?? false
    } else if cursor.take("SPO2=", in: bytes) {
      oximeter = ANSARLine(bytes, &cursor)
      return oximeter?.isWhole(below: 101) ?? false
    } else if cursor.take("T1=", in: bytes) {
      temperatures.0 = ANSARLine(bytes, &cursor)
      return temperatures.0?.isTemperature ?? false
    } else if cursor.take("T2=", in: bytes) {
      temperatures.1 = ANSARLine(bytes, &cursor)
      return temperatures.1?.isTemperature ?? false
    }
    return cursor.take("ETCO2=", in: bytes) || cursor.take("NIBP=", in: bytes)
      || cursor.take("P1=", in: bytes) || cursor.take("P2=", in: bytes)
  }
}

/// One text line of a frame: its first value, and what its label and alarm add.
struct ANSARLine {
  var value: Decimal?
  /// The pulse rate, which the oximeter's line has as its label.
  var pulse: Int?
  var flags = SampleFlags()

  init?(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) {
    guard let count = cursor.digits(in: bytes, atMost: 1), cursor.take(";", in: bytes) else {
      return nil
    }
    for index in 0..<count {
      let number = cursor.decimal(in: bytes, integerDigits: 3, fraction: 0...2, signed: true)
      let end = cursor.position
      cursor.skip(upTo: UInt8(ascii: ";"), in: bytes)
      // Signs that are no number stand for none.
      if index == 0, cursor.position == end { value = number }
      guard cursor.take(";", in: bytes) else { return nil }
    }
    if cursor.take("PR=", in: bytes) { pulse = cursor.digits(in: bytes, atMost: 3)?.nonzero }
    if cursor.contains("LEAD", in: bytes) || cursor.contains("PROBE", in: bytes)
      || cursor.contains("SENSOR", in: bytes)
    {
      flags.insert(.off)
    }
    cursor.skip(upTo: UInt8(ascii: ";"), in: bytes)
    guard cursor.take(";", in: bytes) else { return nil }
    let alarm = cursor.position
    cursor.skip(upTo: UInt8(ascii: ";"), in: bytes)
    if cursor.position > alarm { flags.insert(.limitAlarm) }
    _ = cursor.take(";", in: bytes)
    guard cursor.atEnd else { return nil }
  }

  fileprivate func isWhole(below limit: Int) -> Bool {
    guard let value else { return true }
    return value.decimals == 0 && (0..<(limit * 1000)).contains(value.thousandths)
      && pulse ?? 0 <= 300
  }

  fileprivate var isTemperature: Bool {
    guard let value else { return true }
    return (0...60_000).contains(value.thousandths)
  }
}

extension SampleBatch {
  fileprivate mutating func append(
    _ quantity: Quantity, _ line: ANSARLine?, channel: UInt8 = 0, _ context: FrameContext
  ) {
    guard let line else { return }
    let origin = Origin(offset: context.offset, context: context, flags: line.flags)
    let value = line.value?.thousandths == 0 ? nil : line.value
    let validity: Validity =
      line.flags.contains(.off) ? .invalid : line.flags.isEmpty ? .valid : .questionable
    append(quantity, value, validity, origin, channel: channel)
  }
}

extension TextCursor {
  fileprivate mutating func skip(upTo byte: UInt8, in bytes: Span<UInt8>) {
    while let next = peek(bytes), next != byte { position += 1 }
  }

  /// Whether `text` stands anywhere between here and the end.
  fileprivate func contains(_ text: String, in bytes: Span<UInt8>) -> Bool {
    var start = position
    while start < end {
      var cursor = TextCursor(start..<end)
      if cursor.take(text, in: bytes) { return true }
      start += 1
    }
    return false
  }
}
