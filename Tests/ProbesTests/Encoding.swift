@testable import Probes

/// Frames as the units send them, written from the protocol's layout and not from the decoders.
enum Encode {
  static func contec5(rate: Int, spo2: Int, status: UInt8 = 0, probe: UInt8 = 0) -> [UInt8] {
    [
      0x80 | status, 0x2A, probe | UInt8(rate >> 7) << 6 | 0x03, UInt8(rate & 0x7F), UInt8(spo2),
    ]
  }

  /// The seven data bytes of a live frame, with their top bits collected in byte 1.
  static func contecV7(
    rate: Int, spo2: Int, perfusion: Int = 0xFFFF, status: UInt8 = 5, wave: UInt8 = 0x33
  ) -> [UInt8] {
    let bar: UInt8 = perfusion == 0xFFFF ? 0x16 : 0x06
    return contecV7(
      type: 1,
      [
        status, wave, bar, UInt8(rate), UInt8(spo2), UInt8(perfusion & 0xFF),
        UInt8(perfusion >> 8),
      ])
  }

  static func contecV7(type: UInt8, _ contents: [UInt8]) -> [UInt8] {
    var tops: UInt8 = 0x80
    for (place, byte) in contents.enumerated() { tops |= (byte >> 7) << UInt8(place) }
    return [type, tops] + contents.map { $0 | 0x80 }
  }

  /// A packet of 25 frames of Nonin's format 2 or 7.
  static func nonin(
    format: Int, rate: Int, spo2: Int, status: UInt8 = 0, heldRate: Int? = nil
  ) -> [UInt8] {
    let held = heldRate ?? rate
    var record = [UInt8](repeating: 0, count: 25)
    record[0] = UInt8(rate >> 7)
    record[1] = UInt8(rate & 0x7F)
    record[2] = UInt8(spo2)
    record[3] = 0x21
    record[8] = UInt8(spo2)
    record[19] = UInt8(held >> 7)
    record[20] = UInt8(held & 0x7F)
    // Reserved places may hold anything: a start byte and a status byte, say.
    record[4] = 0x01
    record[11] = 0x81
    var bytes: [UInt8] = []
    for (place, float) in record.enumerated() {
      let state = 0x80 | status | (place == 0 ? 1 : 0)
      let wave = UInt8(place * 7)
      let frame = format == 2 ? [0x01, state, wave, float] : [state, 0x01, wave, float]
      bytes += frame + [frame.reduce(0, &+)]
    }
    return bytes
  }

  static func noninDF8(rate: Int, spo2: Int, status: UInt8 = 0, state: UInt8 = 0) -> [UInt8] {
    [0x80 | status | UInt8(rate >> 7), UInt8(rate & 0x7F), UInt8(spo2), state]
  }

  static func kmc1(_ payload: String) -> String {
    let check = payload.utf8.reduce(0, ^)
    let digits = String(check, radix: 16, uppercase: true)
    return "$\(payload)*\(digits.count == 1 ? "0" : "")\(digits)\r\n"
  }

  /// A spot check; `extra` bytes stand behind those that are known.
  static func noninDF13(
    rate: Int, spo2: Int, high: UInt8 = 2, low: UInt8 = 0, extra: [UInt8] = []
  ) -> [UInt8] {
    let date: [UInt8] = [0x20, 0x26, 0x06, 0x11, 0x04, 0x05, 0x06, 0x00]
    let record =
      date + [high, low, UInt8(rate >> 8), UInt8(rate & 0xFF), 0x5A, UInt8(spo2)] + extra
    return [0x00, 0x02, 0x00, 0x0D, 0x00, UInt8(record.count)] + record
      + [record.reduce(0, &+), 0x03]
  }

  /// A whole frame of the Ivy monitor with curves that imitate its header and its end.
  static func ansarB(
    heart: String = "1;150;ECG-II-DIAG;", oximeter: String = "1;96;PR=150 ;",
    first: String = "1;36.6;;", second: String = "1;;;"
  ) -> [UInt8] {
    var wave = [UInt8](repeating: 0xFB, count: 400)
    wave.replaceSubrange(20..<29, with: [0xFF] + Array("ANSAR-B ".utf8))
    wave[100] = 0xFE
    wave[399] = 0xFF
    let lines = [
      "HR=\(heart)", "RR=1;45;APNEA: 20 SEC;", "ETCO2=1;;;", "SPO2=\(oximeter)",
      "NIBP=4;61;35;44;150;;", "P1=3;;;;;", "P2=3;;;;NO TRANSDUCER;", "T1=\(first)",
      "T2=\(second)",
    ]
    return [0xFF] + Array("ANSAR-B ".utf8) + wave
      + lines.flatMap { Array($0.utf8) + [0x0D] } + [0xFE]
  }

  static func isolette(skin1: String, skin2: String, padding: Int = 1) -> String {
    let blanks = String(repeating: " ", count: padding)
    let body =
      "[B ISOLETTE 000000000000 365B \(skin1) \(skin2) 340 240 030 60 60 21 21 1250\(blanks)]"
    let sum = String(body.utf8.reduce(0, &+), radix: 16, uppercase: true)
    return body + (sum.count == 1 ? "0" : "") + sum + "\r\n"
  }

  static func masimo(
    second: Int = 0, spo2: String = "096%", rate: String = "150", exceptions: String = "000800"
  ) -> String {
    "06/11/26 03:00:\(second < 10 ? "0" : "")\(second) SN=0000012345 SPO2=\(spo2) BPM=\(rate) "
      + "PI=01.20% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=\(exceptions)\n\r"
  }
}
