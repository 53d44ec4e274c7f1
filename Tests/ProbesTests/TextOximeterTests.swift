import Testing

@testable import Probes

@Suite struct MasimoTests {
  /// From a unit whose sensor had been taken off; the numbers were still there.
  private static let removed =
    "03/17/16 19:19:36 SN=0000012345 SPO2=098% BPM=101 PI=01.20% DESAT=-- PIDELTA=+-- "
    + "ALARM=0000 EXC=000824\r\n"

  @Test func `the sensor-off bit beats the numbers in the line`() {
    let decoded = decode("masimo-ascii1", Self.removed)
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
    #expect(decoded.values(.perfusionIndex) == [])
    #expect(decoded.flags(.spo2) == [[.off, .lowPerfusion]])
  }

  @Test(arguments: ["1", "2", "8", "20", "80", "100", "1000", "0801008"])
  func `these exceptions void the numbers`(exceptions: String) {
    let decoded = decode("masimo-ascii1", Encode.masimo(exceptions: exceptions))
    #expect(decoded.values(.pulseRate) == [nil])
  }

  @Test(arguments: [("800", Validity.valid), ("000", .valid), ("0000C00", .questionable)])
  func `set mode is normal and a weak signal is doubtful`(
    exceptions: String, validity: Validity
  ) {
    let decoded = decode("masimo-ascii1", Encode.masimo(exceptions: exceptions))
    #expect(decoded.values(.pulseRate) == [150])
    #expect(decoded.validities(.pulseRate) == [validity])
  }

  @Test func `keys are read by name, units and dashes as they come`() {
    let decoded = decode(
      "masimo-ascii1",
      "03/17/16 19:19:36 SN=---------- SPO2=098 BPM=123 PI=00.55 SPCO=--% SPHB=--.- RESVD=--- "
        + "PVI=--- ALARM=000000 EXC=0000800 EXC1=00000000\r\n")
    #expect(decoded.values(.pulseRate) == [123])
    #expect(decoded.values(.spo2) == [98])
    #expect(decoded.values(.perfusionIndex) == [0.55])
    let none = decode("masimo-ascii1", Encode.masimo(spo2: "---%", rate: "---%"))
    #expect(none.values(.pulseRate) == [nil])
    #expect(none.values(.spo2) == [nil])
  }

  @Test func `alarm bits are hexadecimal and not exceptions`() {
    let line = Encode.masimo().replacing("ALARM=0000", with: "ALARM=0038")
    let decoded = decode("masimo-ascii1", line)
    #expect(decoded.values(.pulseRate) == [150])
    #expect(decoded.flags(.pulseRate) == [.limitAlarm])
  }

  @Test(arguments: [
    "SPO2=096% BPM=150 EXC=000800\r\n",
    "13/17/16 19:19:36 SPO2=096% BPM=150 EXC=000800\r\n",
    "03/17/16 19:19:36 SPO2=096% EXC=000800\r\n",
    "03/17/16 19:19:36 SPO2=096% BPM=150\r\n",
    "03/17/16 19:19:36 SPO2=096% PR=150 EXC=800:SET\r\n",
    "03/17/16 19:19:36 SPO2=196% BPM=150 EXC=000800\r\n",
    "03/17/16 19:19:36 SPO2=096% BPM=1\u{B2}0 EXC=000800\r\n",
    "03/17/16 19:19:36 SPO2=096% BPM=150 BPM=151 EXC=000800\r\n",
    "03/17/16 19:19:36 SPO2=096%BPM=150 EXC=000800\r\n",
  ])
  func `a line that is not whole is refused whole`(line: String) {
    let decoded = decode("masimo-ascii1", line)
    #expect(decoded.samples.isEmpty)
    #expect(decoded.counts.rejected == 1)
  }

  @Test func `a line that lost some keys is dropped, a changed option is not`() {
    let whole = Encode.masimo()
    let cut = whole.replacing("SPCO=--.-% ", with: "").replacing("=150", with: "=151")
    #expect(decode("masimo-ascii1", whole + whole + cut + whole).values(.pulseRate).count == 3)
    #expect(decode("masimo-ascii1", whole + whole + cut + cut).values(.pulseRate).count == 3)
    #expect(decode("masimo-ascii1", whole + cut).values(.pulseRate) == [150, 151])
  }

