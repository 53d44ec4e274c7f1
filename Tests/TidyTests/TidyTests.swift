import Testing

/// The rules of the house, held against every file of it.
@Suite struct TidyTests {
  @Test(arguments: Rule.all) func everyFileKeepsTheRule(rule: Rule) throws {
    let violations = try Repository.sources().flatMap(rule.violations)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  /// A rule that finds nothing proves nothing.
  @Test(arguments: Rule.all) func everyRuleFindsWhatBreaksIt(rule: Rule) {
    #expect(!rule.bad.isEmpty)
    for (path, text) in rule.bad {
      #expect(rule.violations(in: SourceFile(path: path, text: text)).count == 1, "\(path) \(text)")
    }
    for (path, text) in rule.good {
      #expect(rule.violations(in: SourceFile(path: path, text: text)) == [], "\(path) \(text)")
    }
  }

  @Test func thereAreFilesToHoldThemAgainst() throws {
    let sources = try Repository.sources()
    #expect(sources.count > 100)
    for target in Rule.imports.keys where !target.hasPrefix("C") || target == "Captures" {
      #expect(sources.contains { $0.target == target }, "no file of \(target)")
    }
  }

  /// The drawing above and the manifest cannot drift apart.
  @Test func theManifestDependsOnWhatIsDrawn() throws {
    let declared = Self.dependencies(in: try Repository.text(of: "Package.swift"))
    for (target, imports) in Rule.imports {
      #expect(declared[target] == imports.subtracting(Rule.toolchain), "\(target)")
    }
  }

  @Test func dependenciesAreReadFromAManifest() {
    let manifest = """
      .systemLibrary(name: "CUdev", pkgConfig: "libudev"),
      .target(name: "Probes", swiftSettings: swift),
      .target(
        name: "Captures",
        dependencies: [
          "Probes", "LockFree",
        ], swiftSettings: swift),
      .testTarget(name: "CapturesTests", dependencies: ["Captures"]),
      """
    #expect(
      Self.dependencies(in: manifest) == [
        "CUdev": [], "Probes": [], "Captures": ["Probes", "LockFree"],
      ])
  }

  private static func dependencies(in manifest: String) -> [String: Set<String>] {
    let form =
      /\.(?:target|executableTarget|systemLibrary)\(\s*name: "([^"]+)"(?:,\s*dependencies: \[([^\]]*)\])?/
    var dependencies: [String: Set<String>] = [:]
    for match in manifest.matches(of: form) {
      let names = (match.output.2 ?? "").matches(of: /"([^"]+)"/).map { String($0.output.1) }
      dependencies[String(match.output.1)] = Set(names)
    }
    return dependencies
  }
}
