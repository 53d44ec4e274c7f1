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
/// The sequence tells loss, duplicates and restarts; the milliseconds tell how evenly lines arrive.
/// Samples are stamped by arrival (`DeviceClock` says why).
///
/// The check catches 255 of 256 random errors only: the strict grammar is part of the protection.
struct KMC1: Format {
  /// `$`, at most 79 more characters, CR, LF.
  static let longestFrame = 82
  private static let longestLine = 80

  /// The last numbered line: its sequence number and the probe's own milliseconds.
  private var last: (sequence: Int, milliseconds: Int)?
  private var clock = DeviceClock()

  var arrivals: ArrivalStatistics? { clock.statistics }

  func examine(_ bytes: Span<UInt8>) -> Finding<KMC1Line> {
    let first = bytes[0]
    if first.isLineEnd { return .separator(length: 1) }
    guard first == UInt8(ascii: "$") else { return .rejected(.noise, length: 1) }
    var check: UInt8 = 0
    var place = 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "*") { return Self.examineEnd(bytes, star: place, check: check) }
      // A dollar sign begins a line anew: what came before it was cut off.
      guard byte.isPrintable, byte != UInt8(ascii: "$") else {
        return .rejected(.noise, length: place)
      }
      if place >= Self.longestLine - 3 { return .rejected(.overlong, length: place) }
      check ^= byte
      place += 1
    }
    return .incomplete
  }

  private static func examineEnd(_ bytes: Span<UInt8>, star: Int, check: UInt8) -> Finding<KMC1Line>
  {
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
    guard let line = KMC1Line(bytes, star: star) else {
      return .rejected(.implausible, length: end)
    }
    return .frame(length: end, line)
  }

  mutating func accept(
    _ line: KMC1Line, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    guard let sequence = line.sequence else { return }
    guard follow(sequence, line.milliseconds, line.status, &counts) else {
      counts.outOfOrder += 1
      return
    }
    clock.take(milliseconds: UInt32(line.milliseconds), at: context.time)
    // The defined status bits stand at the same places as our flags; F000 is reserved.
    let origin = SampleBatch.Origin(
      offset: context.offset, context: context,
      flags: SampleFlags(rawValue: UInt32(line.status & 0x0FFF)), site: line.site)
    switch line.body {
    case .hello, .event:
      break
    case .temperature(let value):
      batch.append(.temperature, value, line.temperatureValidity, origin, channel: line.channel)
    case .heart(let rate, let spo2, let perfusion):
      let validity = line.heartValidity
      let rate = rate?.nonzero.map(Decimal.init(whole:))
      let spo2 = spo2?.nonzero.map(Decimal.init(whole:))
      batch.append(.heartRate, rate, validity, origin, channel: line.channel)
      batch.append(.spo2, spo2, validity, origin, channel: line.channel)
      if perfusion != nil {
        batch.append(.perfusionIndex, perfusion, validity, origin, channel: line.channel)
      }
    }
    if let battery = line.battery {
      batch.append(.battery, Decimal(whole: battery), .valid, origin, channel: line.channel)
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
      clock.restart()
      return true
    }
    if step == 0 { return false }
    counts.lost += step - 1
    return true
  }
}
