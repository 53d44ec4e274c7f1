import EventStream
import LinuxIO
import Probes
import Programs
import Testing
import Thermoregulation

@Suite("The page on lines")
struct LinesGuideTests {
  private let keys: [String: Set<String>]
  private let common: Set<String> = ["type", "seq", "t", "time", "stream"]
  private let guide: Guide

  init() throws {
    guide = try Guide("Lines")
    keys = Dictionary(
      uniqueKeysWithValues: guide.sections().map { ($0.heading, Set($0.text.documentedKeys)) })
  }

  @Test("has a section for every type, and for nothing else")
  func types() {
    #expect(Set(keys.keys) == Set(LineType.allCases.map(\.name)))
  }

  @Test("explains every key of the goldens under its type")
  func goldens() throws {
    var lines = 0
    for name in try Files.names(in: "\(Guide.root)/fixtures") where name.hasSuffix(".events") {
      for text in try Guide.read("fixtures/\(name)").split(separator: "\n") {
        try explains(try JSON(parsing: String(text)))
        lines += 1
      }
    }
    #expect(lines > 50)
  }

  @Test("explains every key that a daemon says")
  func daemon() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      """
      [infant bed-1]
      gestational-age-weeks = 31
      birth-weight-g = 1480
      born = 2026-11-20T04:10:00Z
      parent = mother-1
      [probe axilla]
      path = \(wire.path)
      protocol = kmc1
      infant = bed-1
      site = axilla
      """, in: scratch)
    try wire.awaitOpening()
    let stream = try daemon.connect()
    let types = LineType.choosable.map { "\"\($0.name)\"" }.joined(separator: ",")
    var seen = try stream.lines(upTo: "live")
    try stream.send("{\"id\":7,\"subscribe\":{\"types\":[\(types)]}}")
    seen += try stream.lines(upTo: "live")
    try stream.send("{\"id\":8,\"subscribe\":{\"since\":{\"stream\":\"other\",\"seq\":1}}}")
    seen += try stream.lines(upTo: "live")
    try stream.send("{\"id\":9,\"dance\":true}")
    seen += try stream.lines(upTo: "error")
    try stream.send("{\"subscribe\":{\"types\":[\(types)]}}")
    seen += try stream.lines(upTo: "live")
    let control = try daemon.control()
    seen.append(
      try control.ask("{\"id\":1,\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"rn-4\"}"))
    seen.append(try stream.next("mark"))
    try wire.send(kmc1(temperature: 36_900, number: 1, milliseconds: 1000))
    seen.append(try stream.next("sample"))
    seen.append(try stream.next("heartbeat"))
    wire.unplug()
    seen.append(try stream.next("alarm"))
    try daemon.send(.terminate)
    seen += try stream.lines(upTo: "bye")
    for line in seen { try explains(line) }
    let told = Set(seen.map(\.type))
    #expect(
      told.isSuperset(of: [
        "hello", "port", "infant", "live", "reply", "gap", "error", "sample", "heartbeat", "alarm",
        "bye", "mark", "wire",
      ]))
  }

  private func explains(_ line: JSON) throws {
    let known = try #require(keys[line.type], "no section on \(line.type)").union(common)
    for member in line.members ?? [] {
      #expect(known.contains(member.key), "\(line.type): \(member.key)")
    }
  }

  @Test("explains what the sources write, and nothing that they do not")
  func sources() throws {
    let files = [
      "EventStream/EventLines.swift", "EventStream/ControlLines.swift", "Pipeline/Publisher.swift",
      "EventStream/LineWriter.swift",
    ]
    let form =
      /(?:integer|thousandths|seconds|word|text|flag|flags|words|hex|beginText|beginObject|key):? ?\(?\s*"([a-z0-9_]+)"/
    var written: Set<String> = ["read", "written", "infants"]
    for file in files {
      let text = try Guide.read("Sources/\(file)")
      for match in text.matches(of: form) { written.insert(String(match.output.1)) }
    }
    let explained = keys.values.reduce(common) { $0.union($1) }
    // These stand within `subscribe`, which the page shows.
    let within: Set = ["types", "since"]
    #expect(written.subtracting(explained) == within.subtracting(explained))
    #expect(explained.subtracting(written) == [])
    #expect(written.count > 80)
  }

  @Test("explains every word that a key can have")
  func vocabulary() throws {
    let words = Set(guide.text.codeWords)
    var names = Rule.allCases.map(\.name) + Band.allCases.map(\.name) + Quality.allCases.map(\.name)
    names += Trend.allCases.map(\.name) + Mark.allCases.map(\.name)
    names += Cause.allCases.filter { $0 != .none }.map(\.name)
    names += Site.allCases.filter { $0 != .unknown }.map(\.name) + Link.allCases.map(\.name)
    names += DataState.allCases.map(\.name)
    for name in names { #expect(words.contains(name), "\(name)") }
  }
}
