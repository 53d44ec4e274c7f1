import EventStream
import LinuxIO
import Testing

@Suite struct FixtureTests {
  @Test func `there are fixtures of every kind that the first release promises`() {
    let names = Set(Fixture.all.map(\.name))
    let promised: Set = [
      "steady", "slow-cooling", "fast-cooling", "cooling-with-rising-heart-rate", "hyperthermia",
      "data-gap", "probe-fault", "twins",
    ]
    #expect(names.isSuperset(of: promised))
  }

  @Test(arguments: Fixture.all)
  func `a fixture replays to its golden`(_ fixture: Fixture) throws {
    let found = try replay(fixture.capture, types: Fixture.goldenTypes)
    if Environment.value("KANGAROO_RECORD_GOLDENS") != nil {
      try Files.write(found.span, to: fixture.goldenPath)
      Issue.record("recorded \(fixture.name).events: a run that records is no test")
      return
    }
    let golden = try Files.read(fixture.goldenPath, atMost: 1 << 26)
    #expect(!golden.isEmpty)
    #expect(lines(found) == lines(golden))
  }

  @Test(arguments: Fixture.all, [1, 2, 7])
  func `the wire's chunking changes nothing, not even an assessment`(
    _ fixture: Fixture, _ pieces: Int
  ) throws {
    let whole = try replay(fixture.capture, types: .all)
    let cut = try replay(try cutReads(fixture.capture, into: pieces), types: .all)
    #expect(whole.count > 1000)
    #expect(whole == cut)
  }

  @Test(arguments: Fixture.all, [1, 2, 7])
  func `the file's chunking changes nothing`(_ fixture: Fixture, _ pieces: Int) throws {
    // The file's beginning suffices: the reader knows nothing of what comes later.
    let head = Array(fixture.capture.prefix(60_000))
    let whole = try replay(head, types: .all)
    let cut = try replay(head, types: .all, pieces: pieces)
    #expect(!whole.isEmpty)
    #expect(whole == cut)
  }

  @Test func `the trend is noticed before the limit is crossed`() throws {
    let fixture = try #require(Fixture.all.first { $0.name == "slow-cooling" })
    let events = try lines(replay(fixture.capture, types: LineTypes(.alarm)))
    let trend = try #require(
      events.firstIndex { $0.contains("\"cooling-trend\"") && $0.contains("\"raised\"") })
    let limit = try #require(
      events.firstIndex { $0.contains("\"cold-stress\"") && $0.contains("\"raised\"") })
    #expect(trend < limit)
  }
}

extension LineTypes {
  /// Everything that a replay can print.
  static let all = LineTypes.events.union(LineTypes(.sample))
}
