import Configuration
import EventStream
import LinuxIO
import Probes
import Testing
import Thermoregulation

@testable import Pipeline

/// What a daemon makes of the state directory that it finds.
@Suite struct RecoveryTests {
  private let directory: String
  private let files: StateFiles
  private let configuration: Configuration
  private let second: Int64 = 1_000_000_000

  init() throws {
    directory = try Files.makeTemporaryDirectory(prefix: "kangaroo-recovery-")
    files = StateFiles(directory)
    var configuration = Configuration()
    configuration.stateDirectory = directory
    configuration.infants = [InfantProfile(name: "bed-1")]
    var probe = ProbeSection(name: "axilla-1")
    probe.path = "/dev/null"
    probe.protocolName = "kmc1"
    probe.infant = "bed-1"
    probe.site = .axilla
    configuration.probes = [probe]
    self.configuration = configuration
  }

  /// An infant that is steady for 40 minutes and then cools fast; 1 Hz, up to `end` seconds.
  private func inputs(from start: Int = 0, to end: Int) -> [Input] {
    var inputs: [Input] = start == 0 ? [.attached(0, Timestamp(seconds: 1_000))] : []
    for second in start..<end {
      let fall = max(0, second - 2_400) * 5_500 / 3_600
      inputs.append(
        .sample(
          Sample(
            time: Timestamp(seconds: Int64(1_000 + second)), port: 0, quantity: .temperature,
            thousandths: Int32(36_900 - fall + second / 7 % 3), decimals: 3)))
    }
    return inputs
  }

  private func analyzer(after inputs: [Input]) -> Analyzer {
    var analyzer = Analysis(configuration).analyzer
    for input in inputs {
      analyzer.step(input)
      analyzer.forgetEvents()
    }
    return analyzer
  }

  /// Leaves what a daemon leaves that had its checkpoint after `split` of the inputs.
  private func leave(
    _ inputs: [Input], split: Int, _ change: (inout ClockMoment) -> Void = { _ in }
  )
    throws
  {
    var analyzer = analyzer(after: Array(inputs[..<split]))
    var moment = ClockMoment.now(StreamClock(.boottime), analyzer.time, .boottime)
    // The last of the inputs was now.
    moment.stream = inputs.last?.time ?? .zero
    change(&moment)
    var bytes: [UInt8] = []
    CheckpointFile.begin(moment, next: 500, in: &bytes)
    analyzer.archive(into: &bytes, portNames: ["axilla-1"])
    CheckpointFile.finish(&bytes)
    try Files.write(bytes.span, to: files.checkpoint)
    var group = InputGroup(next: 500)
    var log: [UInt8] = []
    for input in inputs[split...] {
      group.add(input)
      group.seal()
      log += group.bytes
      group.clear()
    }
    try Files.write(log.span, to: files.inputs(from: 500))
  }

  private func recover() -> Recovery {
    let analysis = Analysis(configuration)
    return Recovery(configuration, analysis.analyzer, analysis.portNames)
  }

  private func end() { try? Files.removeTree(directory) }

  @Test func `the checkpoint and the inputs since make the state that was lost`() throws {
    defer { end() }
    let inputs = inputs(to: 3_300)
    let known = analyzer(after: inputs)
    #expect(!known.standingAlarms.isEmpty)
    for split in [0, 1, 2_500, 3_290, inputs.count] {
      try leave(inputs, split: split)
      let recovery = recover()
      #expect(recovery.hasPast)
      #expect(recovery.remarks.allSatisfy { !$0.isWarning })
      #expect(recovery.inputs == inputs.count - split)
      #expect(recovery.next == 500 + UInt64(inputs.count - split))
      var known = ""
      var found = ""
      dump(analyzer(after: inputs), to: &known)
      dump(recovery.analyzer, to: &found)
      #expect(found == known)
    }
  }

  @Test func `a torn log gives what is whole, and says so`() throws {
    defer { end() }
    let inputs = inputs(to: 300)
    try leave(inputs, split: 100)
    let log = try Files.read(files.inputs(from: 500), atMost: 1 << 20)
    try Files.write(log.span.extracting(..<(log.count - 3)), to: files.inputs(from: 500))
    let recovery = recover()
    #expect(recovery.inputs == inputs.count - 101)
    #expect(recovery.remarks.contains { $0.isWarning && $0.text.contains("torn") })
    #expect(recovery.analyzer.time == Timestamp(seconds: 1_298))
  }

  @Test func `a log that the checkpoint contains already is passed over`() throws {
    defer { end() }
    let inputs = inputs(to: 300)
    try leave(inputs, split: 100)
    let older = try Files.read(files.inputs(from: 500), atMost: 1 << 20)
    try Files.write(older.span, to: files.inputs(from: 400))
    #expect(recover().inputs == inputs.count - 100)
  }

  @Test func `a damaged checkpoint is refused with a sentence, and left where it is`() throws {
    defer { end() }
    try leave(inputs(to: 300), split: 100)
    var bytes = try Files.read(files.checkpoint, atMost: 1 << 20)
    bytes[bytes.count / 2] ^= 1
    try Files.write(bytes.span, to: files.checkpoint)
    let recovery = recover()
    #expect(!recovery.hasPast)
    #expect(recovery.inputs == 0)
    #expect(recovery.remarks.count == 1)
    #expect(recovery.remarks[0].isWarning)
    #expect(recovery.remarks[0].text.contains("found a checksum that differs"))
    #expect(Files.exists(files.checkpoint))
  }

