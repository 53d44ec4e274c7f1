/// KMC1: the project's own text protocol, for probes that anyone can build.
///
///     $KMTMP,seq,ms,site,t,status,batt*hh CR LF
///     $KMHRT,seq,ms,site,bpm,spo2,pi,status,batt*hh CR LF
///     $KMEVT,seq,ms,event,site*hh CR LF
///     $KMHLO,version,dev,fw,nch,period*hh CR LF
///
/// - seq: 0 to 65535, one counter for all but the hello; ms: milliseconds since power-on, 32 bits
/// - site: three letters, or `X` and two digits for a channel that the configuration names
/// - t: °C with 2 or 3 decimals; bpm, spo2: 0 means none; t, bpm, spo2, pi and batt may be empty
/// - status: 16 bits; values are void with any of 001F, for the heart also with 0100
/// - hh: XOR of all bytes between `$` and `*`
///
/// The check catches 255 of 256 random errors only: the strict grammar is part of the protection.
struct KMC1: Format {
  /// `$`, at most 79 more characters, CR, LF.
  static let longestFrame = 82
  private static let longestLine = 80

  /// The last numbered line: its sequence number and the probe's own milliseconds.
  private var last: (sequence: Int, milliseconds: Int)?

  mutating func examine(_ bytes: Span<UInt8>) -> Finding {
    let first = bytes[0]
    if first.isLineEnd { return .separator(length: 1) }
    guard first == UInt8(ascii: "$") else { return .rejected(.noise, length: 1) }
    var check: UInt8 = 0
    var place = 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "*") { return Self.examineEnd(bytes, star: place, check: check) }
      // A dollar sign begins a line anew: what came before it was cut off.
      guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "$") else {
        return .rejected(.noise, length: place)
      }
      if place >= Self.longestLine - 3 { return .rejected(.overlong, length: place) }
      check ^= byte
      place += 1
    }
    return .incomplete
  }

  private static func examineEnd(_ bytes: Span<UInt8>, star: Int, check: UInt8) -> Finding {
    let end = star + 3
    for place in (star + 1)..<Swift.min(end, bytes.count) where bytes[place].hexDigit == nil {
      return .rejected(.noise, length: place)
    }
    guard bytes.count > end else { return .incomplete }
    guard bytes[end].isLineEnd else { return .rejected(.noise, length: end) }
    var cursor = TextCursor((star + 1)..<end)
    guard let sent = cursor.hex(in: bytes, digits: 2), sent == Int(check) else {
      return .rejected(.checksum, length: end)
    }
    guard Line(bytes, star: star) != nil else { return .rejected(.implausible, length: end) }
    return .frame(length: end)
  }

  mutating func accept(
    _ frame: Span<UInt8>, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    guard let line = Line(frame, star: frame.count - 3) else { return }
    guard let sequence = line.sequence else { return }
    guard follow(sequence, line.milliseconds, line.status, &counts) else {
      counts.outOfOrder += 1
      return
    }
    switch line.body {
    case .hello, .event: break
    case .temperature(let value):
      let validity: Validity =
        value == nil || line.status & 0x001F != 0
        ? .invalid : line.status & 0x0020 != 0 ? .settling : .valid
      emit(.temperature, value, validity, line, context, &batch)
    case .heart(let rate, let spo2, let perfusion):
      let void = line.status & 0x011F != 0
      let shaken = line.status & 0x00C0 != 0
      let validity: Validity =
        void
        ? .invalid
        : line.status & 0x0020 != 0 ? .settling : shaken ? .questionable : .valid
      emit(
        .heartRate, rate.nonzero, rate.nonzero == nil ? .invalid : validity, line, context, &batch)
      emit(.spo2, spo2.nonzero, spo2.nonzero == nil ? .invalid : validity, line, context, &batch)
      if perfusion != nil { emit(.perfusionIndex, perfusion, validity, line, context, &batch) }
    }
    if let battery = line.battery {
      emit(.battery, (battery * 1000, 0), .valid, line, context, &batch)
    }
  }

  /// Whether the line is new; keeps account of what was lost and of restarts.
  private mutating func follow(
    _ sequence: Int, _ milliseconds: Int, _ status: Int, _ counts: inout FrameCounts
  ) -> Bool {
    defer { last = (sequence, milliseconds) }
    guard let last else { return true }
    let step = (sequence - last.sequence) & 0xFFFF
    // The 32-bit clock wraps: half the circle ahead is forward, the other half is going back.
    let wentBack = (milliseconds - last.milliseconds) & 0xFFFF_FFFF >= 0x8000_0000
    if status & 0x0800 != 0 || wentBack || step >= 0x8000 {
      counts.restarts += 1
      return true
    }
    if step == 0 { return false }
    counts.lost += step - 1
    return true
  }

  private func emit(
    _ quantity: Quantity, _ value: Decimal?, _ validity: Validity, _ line: Line,
    _ context: FrameContext, _ batch: inout SampleBatch
  ) {
    batch.append(
      Sample(
        time: context.time, port: context.port, quantity: quantity,
        thousandths: Int32(validity == .invalid ? 0 : value?.thousandths ?? 0),
        decimals: UInt8(value?.decimals ?? 0), validity: validity,
        flags: SampleFlags(kmc1Status: line.status), channel: line.channel, site: line.site),
      offset: context.offset)
  }
}

/// A number as the wire gave it: its value in thousandths, and its digits after the point.
private typealias Decimal = (thousandths: Int, decimals: Int)

extension Optional where Wrapped == Int {
  /// The number in thousandths, nil where it is absent or zero: KMC1's "none".
  fileprivate var nonzero: Decimal? { self.flatMap { $0 == 0 ? nil : ($0 * 1000, 0) } }
}

extension SampleFlags {
  /// The defined status bits of KMC1 stand at the same places as ours; F000 is reserved.
  fileprivate init(kmc1Status status: Int) { self.init(rawValue: UInt32(status & 0x0FFF)) }
}

/// One parsed KMC1 line.
private struct Line {
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
      let (value, decimals) = cursor.thousandths(
        in: bytes, integerDigits: 3, fraction: 2...3, signed: true, leadingZeros: false),
      -55_000 <= value, value <= 125_000
    else { return false }
    body = .temperature((value, decimals))
    return true
  }

  private mutating func parseHeart(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard let rate = cursor.optionalNumber(bytes, atMost: 300), cursor.comma(bytes),
      let spo2 = cursor.optionalNumber(bytes, atMost: 100), cursor.comma(bytes)
    else { return false }
    var perfusion: Decimal?
    if cursor.peek(bytes) != UInt8(ascii: ",") {
      guard
        let (value, decimals) = cursor.thousandths(
          in: bytes, integerDigits: 2, fraction: 1...2, leadingZeros: false)
      else { return false }
      perfusion = (value, decimals)
    }
    body = .heart(rate: rate.number, spo2: spo2.number, perfusion: perfusion)
    return true
  }

  private mutating func parseStatus(_ bytes: Span<UInt8>, _ cursor: inout TextCursor) -> Bool {
    guard let bits = cursor.hex(in: bytes, digits: 4), cursor.comma(bytes),
      let percent = cursor.optionalNumber(bytes, atMost: 100)
    else { return false }
    status = bits
    battery = percent.number
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
  ) -> (number: Int?, Void)? {
    if atEnd || peek(bytes) == UInt8(ascii: ",") { return (nil, ()) }
    guard let value = digits(in: bytes, atMost: 3, leadingZeros: false), value <= most else {
      return nil
    }
    return (value, ())
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
