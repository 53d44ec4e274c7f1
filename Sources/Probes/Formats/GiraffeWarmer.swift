/// GE Giraffe and Panda warmers: recognised and counted, its temperature not yet published.
///
///     PWRM_2.0.0,36.8,36.4,0,P,0,0,0,00,29
///     PWRM_1.0.7,36.3,37.1,40,P,1340,0,0,16,22,00,ea
///
/// - product (GWRM, PWRM, PNBW) and version; baby, set point, heater %, mode P or M, weight, SpO2,
///   pulse, alarms, check (two hex digits)
///
/// Experimental. The check is not understood: XOR gives 29 for the first line and not ea for the
/// second. A line that cannot be checked gives no number to an infant's record.
struct GiraffeWarmer: LineGrammar {
  static let longestLine = 100

  func parse(_ line: Span<UInt8>) -> Void? {
    var cursor = TextCursor(0..<line.count)
    guard
      cursor.take("GWRM_", in: line) || cursor.take("PWRM_", in: line)
        || cursor.take("PNBW_", in: line),
      cursor.version(in: line),
      cursor.patientTemperature(in: line) != nil, cursor.patientTemperature(in: line) != nil,
      cursor.take(UInt8(ascii: ","), in: line),
      let heater = cursor.digits(in: line, atMost: 3), heater <= 100,
      cursor.take(",P", in: line) || cursor.take(",M", in: line)
    else { return nil }
    var fields = 0
    while cursor.take(UInt8(ascii: ","), in: line) {
      guard cursor.hex(in: line, atMost: 5) != nil else { return nil }
      fields += 1
    }
    return cursor.atEnd && fields >= 5 ? () : nil
  }

  func accept(
    _ content: Void, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {}
}
