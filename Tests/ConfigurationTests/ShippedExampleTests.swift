import Configuration
import Foundation
import Probes
import Testing
import Thermoregulation

/// The file that is installed as `/etc/kangarood/kangarood.conf`.
@Suite("The shipped configuration") struct ShippedExampleTests {
  private static let text = try? String(
    contentsOf: URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "systemd/kangarood.conf"), encoding: .utf8)

  /// A "#" without a space after it stands before an example.
  private static func lines() throws -> [(line: Substring, isExample: Bool)] {
    try #require(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let isExample = line.first == "#" && line.count > 1 && line.dropFirst().first != " "
      return (isExample ? line.dropFirst() : line, isExample)
    }
  }

  @Test("puts nothing in force") func silent() throws {
    #expect(read(try #require(Self.text)).0 == Configuration())
  }

  @Test("is valid with every example put in force, and those of the limits are the defaults")
  func examples() throws {
    let (configuration, problems) = read(try Self.lines().map(\.line).joined(separator: "\n"))
    #expect(problems == [])
    let infant = try #require(configuration?.infants.first)
    #expect(infant.limits == Limits(gestationalAgeWeeks: infant.gestationalAgeWeeks))
    #expect(configuration?.socketPath == Configuration().socketPath)
    #expect(configuration?.controlSocketPath == Configuration().controlSocketPath)
    #expect(configuration?.stateDirectory == Configuration().stateDirectory)
    #expect(configuration?.clock == .boottime)
    #expect(configuration?.probes.count == 4)
  }

  @Test("explains every example: each key's first one follows a comment or another example")
  func explained() throws {
    let lines = try Self.lines()
    var known: Set<Substring> = []
    for (place, line) in lines.enumerated() where line.isExample {
      let before = lines[max(place - 1, 0)]
      #expect(before.isExample || before.line.hasPrefix("# "), "line \(place + 1): \(line.line)")
      known.insert(line.line.prefix { $0 != " " })
    }
    for limit in ["cold-stress", "cooling-rapid", "tachycardia", "born", "channel-2", "clock"] {
      #expect(known.contains(Substring(limit)))
    }
  }

  /// A key that is added to the daemon and not to the file would go unexplained.
  @Test("shows every key that a section can have")
  func complete() throws {
    let examples = try Self.lines().filter(\.isExample).map(\.line)
    for section in ["[daemon]", "[infant x]", "[probe x]"] {
      let (_, problems) = read("\(section)\nno-such-key = 1\n")
      let sentence = try #require(problems.first { $0.contains("unknown key") })
      let keys = sentence.matches(of: /[a-z]+(?:-[a-z0-9]+)*/).map { String($0.output) }
      let expected = try #require(keys.firstIndex(of: "expected"))
      for key in keys[(expected + 1)...] where !["or", "a", "limit", "to"].contains(key) {
        if key.hasPrefix("channel-") { continue }
        #expect(examples.contains { $0.hasPrefix(key) }, "\(key) of \(section)")
      }
    }
  }
}