  @Test func `leading NULs and empty lines are passed over`() {
    let decoded = decode("masimo-ascii1", "\0\0\r\n" + Encode.masimo() + "\r\n" + Encode.masimo())
    #expect(decoded.values(.pulseRate) == [150, 150])
    #expect(decoded.offsets.first == 4)
    #expect(decoded.counts.run == 2)
  }

  @Test func `the tail of an over-long line is no line`() {
    let line = String(repeating: "x", count: 300) + Encode.masimo() + Encode.masimo()
    let decoded = decode("masimo-ascii1", line)
    #expect(decoded.counts.overlong == 1)
    #expect(decoded.values(.pulseRate) == [150])
  }
}

@Suite struct NellcorTests {
  private static func line(_ rest: String) -> String { "11-Jun-26 03:00:00   \(rest)\r\n" }

  @Test(arguments: [
    "  0       0     ---    PS", " 96      63     ---    PS", " 96     152      12    LP",
    " 96     152      12    SO", " 96     152      12    SD   AS", "---     ---     ---    SO",
  ])
  func `a unit without a pulse sends no value, whatever it prints`(rest: String) {
    let decoded = decode("nellcor", Self.line(rest))
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.spo2) == [nil])
  }

  @Test func `stars mark limits and are not part of the number`() {
    let decoded = decode("nellcor", Self.line(" 84*     205*    044    MO SL PH   AS"))
    #expect(decoded.values(.pulseRate) == [205])
    #expect(decoded.values(.spo2) == [84])
    #expect(decoded.flags(.spo2) == [[.motion, .limitAlarm]])
    #expect(decoded.validities(.spo2) == [.questionable])
  }

  @Test(arguments: ["11-JUN-26", "11-jun-26", "01-Dec-99"])
  func `the month is read in any case`(date: String) {
    let decoded = decode("nellcor", "\(date) 03:00:00    97      150      45    \r\n")
    #expect(decoded.values(.pulseRate) == [150])
  }

  @Test(arguments: [
    "11-Jxn-26 03:00:00    97      150      45\r\n", "11-Jun-26 03:0\r\n",
    "11-Jun-26 03:00:00    97      1\u{B2}3      45\r\n",
    "11-Jun-26 03:00:00    97      150\r\n", "11-Jun-26 03:00:00    97      150      45    XX\r\n",
    "-Jun-26 03:00:00    97      150      45\r\n",
    "N-560    VERSION 1.61.00    CRC:ABCD  SpO2 Limit: 85- 95%    PR Limit: 100-200BPM\r\n",
  ])
  func `the whole line must fit`(line: String) {
    let decoded = decode("nellcor", line)
    #expect(decoded.samples.isEmpty)
    #expect(decoded.counts.frames == 0)
  }
}

@Suite struct NoninTextTests {
  @Test func `dashes are no values and marks are no digits`() {
    let decoded = decode(
      "nonin-ascii", "SPO2=--- HR=---\r\nSPO2=096 HR=142*\r\n03:00:00 SPO2=100 HR=201 B\r\n")
    #expect(decoded.values(.pulseRate) == [nil, 142, 201])
    #expect(decoded.flags(.pulseRate) == [[], .limitAlarm, []])
  }

  @Test(arguments: [
    "=097 HR=140\r\n", "SPO2=097\r\n", "3:00 SPO2=097 HR=140\r\n", "SPO2=097 HR=140",
  ])
  func `half a line is none`(line: String) {
    #expect(decode("nonin-ascii", line).samples.isEmpty)
  }

  @Test func `a spot check has eight bits in its low byte`() {
    let spots = [(128, 96), (300, 93)].flatMap { Encode.noninDF13(rate: $0.0, spo2: $0.1) }
    #expect(decode("nonin-df13", spots).values(.pulseRate) == [128, 300])
  }

  @Test func `a spot check may grow and may imitate a header inside`() {
    let long = Encode.noninDF13(rate: 150, spo2: 96, extra: [0x00, 0x02, 0x00, 0x0D])
    let decoded = decode("nonin-df13", long + long)
    #expect(decoded.values(.pulseRate) == [150, 150])
    #expect(decoded.counts.skipped == 0)
  }

  @Test func `no measurement is none, and one from memory is doubtful`() {
    let none = decode("nonin-df13", Encode.noninDF13(rate: 150, spo2: 96, high: 1))
    #expect(none.values(.pulseRate) == [nil])
    let stored = decode("nonin-df13", Encode.noninDF13(rate: 150, spo2: 96, low: 0x10))
    #expect(stored.validities(.pulseRate) == [.questionable])
  }
}
