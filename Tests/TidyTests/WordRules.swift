/// Rules about single words.
extension Rule {
  /// The files of this target hold the words as examples.
  private static func isElsewhere(_ path: String) -> Bool { !path.hasPrefix("Tests/TidyTests/") }

  static let words = Rule(
    name: "no banners and nothing left to do",
    covers: isElsewhere,
    find: { file in
      file.lines.lines(
        mentioning: ["MARK", "TODO", "FIXME", "XXX", "HACK"],
        matching: /\/\/ ?MARK\b|\bTODO\b|\bFIXME\b|\bXXX\b|\bHACK\b/, "a banner or a promise")
    },
    good: [("Sources/Probes/A.swift", "/// The MARK of a frame; todos are elsewhere.")],
    bad: [
      ("Sources/Probes/A.swift", "// MARK: - Decoding"),
      ("Sources/CLinux/A.c", "// TODO later"),
      ("Tests/ProbesTests/A.swift", "/* FIXME */"),
    ])

  static let endings = Rule(
    name: "a broken invariant is a precondition with a message",
    covers: { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") },
    find: { file in
      file.code.lines(
        mentioning: ["fatalError", "assert", "precondition"],
        matching: /\bfatalError\(|\bassert(ionFailure)?\(|\bprecondition(Failure)?\(\)/,
        "an ending without its reason")
    },
    good: [
      ("Sources/Probes/A.swift", "precondition(count > 0, \"a frame has bytes\")"),
      ("Tests/ProbesTests/A.swift", "fatalError(\"no such fixture\")"),
    ],
    bad: [
      ("Sources/Probes/A.swift", "default: fatalError(\"impossible\")"),
      ("Sources/Probes/A.swift", "assert(count > 0)"),
    ])

  static let output = Rule(
    name: "only the programs print",
    covers: { path in
      path.hasPrefix("Sources/") && path.hasSuffix(".swift")
        && !executables.contains { path.hasPrefix("Sources/\($0)/") }
    },
    find: {
      $0.code.lines(
        mentioning: ["rint(", "dump("], matching: /(^|[^\w.])(debugPrint|print|dump)\(/, "a print")
    },
    good: [
      ("Sources/kangaroo/A.swift", "print(help)"),
      ("Sources/Pipeline/A.swift", "footprint(of: line)\nwriter.print(line)"),
    ],
    bad: [
      ("Sources/Pipeline/A.swift", "  print(line)"),
      ("Sources/Pipeline/A.swift", "if isLoud { dump(line) }"),
    ])

  static let tries = Rule(
    name: "a try! has its reason on the line before",
    covers: { isElsewhere($0) && $0.hasSuffix(".swift") },
    find: { file in
      file.code.lines(mentioning: ["try!"], matching: /\btry!/, "a try! without its reason").filter
      { number, _ in
        guard number > 1 else { return true }
        let before = file.lines[number - 2].drop { $0 == " " }
        return !before.hasPrefix("// ")
      }
    },
    good: [("Tests/ProbesTests/A.swift", "// The text is a literal.\nlet time = try! parse(text)")],
    bad: [
      ("Sources/Probes/A.swift", "let time = try! parse(text)"),
      ("Sources/Probes/A.swift", "let text = \"now\"\nlet time = try! parse(text)"),
    ])

  /// Names that others have given to things of theirs.
  private static var properNames: Regex<Substring> { /ModemManager|ServiceManager|FileManager/ }

  static let names = Rule(
    name: "names say what a thing is",
    covers: { isElsewhere($0) && $0.hasSuffix(".swift") },
    find: { file in
      ([file.path] + file.code).numbered.compactMap { number, line in
        guard ["Manager", "Helper", "Util"].contains(where: line.contains),
          let name = line.replacing(properNames, with: "").firstMatch(
            of: /\w*(Manager|Helper|Util)\w*/)
        else { return nil }
        return (max(number - 1, 1), "“\(name.output.0)” says nothing")
      }
    },
    good: [
      ("Sources/LinuxIO/A.swift", "var isIgnoredByModemManager = false // no Helper"),
      ("Sources/LinuxIO/ServiceManager.swift", "let utility = \"Utils\""),
    ],
    bad: [
      ("Sources/Probes/A.swift", "struct PortManager {"),
      ("Sources/Probes/A.swift", "let frameHelper = 1"),
      ("Tests/ProbesTests/TestUtils.swift", ""),
    ])
}

extension [String] {
  /// The lines with their numbers, counted from 1.
  var numbered: [(number: Int, line: String)] {
    enumerated().map { (number: $0.offset + 1, line: $0.element) }
  }

  /// The lines in which `pattern` is found; only those that mention one of the words are searched,
  /// since a search costs far more than a look.
  func lines(
    mentioning words: [String], matching pattern: some RegexComponent, _ what: String
  ) -> [(line: Int, what: String)] {
    numbered.compactMap { number, line in
      guard words.contains(where: line.contains), line.firstMatch(of: pattern) != nil else {
        return nil
      }
      return (number, what)
    }
  }
}
