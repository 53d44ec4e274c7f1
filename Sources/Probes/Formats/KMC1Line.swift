/// One parsed KMC1 line.
struct KMC1Line {
  enum Body {
    case hello, event
    case temperature(Decimal?)
    case heart(rate: Int?, spo2: Int?, perfusion: Decimal?)
  }

  /// Nil for a hello, which is not numbered.
  var sequence: Int?
  var milliseconds = 0
  var site = Site.unknown
  /// The number in an `X` site, else 0.
  var channel: UInt8 = 0
  var status = 0
  var battery: Int?
  var body = Body.hello

  var temperatureValidity: Validity {
    if status & 0x001F != 0 { return .invalid }
    return status & 0x0020 != 0 ? .settling : .valid
  }

  var heartValidity: Validity {
    if status & 0x011F != 0 { return .invalid }
    if status & 0x0020 != 0 { return .settling }
    return status & 0x00C0 != 0 ? .questionable : .valid
  }

  /// Nil where the text between `$` and `*` breaks the grammar.
  init?(_ bytes: Span<UInt8>, star: Int) {
    var cursor = TextCursor(1..<star)
    if cursor.take("KMTMP,", in: bytes) {
      guard parseNumbers(bytes, &cursor), parseSite(bytes, &cursor), cursor.comma(bytes),
        parseTemperature(bytes, &cursor), cursor.comma(bytes), parseStatus(bytes, &cursor)
      else { return nil }
    } else if cursor.take("KMHRT,", in: bytes) {
      guard parseNumbers(bytes, &cursor), parseSite(bytes, &cursor), cursor.comma(bytes),
        parseHeart(bytes, &cursor), cursor.comma(bytes), parseStatus(bytes, &cursor)
      else { return nil }
    } else if cursor.take("KMEVT,", in: bytes) {
      guard parseNumbers(bytes, &cursor), parseEvent(bytes, &cursor) else { return nil }
    } else if cursor.take("KMHLO,", in: bytes) {
      guard parseHello(bytes, &cursor) else { return nil }
    } else {
      return nil
    }
    guard cursor.atEnd else { return nil }
  }

  private mutating func parseNumbers(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard let sequence = cursor.digits(in: bytes, atMost: 5, leadingZeros: false),
      sequence <= 0xFFFF, cursor.comma(bytes),
      let milliseconds = cursor.digits(in: bytes, atMost: 10, leadingZeros: false),
      milliseconds <= 0xFFFF_FFFF, cursor.comma(bytes)
    else { return false }
    self.sequence = sequence
    self.milliseconds = milliseconds
    return true
  }

  private mutating func parseSite(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    if cursor.take(UInt8(ascii: "X"), in: bytes) {
      let start = cursor.position
      guard let number = cursor.digits(in: bytes, atMost: 2), cursor.position == start + 2 else {
        return false
      }
      channel = UInt8(number)
      return true
    }
    guard let named = Site(kmc1: bytes, &cursor) else { return false }
    site = named
    return true
  }

  private mutating func parseTemperature(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    if cursor.peek(bytes) == UInt8(ascii: ",") {
      body = .temperature(nil)
      return true
    }
    guard
      let value = cursor.decimal(
        in: bytes, integerDigits: 3, fraction: 2...3, signed: true, leadingZeros: false),
      (-55_000...125_000).contains(value.thousandths)
    else { return false }
    body = .temperature(value)
    return true
  }

  private mutating func parseHeart(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard let rate = cursor.optionalNumber(bytes, atMost: 300), cursor.comma(bytes),
      let spo2 = cursor.optionalNumber(bytes, atMost: 100), cursor.comma(bytes)
    else { return false }
    var perfusion: Decimal?
    if cursor.peek(bytes) != UInt8(ascii: ",") {
      guard
        let value = cursor.decimal(
          in: bytes, integerDigits: 2, fraction: 1...2, leadingZeros: false)
      else { return false }
      perfusion = value
    }
    body = .heart(rate: rate.value, spo2: spo2.value, perfusion: perfusion)
    return true
  }

  private mutating func parseStatus(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard let bits = cursor.hex(in: bytes, digits: 4), cursor.comma(bytes),
      let percent = cursor.optionalNumber(bytes, atMost: 100)
    else { return false }
    status = bits
    battery = percent.value
    return true
  }

  private mutating func parseEvent(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard
      cursor.take("BTN,", in: bytes) || cursor.take("LOW,", in: bytes)
        || cursor.take("OFF,", in: bytes) || cursor.take("ON,", in: bytes)
        || cursor.take("ERR,", in: bytes)
    else { return false }
    body = .event
    return cursor.atEnd || parseSite(bytes, &cursor)
  }

  private mutating func parseHello(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard cursor.digits(in: bytes, atMost: 3, leadingZeros: false) != nil, cursor.comma(bytes),
      cursor.word(bytes, atMost: 16, also: UInt8(ascii: "_")), cursor.comma(bytes),
      cursor.word(bytes, atMost: 12, also: UInt8(ascii: "."), UInt8(ascii: "_")),
      cursor.comma(bytes),
      let channels = cursor.digits(in: bytes, atMost: 1), (1...8).contains(channels),
      cursor.comma(bytes),
      let period = cursor.digits(in: bytes, atMost: 5, leadingZeros: false),
      (100...60_000).contains(period)
    else { return false }
    return true
  }
}

extension TextCursor {
  fileprivate mutating func comma(_ bytes: Span<UInt8>) -> Bool {
    take(UInt8(ascii: ","), in: bytes)
  }

  /// A number up to `most`, or nothing before the next comma or the end.
  fileprivate mutating func optionalNumber(
    _ bytes: Span<UInt8>, atMost most: Int
  ) -> Field<Int>? {
    if atEnd || peek(bytes) == UInt8(ascii: ",") { return .missing }
    guard let value = digits(in: bytes, atMost: 3, leadingZeros: false), value <= most else {
      return nil
    }
    return .value(value)
  }

  /// One to `most` letters, digits, hyphens and the characters named.
  fileprivate mutating func word(
    _ bytes: Span<UInt8>, atMost most: Int, also first: UInt8, _ second: UInt8 = 0x2D
  ) -> Bool {
    let start = position
    while position < end, position - start < most {
      let byte = bytes[position]
      let letter = (byte | 0x20) &- 0x61
      guard
        letter < 26 || byte.decimalDigit != nil || byte == first || byte == second || byte == 0x2D
      else { break }
      position += 1
    }
    return position > start
  }
}

extension Site {
  /// The site that KMC1's three letters name.
  fileprivate init?(kmc1 bytes: Span<UInt8>, _ cursor: inout TextCursor) {
    if cursor.take("AXI", in: bytes) {
      self = .axilla
    } else if cursor.take("ABD", in: bytes) {
      self = .abdomen
    } else if cursor.take("BCK", in: bytes) {
      self = .back
    } else if cursor.take("FOO", in: bytes) {
      self = .foot
    } else if cursor.take("FHD", in: bytes) {
      self = .forehead
    } else if cursor.take("REC", in: bytes) {
      self = .rectal
    } else if cursor.take("MOT", in: bytes) {
      self = .parentChest
    } else if cursor.take("AMB", in: bytes) {
      self = .ambient
    } else {
      return nil
    }
  }
}
