import Testing

/// Every capture among the fixtures has the events that come out of it beside it.
@Suite struct FixtureTests {
  @Test func everyCaptureHasItsGolden() throws {
    let paths = try Repository.paths(under: "fixtures")
    #expect(Self.lonely(paths) == [])
    #expect(paths.count { $0.hasSuffix(".capture") } >= 8)
  }

  @Test func aCaptureWithoutItsGoldenIsFound() {
    #expect(Self.lonely(["fixtures/a.capture", "fixtures/a.events", "fixtures/README.md"]) == [])
    #expect(
      Self.lonely(["fixtures/a.capture", "fixtures/b.events"]) == ["fixtures/a", "fixtures/b"])
  }

  /// What is a capture without its golden, or a golden without its capture.
  private static func lonely(_ paths: [String]) -> [String] {
    func names(_ kind: String) -> Set<String> {
      Set(paths.filter { $0.hasSuffix(kind) }.map { String($0.dropLast(kind.count)) })
    }
    return names(".capture").symmetricDifference(names(".events")).sorted()
  }
}
