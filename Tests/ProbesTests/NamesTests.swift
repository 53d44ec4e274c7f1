import Testing

@testable import Probes

/// The words that appear in configurations, captures and event lines.
@Suite struct NamesTests {
  private func areWords(_ names: [String]) -> Bool {
    Set(names).count == names.count
      && names.allSatisfy { name in
        !name.isEmpty && name.utf8.allSatisfy { $0 == 0x2D || ($0 | 0x20) == $0 && $0 > 0x2F }
      }
  }

  @Test func `names are different lower-case words`() {
    #expect(areWords(Rejection.allCases.map(\.name)))
    #expect(areWords(Quantity.allCases.map(\.name)))
    #expect(areWords(Validity.allCases.map(\.name)))
    #expect(areWords(Site.allCases.map(\.name)))
    #expect(areWords(SampleFlags.names))
    // The highest flag has a name, and none has two.
    #expect(SampleFlags.powerOn.rawValue == 1 << UInt32(SampleFlags.names.count - 1))
  }

  @Test func `quantities have units of UCUM`() {
    #expect(Quantity.temperature.unit == "Cel")
    #expect(Set(Quantity.allCases.map(\.unit)) == ["Cel", "/min", "%"])
  }

  @Test(arguments: ["9600-8n1", "19200-8o1", "1200-7e2", "4000000-8n1"])
  func `line settings are read as they are written`(text: String) {
    #expect(LineSettings(text)?.text == text)
  }

  @Test(arguments: ["9600", "9600-8n", "9600-8n3", "9600-9n1", "9600-8x1", "49-8n1", "x-8n1", ""])
  func `other line settings are none`(text: String) {
    #expect(LineSettings(text) == nil)
  }

  @Test func `counts are read and written by reason`() {
    var counts = FrameCounts()
    for (place, reason) in Rejection.allCases.enumerated() { counts[reason] += place + 1 }
    #expect(Rejection.allCases.map { counts[$0] } == [1, 2, 3, 4, 5])
    #expect(counts.rejected == 15)
  }

  @Test func `times before zero round down`() {
    let time = Timestamp(nanoseconds: -1)
    #expect(time.seconds == -1)
    #expect(time.milliseconds == -1)
    #expect(time < .zero)
    #expect(time.advanced(by: 2).since(time) == 2)
  }
}
