import Testing

@testable import Probes

@Suite struct ContecV7Tests {
  @Test func `the pulse crosses 127 and its top bit comes from byte 1`() {
    let rates = [65, 127, 128, 150, 200, 254]
    let stream = rates.flatMap { Encode.contecV7(rate: $0, spo2: 97) }
    #expect(stream[1] == 0xE0)
    #expect(stream[28] == 0xE8)
    #expect(decode("contec-v7", stream).values(.pulseRate) == rates.map(Double.init))
  }

  @Test func `the perfusion index is in hundredths and may be declared void`() {
    var frame = Encode.contecV7(rate: 150, spo2: 97, perfusion: 1999)
    #expect(decode("contec-v7", frame).values(.perfusionIndex) == [19.99])
    frame[4] |= 0x10
    #expect(decode("contec-v7", frame).values(.perfusionIndex) == [])
    let none = Encode.contecV7(rate: 150, spo2: 97)
    #expect(decode("contec-v7", none).values(.perfusionIndex) == [])
  }

  @Test(arguments: [(0, 0), (255, 127)])
  func `sentinels of the document and of real units are no values`(rate: Int, spo2: Int) {
    let decoded = decode("contec-v7", Encode.contecV7(rate: rate, spo2: spo2))
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test(arguments: [(UInt8(0x85), UInt8(0x33)), (0x15, 0x33), (0x05, 0xB3)])
  func `probe error and both kinds of searching beat a number`(status: UInt8, wave: UInt8) {
    let frame = Encode.contecV7(rate: 150, spo2: 97, status: status, wave: wave)
    let decoded = decode("contec-v7", frame)
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test func `replies and stored values are frames without samples`() {
    let stream =
      Encode.contecV7(type: 0x0C, []) + Encode.contecV7(type: 0x0F, [94, 62, 95, 150, 95, 200])
      + Encode.contecV7(type: 0x0B, [0x81, 0x05]) + Encode.contecV7(rate: 150, spo2: 97)
    let decoded = decode("contec-v7", stream)
    #expect(decoded.counts.frames == 4)
    #expect(decoded.counts.skipped == 0)
    #expect(decoded.values(.pulseRate) == [150])
  }

  @Test func `a cut frame gives way to the next, an unknown type is passed over`() {
    let frame = Encode.contecV7(rate: 150, spo2: 97)
    let decoded = decode("contec-v7", Array(frame.prefix(5)) + frame + [0x7D, 0x81] + frame)
    #expect(decoded.values(.pulseRate) == [150, 150])
    #expect(decoded.offsets.first == 5)
    #expect(decoded.counts.skipped == 7)
  }
}
