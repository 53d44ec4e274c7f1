import Testing

@testable import Probes

@Suite struct MonitorTests {
  @Test func `ANSAR-B passes its curves by count and reads its last line`() {
    let frame = Encode.ansarB(first: "1;36.6;;", second: "1;36.9;;")
    let decoded = decode("ansar-b", frame + frame)
    #expect(decoded.values(.heartRate) == [150, 150])
    #expect(decoded.values(.pulseRate) == [150, 150])
    #expect(decoded.values(.spo2) == [96, 96])
    #expect(decoded.values(.respirationRate) == [45, 45])
    #expect(decoded.values(.temperature, channel: 1) == [36.6, 36.6])
    #expect(decoded.values(.temperature, channel: 2) == [36.9, 36.9])
    #expect(decoded.counts.skipped == 0)
  }

  @Test func `empty values of ANSAR-B are none`() {
    let decoded = decode(
      "ansar-b", Encode.ansarB(heart: "1;;ECG-II-DIAG;", oximeter: "1;;PR= ;", first: "1;;;"))
    #expect(decoded.values(.heartRate) == [nil])
    #expect(decoded.values(.pulseRate) == [nil])
    #expect(decoded.values(.temperature, channel: 1) == [nil])
    #expect(decoded.values(.temperature, channel: 2) == [nil])
  }

  @Test func `a fault named in ANSAR-B's alarm text voids the value, another alarm does not`() {
    let off = decode("ansar-b", Encode.ansarB(heart: "1;150;ECG-II-DIAG;LEADS OFF"))
    #expect(off.values(.heartRate) == [nil])
    let high = decode("ansar-b", Encode.ansarB(heart: "1;250;ECG-II-DIAG;HIGH"))
    #expect(high.values(.heartRate) == [250])
    #expect(high.validities(.heartRate) == [.questionable])
  }

  @Test func `a cut ANSAR-B frame does not take the next with it`() {
    let frame = Encode.ansarB()
    let decoded = decode("ansar-b", Array(frame.prefix(420)) + frame + frame.dropFirst(100) + frame)
    #expect(decoded.values(.heartRate) == [150, 150])
  }

  @Test func `a Giraffe's open probe has no value, its air is no patient`() {
    let decoded = decode(
      "giraffe-incubator", "HYB_1.40,36.1,OPEN,28.3,33.0,36.5,100,N,N,C,00,063\r\n")
    #expect(decoded.values(.temperature, channel: 1) == [36.1])
    #expect(decoded.values(.temperature, channel: 2) == [nil])
    #expect(decoded.samples.count == 2)
    #expect(decoded.samples.last?.flags == .open)
  }

  @Test(arguments: [
    "HYB_1.40,36.7,OPEN,28.3,33.0,3\r\n", "5,100,N,N\r\n",
    "HYB_1.40,36.8,3\u{B7}.0,28.3,33.0,36.5,100,N,N\r\n",
    "HYB_1.40,36.8,OPEN,33.0,36.5,100,N,N,C\r\n", "HYB_1.40,66.8,OPEN,28.3,33.0,36.5,100,N,N\r\n",
    "HYB_1.40,36.8,OPEN,28.3,33.0,36.5,100,N,N",
  ])
  func `half a Giraffe line is none`(line: String) {
    #expect(decode("giraffe-incubator", line).samples.isEmpty)
  }

  @Test func `a warmer's line is counted and gives no value while its check is unknown`() {
    let decoded = decode("giraffe-warmer", "PWRM_1.0.7,36.3,37.1,40,P,1340,0,0,16,22,00,ea\r\n")
    #expect(decoded.counts.frames == 1)
    #expect(decoded.samples.isEmpty)
  }

  @Test func `an Isolette's two skin probes are channels 1 and 2`() {
    let line = Encode.isolette(skin1: "366", skin2: "368", padding: 8)
    let decoded = decode("isolette-c2000", line + Encode.isolette(skin1: "---", skin2: "   "))
    #expect(decoded.values(.temperature, channel: 1) == [36.6, nil])
    #expect(decoded.values(.temperature, channel: 2) == [36.8, nil])
  }

  @Test(arguments: [("366", "999"), ("36.", "368"), ("3 6", "368"), ("36-", "601")])
  func `an Isolette line with a good sum and impossible columns is none`(
    skin1: String, skin2: String
  ) {
    let decoded = decode("isolette-c2000", Encode.isolette(skin1: skin1, skin2: skin2))
    #expect(decoded.samples.isEmpty)
    #expect(decoded.counts.implausible == 1)
  }

  @Test func `an Isolette line of another unit or with shifted columns is none`() {
    for (from, to) in [("ISOLETTE", "ISOLETTA"), ("365B", "365C"), (" 340 240", "0340 240")] {
      let line = Encode.isolette(skin1: "366", skin2: "368").replacing(from, with: to)
      let body = line.prefix { $0 != "]" } + "]"
      let sum = String(body.utf8.reduce(0, &+), radix: 16, uppercase: true)
      let decoded = decode("isolette-c2000", body + (sum.count == 1 ? "0" : "") + sum + "\r\n")
      #expect(decoded.samples.isEmpty)
      #expect(decoded.counts.implausible == 1)
    }
  }

  @Test func `an Isolette line with a wrong sum or no end is none`() {
    let line = Encode.isolette(skin1: "366", skin2: "368")
    let wrong = decode("isolette-c2000", line.replacing("366", with: "369"))
    #expect(wrong.samples.isEmpty)
    #expect(wrong.counts.checksum == 1)
    #expect(decode("isolette-c2000", String(line.dropLast())).samples.isEmpty)
  }
}

@Suite struct ThermometerTests {
  @Test func `Papouch values have a sign and a bound`() {
    let decoded = decode("papouch-tm", "+036.6C\r-012.3C\r+125.0C\r+125.1C\r-055.1C\r")
    #expect(decoded.values(.temperature) == [36.6, -12.3, 125])
    #expect(decoded.counts.implausible == 2)
  }

  @Test(arguments: ["36.6C\r", "+36.6C\r", "+036.6\r", "+036.6C", "+036.6CC\r", "+036.60C\r"])
  func `half a Papouch line is none`(line: String) {
    #expect(decode("papouch-tm", line).samples.isEmpty)
  }

  @Test func `TSM 125 needs its five characters`() {
    let decoded = decode(
      "tsm125", ".5\r\n 36.5\r\n36.5\r\n 36.\r\n-11.2\r\nErr.x\r\nErr.3\r\n 36.7")
    #expect(decoded.values(.temperature) == [36.5, -11.2, nil])
    #expect(decoded.flags(.temperature) == [[], [], .selfTest])
  }

  @Test func `TEMPerX232 has items in any order, with and without humidity, and below zero`() {
    let decoded = decode(
      "temperx232",
      "ner:36.61 [C]<\r\nTemp-Outer:36.71 [C]<Temp-Inner:-0.31 [C],40.00 [%RH]<"
        + "TempUpperAlert-Inner:40.00 [C]<Temp-OuteTemp-Outer:36.7 [C]<Temp-Inner:36.63 [C]")
    #expect(decoded.values(.temperature, channel: 2) == [36.71])
    #expect(decoded.values(.temperature, channel: 1) == [-0.31])
    #expect(decoded.values(.humidity, channel: 1) == [40])
  }
}
