public import Probes

/// A KMC1 unit: a line for each temperature, one for the heart, and a hello every minute.
public struct KMC1Encoder: ProbeEncoder {
  public let period: Int64 = 1_000_000_000

  private let unit: String
  private var sequence: UInt16
  /// Stream time at which the unit's own clock showed zero, in milliseconds; 32 bits, wraps.
  private var origin: Int64
  private var restarted = true
  private var sinceHello = 0
  private static let helloEvery = 60

  /// `sequence` and `milliseconds` are what its counters show at stream time zero.
  public init(unit: String, sequence: UInt16 = 0, milliseconds: UInt32 = 0) {
    self.unit = unit
    self.sequence = sequence
    origin = -Int64(milliseconds)
  }

  public mutating func restart(at time: Timestamp) {
    sequence = 0
    origin = time.milliseconds
    restarted = true
    sinceHello = 0
  }

  public mutating func stepClock(milliseconds: Int) { origin -= Int64(milliseconds) }

  public mutating func encode(
    _ vitals: Vitals, at time: Timestamp, into bytes: inout [UInt8]
  ) {
    if sinceHello == 0 { hello(channels: vitals.temperatures.count, into: &bytes) }
    sinceHello = (sinceHello + 1) % Self.helloEvery
    for temperature in vitals.temperatures {
      let start = open("KMTMP,", at: time, site: temperature.site, into: &bytes)
      if temperature.state.hasValue {
        bytes.append(
          thousandths: temperature.thousandths, places: temperature.resolution >= 10 ? 2 : 3)
      }
      close(start, status: status(temperature.state), into: &bytes)
    }
    if let heart = vitals.heart {
      let start = open("KMHRT,", at: time, site: .foot, into: &bytes)
      if heart.state.hasValue {
        bytes.append(number: heart.rate)
        bytes.append(comma)
        bytes.append(number: heart.spo2)
        bytes.append(comma)
        bytes.append(number: heart.perfusion / 100)
        bytes.append(UInt8(ascii: "."))
        bytes.append(number: heart.perfusion % 100, digits: 2)
      } else {
        bytes.append(contentsOf: ",,".utf8)
      }
      close(start, status: status(heart.state), into: &bytes)
    }
  }

  private func hello(channels: Int, into bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: "$KMHLO,1,".utf8)
    bytes.append(contentsOf: unit.utf8)
    bytes.append(contentsOf: ",1.0,".utf8)
    bytes.append(number: min(max(channels, 1), 8))
    bytes.append(contentsOf: ",1000".utf8)
    check(start, &bytes)
  }

  /// Begins a numbered line up to the comma before its values; returns its place.
  private mutating func open(
    _ sentence: String, at time: Timestamp, site: Site, into bytes: inout [UInt8]
  ) -> Int {
    let start = bytes.count
    bytes.append(UInt8(ascii: "$"))
    bytes.append(contentsOf: sentence.utf8)
    bytes.append(number: Int(sequence))
    bytes.append(comma)
    bytes.append(number: Int(UInt32(truncatingIfNeeded: time.milliseconds - origin)))
    bytes.append(comma)
    bytes.append(contentsOf: name(of: site).utf8)
    bytes.append(comma)
    sequence &+= 1
    return start
  }

  private mutating func close(_ start: Int, status: UInt16, into bytes: inout [UInt8]) {
    bytes.append(comma)
    bytes.append(hex: restarted ? status | 0x0800 : status, digits: 4)
    bytes.append(comma)
    restarted = false
    check(start, &bytes)
  }

  /// The exclusive or of all bytes after the dollar sign, and the line's end.
  private func check(_ start: Int, _ bytes: inout [UInt8]) {
    var check: UInt8 = 0
    for place in (start + 1)..<bytes.count { check ^= bytes[place] }
    bytes.append(UInt8(ascii: "*"))
    bytes.append(hex: UInt16(check), digits: 2)
    bytes.append(0x0D)
    bytes.append(0x0A)
  }

  private func status(_ state: SensorState) -> UInt16 {
    switch state {
    case .good: 0
    case .motion: 0x0040
    case .off: 0x0001
    case .open: 0x0002
    case .short: 0x0004
    }
  }

  private func name(of site: Site) -> String {
    switch site {
    case .axilla: "AXI"
    case .abdomen: "ABD"
    case .back: "BCK"
    case .foot: "FOO"
    case .forehead: "FHD"
    case .rectal: "REC"
    case .parentChest: "MOT"
    case .ambient: "AMB"
    case .unknown, .esophageal: "X01"
    }
  }

  private var comma: UInt8 { UInt8(ascii: ",") }
}
