import Configuration
import Testing

/// Which device a section claims.
@Suite struct PatternTests {
  private func claims(_ pattern: String?, _ identity: String) -> Bool {
    var probe = ProbeSection(name: "p")
    probe.device = pattern
    return probe.claims(device: identity)
  }

  @Test(arguments: [
    ("usb-FTDI-if00", "usb-FTDI-if00", true), ("usb-FTDI-if00", "usb-FTDI-if0", false),
    ("usb-FTDI-if0", "usb-FTDI-if00", false), ("usb-ftdi-if00", "usb-FTDI-if00", false),
    ("*", "", true), ("*", "anything", true), ("**", "x", true), ("?", "", false),
    ("?", "x", true), ("?", "xy", false), ("usb-*-if00", "usb-FTDI-A5-if00", true),
    ("usb-*-if00", "usb-FTDI-A5-if01", false), ("usb-*-if00", "usb--if00", true),
    ("*if00", "usb-if00-if00", true), ("*if00*", "usb-if0-if0", false), ("a*b*c", "aXbYc", true),
    ("a*b*c", "aXcYb", false), ("usb-?TDI*", "usb-FTDI", true), ("", "", true), ("", "x", false),
    ("x[0-9]", "x[0-9]", true), ("x[0-9]", "x5", false), ("*?", "", false), ("*?x", "ax", true),
  ])
  func patterns(pattern: String, identity: String, fits: Bool) {
    #expect(claims(pattern, identity) == fits)
  }

  @Test func aSectionWithAPathClaimsNoDevice() {
    #expect(!claims(nil, ""))
    #expect(!claims(nil, "usb-FTDI-if00"))
  }

  /// A matcher that tries every split would need longer than the universe is old.
  @Test(.timeLimit(.minutes(1))) func pathologicalPatternsAreFast() {
    let pattern = String(repeating: "a*", count: 60) + "b"
    let identity = String(repeating: "a", count: 5_000)
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(!claims(pattern, identity))
      #expect(claims(pattern, identity + "b"))
      #expect(!claims(String(repeating: "*", count: 1_000) + "b", identity))
      #expect(!claims(String(repeating: "?", count: 4_999) + "*?b", identity))
    }
    #expect(time < .seconds(5))
  }
}
