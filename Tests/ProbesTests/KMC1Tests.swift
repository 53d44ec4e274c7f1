import Testing

@testable import Probes

@Suite struct KMC1Tests {
  private func kmc1(_ payloads: String...) -> Decoded {
    decode("kmc1", payloads.map(Encode.kmc1).joined())
  }

  @Test func `the document's examples read as it says`() {
    let decoded = decode(
      "kmc1",
      "$KMHLO,1,kmc-probe-07,1.0.2,3,1000*59\r\n$KMTMP,65530,4294960000,AXI,36.12,0000,90*0F\r\n"
        + "$KMTMP,65531,4294960000,FOO,34.620,0020,*26\r\n"
        + "$KMHRT,65532,4294960000,FOO,120,88,1.20,0000,89*12\r\n")
    #expect(decoded.values(.temperature) == [36.12, 34.62])
    #expect(decoded.validities(.temperature) == [.valid, .settling])
    #expect(decoded.samples.map(\.decimals) == [2, 0, 3, 0, 0, 2, 0])
    #expect(decoded.values(.heartRate) == [120])
    #expect(decoded.values(.spo2) == [88])
    #expect(decoded.values(.perfusionIndex) == [1.2])
    #expect(decoded.values(.battery) == [90, 89])
    #expect(decoded.samples.map(\.site) == [.axilla, .axilla, .foot, .foot, .foot, .foot, .foot])
    #expect(decoded.counts.frames == 4)
  }

  @Test(arguments: ["0001", "0002", "0004", "0008", "0010"])
  func `a lead off or a fault beats the number`(status: String) {
    let decoded = kmc1("KMTMP,1,1000,AXI,36.12,\(status),", "KMHRT,2,1000,FOO,150,95,,\(status),")
    #expect(decoded.values(.temperature) == [nil])
    #expect(decoded.values(.heartRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test func `searching voids the heart only, motion and reserved bits nothing`() {
    let decoded = kmc1(
      "KMTMP,1,1000,AXI,36.12,0100,", "KMHRT,2,1000,FOO,150,95,,0100,",
      "KMHRT,3,1000,FOO,151,0,,F040,")
    #expect(decoded.values(.temperature) == [36.12])
    #expect(decoded.values(.heartRate) == [nil, 151])
    #expect(decoded.values(.spo2) == [nil, nil])
    #expect(decoded.validities(.heartRate) == [.invalid, .questionable])
    #expect(decoded.flags(.heartRate).last == .motion)
  }

  @Test(arguments: [
    "KMTMP,01,1000,AXI,36.12,0000,", "KMTMP,1,1000,AXI,36.1,0000,", "KMTMP,1,1000,AXI,36.12,000,",
    "KMTMP,1,1000,AXI,036.12,0000,", "KMTMP,1,1000,AXI,126.00,0000,",
    "KMTMP,1,1000,AXI,-55.01,0000,", "KMTMP,65536,1000,AXI,36.12,0000,",
    "KMTMP,1,4294967296,AXI,36.12,0000,", "KMTMP,1,1000,ARM,36.12,0000,",
    "KMTMP,1,1000,X1,36.12,0000,", "KMTMP,1,1000,AXI,36.12,0000,101",
    "KMTMP,1,1000,AXI,36.12,0000,90,", "KMTMP,1,1000,AXI,36.12,0000", "KMXXX,1,1000",
    "KMHRT,1,1000,FOO,301,95,,0000,", "KMHRT,1,1000,FOO,150,101,,0000,",
    "KMHLO,1,probe,1.0,9,1000", "KMHLO,1,probe,1.0,1,99", "KMEVT,1,1000,ODD,",
  ])
  func `a good check does not excuse a broken grammar`(payload: String) {
    let decoded = kmc1(payload)
    #expect(decoded.samples.isEmpty)
    #expect(decoded.counts.implausible == 1)
  }

  @Test func `a line longer than 80 characters is refused, one of 80 is not`() {
    // 76 characters between dollar and star are the most; none of the sentences is so long.
    let longest = decode("kmc1", Encode.kmc1(String(repeating: "A", count: 76)))
    #expect(longest.counts.implausible == 1)
    let longer = decode("kmc1", Encode.kmc1(String(repeating: "A", count: 77)))
    #expect(longer.counts.overlong == 1)
  }

  @Test func `a repeated line is dropped, missing ones are counted over the wrap`() {
    let decoded = kmc1(
      "KMTMP,65534,1000,AXI,36.10,0000,", "KMTMP,65534,1000,AXI,36.10,0000,",
      "KMTMP,2,2000,AXI,36.20,0000,")
    #expect(decoded.values(.temperature) == [36.1, 36.2])
    #expect(decoded.counts.outOfOrder == 1)
    #expect(decoded.counts.lost == 3)
    #expect(decoded.counts.restarts == 0)
  }

  @Test func `the millisecond clock wraps without a restart`() {
    let decoded = kmc1(
      "KMTMP,1,4294967000,AXI,36.10,0000,", "KMTMP,2,704,AXI,36.20,0000,",
      "KMTMP,3,1704,AXI,36.20,0000,")
    #expect(decoded.counts.restarts == 0)
    #expect(decoded.counts.lost == 0)
  }

  @Test(arguments: [
    "KMTMP,6,2000,AXI,36.20,0800,", "KMTMP,6,900,AXI,36.20,0000,", "KMTMP,0,2000,AXI,36.20,0000,",
  ])
  func `a probe that began anew loses nothing`(second: String) {
    let decoded = kmc1("KMTMP,5,1000,AXI,36.10,0000,", second)
    #expect(decoded.values(.temperature) == [36.1, 36.2])
    #expect(decoded.counts.restarts == 1)
    #expect(decoded.counts.lost == 0)
  }

  @Test func `a line that was cut gives way to the next dollar sign`() {
    let decoded = decode("kmc1", "$KMTMP,1,1000,AX" + Encode.kmc1("KMTMP,2,2000,AXI,36.20,0000,"))
    #expect(decoded.values(.temperature) == [36.2])
    #expect(decoded.counts.noise == 1)
  }

  @Test func `every site has its three letters`() {
    let letters = ["AXI", "ABD", "BCK", "FOO", "FHD", "REC", "MOT", "AMB"]
    let sites: [Site] = [
      .axilla, .abdomen, .back, .foot, .forehead, .rectal, .parentChest, .ambient,
    ]
    let stream = letters.enumerated().map { Encode.kmc1("KMTMP,\($0),1000,\($1),36.20,0000,") }
    #expect(decode("kmc1", stream.joined()).samples.map(\.site) == sites)
  }

  @Test func `a numbered site is a channel`() {
    let decoded = kmc1("KMTMP,1,1000,X02,36.20,0000,")
    #expect(decoded.values(.temperature, channel: 2) == [36.2])
  }
}
