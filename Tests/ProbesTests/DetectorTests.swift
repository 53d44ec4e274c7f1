import Testing

@testable import Probes

private let detectable = ProbeModel.all.filter { $0.detection != nil }.map(\.name)

private func detect(
  _ bytes: [UInt8], line: LineSettings? = nil, inPiecesOf size: Int = 4096
) -> Detector {
  var detector = Detector(line: line)
  var start = 0
  while start < bytes.count {
    let end = min(start + size, bytes.count)
    detector.listen(to: bytes.span.extracting(start..<end))
    start = end
  }
  return detector
}

@Suite struct DetectorTests {
  @Test(arguments: detectable)
  func `every probe is recognised, in pieces of any size`(name: String) {
    let stream = Fixture.stream(name)
    for size in [1, 7, 4096] {
      #expect(detect(stream + stream, inPiecesOf: size).verdict?.name == name)
    }
  }

  @Test(arguments: detectable)
  func `a probe is recognised at its line setting and at no other`(name: String) {
    let stream = Fixture.stream(name) + Fixture.stream(name)
    let lines = ProbeModel.named(name)!.detection!.lines
    for stop in Detector.round {
      let verdict = detect(stream, line: stop.line).verdict?.name
      #expect(verdict == (lines.contains(stop.line) ? name : nil))
    }
  }

  @Test(arguments: detectable)
  func `one frame, packet or line less is not enough`(name: String) {
    let stream = Fixture.stream(name) + Fixture.stream(name)
    let detection = ProbeModel.named(name)!.detection!
    // The shortest prefix that is recognised holds exactly as many as the threshold says.
    var decoder = ProbeModel.named(name)!.makeDecoder()
    var detector = Detector()
    var batch = SampleBatch()
    for place in stream.indices {
      let byte = stream.span.extracting(place...place)
      decoder.decode(byte, port: 0, at: .zero, into: &batch)
      detector.listen(to: byte)
      if detector.verdict != nil { break }
    }
    #expect(detector.verdict?.name == name)
    #expect(detection.longest(decoder.counts) == detection.count)
  }

  @Test(arguments: detectable)
  func `a probe is recognised from the middle of a frame on`(name: String) {
    let stream = Fixture.stream(name)
    let repeated = (0..<12).flatMap { _ in stream }
    #expect(detect(Array(repeated.dropFirst(3))).verdict?.name == name)
  }

  @Test(arguments: ["contec-v7", "tsm125", "temperx232", "giraffe-warmer", "nonin-df13"])
  func `probes that only the configuration can name are not listened for`(name: String) {
    for stop in Detector.round {
      let heard = Detector(line: stop.line).evidence.map(\.model.name)
      #expect(!heard.contains(name))
    }
  }

  @Test func `the round is listened to in a fixed order`() {
    #expect(
      Detector.round.map(\.line.text) == [
        "9600-8n1", "115200-8n1", "19200-8o1", "19200-8n1", "2400-8n1",
      ])
  }

  @Test func `a million bytes of noise are no probe`() {
    var noise = Noise(seed: 17)
    let detector = detect(noise.bytes(1_000_000))
    #expect(detector.verdict == nil)
    for evidence in detector.evidence {
      #expect(!evidence.qualifies)
      if !Fixture.bare.contains(evidence.model.name), evidence.model.name != "nonin-df7" {
        #expect(evidence.run <= 1, "\(evidence.model.name)")
      }
    }
  }

  @Test func `Contec 5-byte frames pass as Nonin format 8 one by one and are not taken for it`() {
    let detector = detect(Fixture.stream("contec-5byte"))
    let df8 = detector.evidence.first { $0.model.name == "nonin-df8" }!
    #expect(df8.frames == 70)
    #expect(df8.run == 1)
    #expect(detector.verdict?.name == "contec-5byte")
  }

  @Test func `Contec V7 frames pass Nonin's check at 97 % and are not taken for it`() {
    let stream = (0..<60).flatMap { _ in Encode.contecV7(rate: 65, spo2: 97) }
    let decoded = decode("nonin-df7", stream)
    #expect(decoded.counts.frames >= 59)
    #expect(decoded.samples.isEmpty)
    #expect(detect(stream).verdict?.name == "contec-v7")
  }

  @Test(arguments: [
    "$GPGGA,120000.00,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
    "OK\r\nAT+CGMI\r\nQuectel\r\n\r\nOK\r\n+CREG: 0,1\r\nRING\r\n",
    "rst:0x1 (POWERON_RESET)\r\nT=36.52\r\nTemperature: 36.52 C\r\n+36.6C\r\n36.5\r\n",
    "2016-03-17 SPO2=98 BPM=120\r\nPR=120 EXC=800:SET\r\n", "\0\0\0\0\0\0\0\0",
    "\u{7F}\u{7F}\u{7F}\u{7F}",
  ])
  func `strangers are no probes`(text: String) {
    let stream = (0..<40).flatMap { _ in Array(text.utf8) }
    let detector = detect(stream)
    #expect(detector.verdict == nil)
    #expect(detector.evidence.allSatisfy { $0.frames == 0 })
  }

  @Test func `good lines among as many bad ones are not enough`() {
    let good = Fixture.stream("papouch-tm")
    let bad = Array("+02C\r+024.6\r*******\r".utf8)
    #expect(detect((0..<5).flatMap { _ in good + bad }).verdict == nil)
  }

  @Test func `a detector can begin anew when the probe was exchanged`() {
    var detector = detect(Fixture.stream("masimo-ascii1"))
    #expect(detector.verdict?.name == "masimo-ascii1")
    let other = Fixture.stream("nonin-df2")
    detector.listen(to: other.span)
    #expect(detector.verdict == nil)
    detector.restart()
    #expect(detector.evidence.allSatisfy { $0.decided == 0 })
    detector.listen(to: other.span)
    #expect(detector.verdict?.name == "nonin-df2")
  }
}
