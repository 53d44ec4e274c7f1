import EventStream
import LinuxIO
import Programs
import Simulator
import Testing

@Suite("What the daemon itself records")
struct RecordingTests {
  /// The captures in a test's directory, in the order of their names.
  private func captures(_ scratch: Scratch) throws -> [String] {
    try Files.names(in: scratch.path("captures")).filter { $0.hasSuffix(".capture") }
      .map { scratch.path("captures/\($0)") }
  }

  private func keys(_ scratch: Scratch, _ more: String = "") -> String {
    "record = \(scratch.path("captures"))\n\(more)"
  }

  private func text(_ paths: [String]) throws -> [UInt8] {
    var text: [UInt8] = []
    for path in paths { text += try Files.read(path, atMost: 1 << 26) }
    return text
  }

  @Test(
    "gives the same alarms, sessions and marks when it is replayed",
    arguments: ["twins", "transfer", "heart-probe-off", "probe-fault"])
  func fixture(_ name: String) throws {
    try agree(on: try Files.read(Fixture.path("\(name).capture"), atMost: 1 << 26))
  }

  @Test("gives the same where staff have acted", arguments: ["s34", "s19"])
  func staff(_ name: String) throws {
    var options = Simulation.Options(scenario: Scenario.named(name)!)
    options.sparseness = 10
    var simulation = try Simulation(options)
    var capture: [UInt8] = []
    while simulation.next(into: &capture) {}
    try agree(on: capture)
  }

  private func agree(on capture: [UInt8]) throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(
      capture, keys: keys(scratch, "record-file-size = 64K"), in: scratch)
    try loop.play()
    try loop.daemon.send(.terminate)
    _ = try loop.daemon.end()
    let paths = try captures(scratch)
    #expect(paths.count > 1)
    for path in paths {
      let replay = try Program.kangaroo.run("replay", path)
      #expect(replay.code == 0, "\(replay.errors)")
      #expect(replay.errors.isEmpty, "\(replay.errors)")
    }
    let types = "alarm,session,mark"
    let replay = try Program.kangaroo.run("replay", "-", "--types", types, input: text(paths))
    let vital = loop.lines.filter { line in
      !line.contains("\"type\":\"port\"") && !line.contains("\"type\":\"assessment\"")
    }
    let found = try comparable(replay.lines)
    for (live, recorded) in zip(try comparable(vital), found) where live != recorded {
      Issue.record("live:     \(live)\nrecorded: \(recorded)")
      break
    }
    let notes = String(decoding: try text(paths), as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix("#note") && $0.contains("lost") }
    #expect(notes.isEmpty)
    #expect(found.count == vital.count)
    #expect(vital.count >= 1)
  }

  @Test("goes on over restarts, and keeps within its limit")
  func limit() throws {
    let scratch = try Scratch()
    let loop = try ClosedLoop(
      try Files.read(Fixture.path("twins.capture"), atMost: 1 << 26),
      keys: keys(scratch, "record-size = 1M\nrecord-file-size = 64K"), in: scratch)
    for number in 1...20 {
      let name = "20200101T0000\(number + 10)Z-0123456789abcdef-0001.capture"
      try Files.makeDirectoryIfMissing(scratch.path("captures"))
      try scratch.write([UInt8](repeating: 10, count: 60_000), to: "captures/\(name)")
    }
    try scratch.write("mine", to: "captures/notes.capture")
    try loop.play(keepingStepEvery: 700) { _ in try loop.restart() }
    try loop.daemon.send(.terminate)
    _ = try loop.daemon.end()
    let paths = try captures(scratch)
    let total = try paths.reduce(0) { try $0 + Files.size(of: $1) }
    #expect(total <= 1 << 20)
    #expect(total > 1 << 19)
    #expect(paths.contains { $0.hasSuffix("/notes.capture") })
    // The oldest have gone.
    #expect(!paths.contains { $0.contains("20200101T000011Z") })
    for path in paths where path.contains("Z-") && !path.contains("/2020") {
      #expect(try Program.kangaroo.run("replay", path).code == 0)
    }
  }
}

/// The disk that captures are kept on.
@Suite("A recording whose disk is full", .enabled(if: Disk.isPossible))
struct FullRecordingTests {
  @Test("is named, stops nothing else, and goes on by itself")
  func full() throws {
    let scratch = try Scratch()
    let disk = try Disk(memory: "16m", at: "captures", in: scratch)
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe p]\npath = \(wire.path)\nprotocol = kmc1\nsite = axilla", in: scratch,
      keys: "record = \(disk.path)\nrecord-file-size = 64K\nrecord-size = 1M")
    try wire.awaitOpening()
    let subscriber = try daemon.subscribe("alarm", "heartbeat", "sample")
    var number = 0
    func speak(until isMeant: (JSON) -> Bool) throws -> JSON {
      while true {
        number += 1
        try wire.send(kmc1(temperature: 36_900, number: number, milliseconds: number * 1_000))
        // Every line of the probe is heard, whatever becomes of the recording.
        let json = try subscriber.next { $0.type == "sample" || isMeant($0) }
        if isMeant(json) { return json }
      }
    }
    try disk.fill()
    let raised = try speak { $0.shown("rule") == "storage" }
    #expect(raised.shown("event") == "raised")
    #expect(raised.shown("priority") == "medium")
    #expect(raised.shown("cause") == "unrecorded")
    #expect(raised.shown("message")?.contains("not being recorded") == true)
    let beat = try speak { $0.type == "heartbeat" && ($0["unrecorded"]?.integer ?? 0) > 0 }
    #expect(beat.shown("dropped") == "0")
    try disk.clear()
    let cleared = try speak { $0.shown("rule") == "storage" }
    #expect(cleared.shown("event") == "cleared")
    try daemon.send(.terminate)
    _ = try daemon.end()
    let last = try #require(
      try Files.names(in: disk.path).last { $0.hasSuffix(".capture") })
    let text = String(
      decoding: try Files.read("\(disk.path)/\(last)", atMost: 1 << 20), as: UTF8.self)
    #expect(text.contains("\n#note recording was broken off: "))
    #expect(try Program.kangaroo.run("replay", "\(disk.path)/\(last)").code == 0)
  }
}

extension Files {
  static func makeDirectoryIfMissing(_ path: String) throws {
    if !exists(path) { try makeDirectory(path) }
  }
}
