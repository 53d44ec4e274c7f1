import Testing

@testable import Probes

/// A newborn's pulse, and the seams at which seven and eight bits end.
private let rates = [96, 126, 127, 128, 129, 158, 200, 226, 254]

@Suite struct OximeterTests {
  @Test func `Contec 5-byte keeps bit 7 of a newborn's pulse`() {
    let decoded = decode("contec-5byte", rates.flatMap { Encode.contec5(rate: $0, spo2: 97) })
    #expect(decoded.values(.pulseRate) == rates.map(Double.init))
    #expect(decoded.counts.skipped == 0)
  }

  @Test(arguments: [(UInt8(0x10), UInt8(0)), (0, 0x10), (0, 0x20)])
  func `Contec 5-byte has no value while searching or off`(status: UInt8, probe: UInt8) {
    let frame = Encode.contec5(rate: 150, spo2: 96, status: status, probe: probe)
    let decoded = decode("contec-5byte", frame)
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test(arguments: [(0, 0), (255, 127), (255, 101)])
  func `Contec sentinels are no values`(rate: Int, spo2: Int) {
    let decoded = decode("contec-5byte", Encode.contec5(rate: rate, spo2: spo2))
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test(arguments: [2, 7])
  func `Nonin packets carry nine bits of pulse`(format: Int) {
    let wide = rates + [255, 256, 300]
    let stream = wide.flatMap { Encode.nonin(format: format, rate: $0, spo2: 95) }
    let decoded = decode("nonin-df\(format)", stream)
    #expect(decoded.values(.pulseRate) == wide.map(Double.init))
    #expect(decoded.offsets.first == 0)
    #expect(decoded.offsets.last == (wide.count - 1) * 125)
    #expect(decoded.counts.mostPackets == wide.count)
  }

  @Test(arguments: [2, 7], [UInt8(0x08), 0x40])
  func `a Nonin alarm beats the numbers`(format: Int, status: UInt8) {
    let packet = Encode.nonin(format: format, rate: 511, spo2: 97, status: status, heldRate: 150)
    let decoded = decode("nonin-df\(format)", packet)
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test(arguments: [2, 7])
  func `a byte inside a Nonin packet drops the packet and no other`(format: Int) {
    let packet = Encode.nonin(format: format, rate: 150, spo2: 95)
    let broken = packet[..<60] + [0x00] + packet[60...]
    let decoded = decode("nonin-df\(format)", packet + broken + packet)
    #expect(decoded.values(.pulseRate) == [150, 150])
    #expect(decoded.counts.skipped == 1)
    #expect(decoded.counts.mostPackets == 1)
  }

  @Test func `Nonin format 8 crosses 127 and 255`() {
    let wide = rates + [255, 256]
    let decoded = decode("nonin-df8", wide.flatMap { Encode.noninDF8(rate: $0, spo2: 94) })
    #expect(decoded.values(.pulseRate) == wide.map(Double.init))
  }

  @Test func `Nonin format 8 drops the values held after the finger is out`() {
    let decoded = decode("nonin-df8", Encode.noninDF8(rate: 150, spo2: 97, state: 0x08))
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.flags(.pulseRate) == [.off])
  }
}
