import AllocationCounter
import Probes
import Testing
import Thermoregulation

/// An analyzer that is put away and restored, at whatever moment, goes on as if nothing had been.
@Suite struct ArchiveTests {
  /// All state of `analyzer`, restored into one that knows nothing.
  private func revived(_ analyzer: inout Analyzer, _ story: InputStory) throws -> Analyzer {
    var bytes: [UInt8] = []
    analyzer.archive(into: &bytes, portNames: story.portNames)
    var fresh = story.freshAnalyzer
    try fresh.restore(from: bytes, portNames: story.portNames)
    return fresh
  }

  /// Runs through a story; every `period` seconds with another analyzer, restored from the last.
  private func events(_ story: InputStory, revivedEvery period: Int64?) throws -> [Event] {
    var analyzer = story.freshAnalyzer
    var events: [Event] = []
    var next = period ?? .max
    for input in story.inputs {
      analyzer.step(input)
      events += analyzer.events
      analyzer.forgetEvents()
      guard input.time.seconds >= next else { continue }
      next = input.time.seconds + (period ?? 0)
      analyzer = try revived(&analyzer, story)
    }
    return events
  }

  private func check(_ story: InputStory, _ periods: [Int64]) throws {
    let whole = story.lines(try events(story, revivedEvery: nil))
    #expect(whole.utf8.count > 1_000)
    for period in periods {
      let revived = story.lines(try events(story, revivedEvery: period))
      if revived == whole { continue }
      let pair = zip(revived.split(separator: "\n"), whole.split(separator: "\n"))
        .first { $0 != $1 }
      Issue.record("every \(period) s, found \(pair?.0 ?? "-")\nexpected \(pair?.1 ?? "-")")
    }
  }

  @Test(arguments: Fixture.all)
  func `a fixture says the same over restarts at every minute, and within minutes`(
    _ fixture: Fixture
  ) throws {
    // A prime number meets every second of a minute and of a bin.
    try check(try InputStory(fixture.capture), [60, 17])
  }

  /// Marks, sessions, spot checks, twins, gaps, probes that fall off, hearts, a long gap to a foot.
  @Test(arguments: [
    "s9", "s11", "s15", "s16", "s17", "s18", "s19", "s22", "s23", "s27", "s29", "s30", "s34", "s36",
  ])
  func `a scenario says the same over restarts`(_ name: String) throws {
    try check(try InputStory(scenario: name), [47])
  }

  @Test func `all that is known comes back, field by field`() throws {
    for name in ["s17", "s23", "s34", "s36"] {
      let story = try InputStory(scenario: name)
      var analyzer = story.freshAnalyzer
      for (number, input) in story.inputs.enumerated() {
        analyzer.step(input)
        analyzer.forgetEvents()
        guard number % 900 == 899 else { continue }
        let revived = try revived(&analyzer, story)
        var known = ""
        var found = ""
        dump(analyzer, to: &known)
        dump(revived, to: &found)
        #expect(known.contains("warmupStart"))
        if known == found { continue }
        let pair = zip(found.split(separator: "\n"), known.split(separator: "\n"))
          .first { $0 != $1 }
        Issue.record("\(name): found \(pair?.0 ?? "-"), expected \(pair?.1 ?? "-")")
      }
    }
  }

  @Test(
    .enabled("the sanitizers count allocations themselves") { allocation_counter_available() })
  func `into bytes that have room, no value allocates`() throws {
    let story = try InputStory(scenario: "s23")
    var analyzer = story.freshAnalyzer
    for input in story.inputs {
      analyzer.step(input)
      analyzer.forgetEvents()
    }
    let names = story.portNames
    var bytes: [UInt8] = []
    analyzer.archive(into: &bytes, portNames: names)
    var least = Int.max
    for _ in 0..<3 {
      bytes.removeAll(keepingCapacity: true)
      allocation_counter_start()
      analyzer.archive(into: &bytes, portNames: names)
      least = min(least, Int(allocation_counter_stop().allocations))
    }
    // Unoptimised code has temporaries of its own for each struct; there are thousands of values.
    #expect(bytes.count > 4_500)
    #expect(least < 100)
  }
}