  /// Without any section it is the state that knows which probes there were.
  @Test func `probes that no section names are known again`() throws {
    defer { end() }
    var open = configuration
    open.probes = []
    #expect(Recovery.tagged(open).isEmpty)
    var analysis = Analysis(open)
    let names = ["usb-FTDI_A50285BI-if00", "usb-FTDI_A50285BJ-if00", "axilla-of-old"]
    for name in names { analysis.add(PortEntry(tagged: name)) }
    for port in 0..<3 { analysis.analyzer.step(.attached(PortIndex(port), Timestamp(seconds: 5))) }
    for input in inputs(to: 1_500) { analysis.analyzer.step(input) }
    analysis.analyzer.step(.detached(1, analysis.analyzer.time))
    analysis.analyzer.forgetEvents()
    func keep() throws {
      var bytes: [UInt8] = []
      let moment = ClockMoment.now(StreamClock(.boottime), analysis.analyzer.time, .boottime)
      CheckpointFile.begin(moment, next: 0, in: &bytes)
      analysis.analyzer.archive(into: &bytes, portNames: names)
      CheckpointFile.finish(&bytes)
      try Files.write(bytes.span, to: files.checkpoint)
    }
    try keep()
    #expect(Recovery.tagged(open) == Array(names[..<2]))
    #expect(Recovery.tagged(configuration).isEmpty)
    var fresh = Analysis(open)
    for name in Recovery.tagged(open) { fresh.add(PortEntry(tagged: name)) }
    let recovery = Recovery(open, fresh.analyzer, fresh.portNames)
    #expect(recovery.analyzer.isAttached(0))
    // It had never said anything, and then it went.
    #expect(recovery.analyzer.standingAlarms.map(\.rule) == [.noData, .portLost])
    #expect(recovery.analyzer.assessments[0].quality == .good)
    // One that has been gone for a day is forgotten.
    analysis.analyzer.step(.passed(analysis.analyzer.time.advanced(by: 86_400 * second)))
    analysis.analyzer.forgetEvents()
    try keep()
    #expect(Recovery.tagged(open) == [names[0]])
  }

  @Test func `alarm numbers go on although nothing else is known`() throws {
    defer { end() }
    try Files.makeDirectory("\(directory)/journal")
    for (name, text) in [
      ("a", "\"alarm\":900"), ("b", "x{\"type\":\"alarm\",\"alarm\":17,\"\"alarm\":41}\n"),
      ("c", "{\"alarm\":\"none\"}{\"alarm\":39}\"alarm\""),
    ] {
      let bytes = Array(text.utf8)
      try Files.write(bytes.span, to: "\(directory)/journal/\(name).journal")
    }
    // Of the newest two.
    #expect(recover().analyzer.lastAlarm == 41)
    try Files.write([1, 2, 3].span, to: files.checkpoint)
    #expect(recover().analyzer.lastAlarm == 41)
  }

  @Test func `without any state there is nothing to say`() throws {
    defer { end() }
    let recovery = recover()
    #expect(!recovery.hasPast)
    #expect(recovery.remarks.isEmpty)
  }

  @Test func `after another boot the stream goes on by the wall clock`() throws {
    defer { end() }
    try leave(inputs(to: 300), split: 300) { moment in
      moment.bootIdentity = "another"
      moment.boot = 77
      moment.wall -= 200 * second
    }
    let recovery = recover()
    // The input after the checkpoint is a second later; the test may be slow, but not by minutes.
    let pause = recovery.clock.now.since(Timestamp(seconds: 1_299)) / second
    #expect((199...320).contains(pause))
    #expect(recovery.clock.aheadOfBoot != nil)
  }

  /// The time that nobody was there for is a gap in the data.
  @Test func `the pause is judged, and told as far as something happened`() throws {
    defer { end() }
    let inputs = inputs(to: 3_300)
    try leave(inputs, split: 3_000) {
      $0.bootIdentity = "another"
      $0.wall -= 600 * second
    }
    var analysis = Analysis(configuration)
    let recovery = recover()
    analysis.resume(recovery)
    let now = recovery.clock.now
    #expect(now.since(recovery.analyzer.time) >= 599 * second)
    var sink = Heard()
    analysis.catchUp(to: now, &sink)
    var known = analyzer(after: inputs)
    known.step(.passed(now))
    let alarms = known.standingAlarms
    #expect(alarms.contains { $0.rule == .noData })
    #expect(analysis.analyzer.standingAlarms == alarms)
    #expect(sink.types.allSatisfy { $0 == .alarm })
    #expect(sink.types.count >= 1)
    #expect(sink.present.alarms.contains { $0.rule == .noData })
  }

  @Test func `what no configuration answers to any more is cleared`() throws {
    defer { end() }
    try leave(inputs(to: 3_300), split: 3_000)
    var other = configuration
    other.infants = [InfantProfile(name: "bed-2")]
    other.probes[0].infant = "bed-2"
    let analysis = Analysis(other)
    let recovery = Recovery(other, analysis.analyzer, analysis.portNames)
    #expect(recovery.hasPast)
    #expect(recovery.analyzer.standingAlarms.isEmpty)
    #expect(recovery.inputs == 0)
  }
}

/// Hears what is told.
private struct Heard: LineSink {
  static var numbersUnwanted: Bool { true }
  var types: [LineType] = []
  var present = PresentState()
  var heartbeat = Heartbeat()

  func wants(_ type: LineType) -> Bool { true }

  mutating func take(_ line: [UInt8], _ type: LineType, infant: InfantIndex?, seq: Int) {
    types.append(type)
  }

  mutating func note(_ event: Event) { present.note(event) }
}
