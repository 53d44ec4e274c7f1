public import Probes

/// An Ivy 450C monitor: a frame a second with curves, heart, oximeter and two temperatures.
public struct ANSARBEncoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  /// Beats since power-on, in thousandths.
  private var beats = 0

  public init() {}

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    let heart = vitals.heart ?? Vitals.Heart(rate: 0, state: .open)
    let hasPulse = heart.state.hasValue
    bytes.append(0xFF)
    bytes.append(text: "ANSAR-B ")
    curves(rate: hasPulse ? heart.rate : 0, into: &bytes)
    if hasPulse {
      let rate = min(max(heart.rate, 0), 300)
      bytes.append(text: "HR=1;\(rate);ECG-II-DIAG;\r")
      bytes.append(text: "RR=1;;APNEA: 20 SEC;\rETCO2=1;;;\r")
      bytes.append(text: "SPO2=1;\(min(max(heart.spo2, 0), 100));PR=\(rate) ;\r")
    } else {
      bytes.append(text: "HR=1;;ECG-II-DIAG;LEADS OFF\r")
      bytes.append(text: "RR=1;;APNEA: 20 SEC;\rETCO2=1;;;\r")
      bytes.append(text: "SPO2=1;;PR=   ;SENSOR OFF\r")
    }
    bytes.append(text: "NIBP=4;;;;;;\rP1=3;;;;;\rP2=3;;;;;\r")
    let temperatures = vitals.ofInfant
    for place in 0..<2 {
      bytes.append(text: "T\(place + 1)=1;")
      if temperatures.indices.contains(place), temperatures[place].state.hasValue {
        let celsius = min(max(temperatures[place].thousandths, 0), 60_000)
        bytes.append(thousandths: celsius, places: 1)
      }
      bytes.append(text: ";;\r")
    }
    bytes.append(0xFE)
  }

  /// The electrocardiogram at 200 Hz, breath, pulse and two pressures at 50 Hz; FB is none.
  private mutating func curves(rate: Int, into bytes: inout [UInt8]) {
    let start = beats
    for point in 0..<200 {
      let place = (start + rate * point * 1000 / (60 * 200)) % 1000
      bytes.append(rate > 0 && place < 60 ? 0xE0 : 0x80)
    }
    bytes.append(contentsOf: [UInt8](repeating: 0xFB, count: 50))
    for point in 0..<50 {
      let place = (start + rate * point * 1000 / (60 * 50)) % 1000
      bytes.append(rate > 0 ? UInt8(0x40 + place / 10) : 0xFB)
    }
    bytes.append(contentsOf: [UInt8](repeating: 0xFB, count: 100))
    beats = (start + rate * 1000 / 60) % 1000
  }
}
