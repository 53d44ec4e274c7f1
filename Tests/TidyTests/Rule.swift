import Testing

/// Something that all files of a kind must keep, with texts that keep it and that do not.
struct Rule: Sendable, CustomTestStringConvertible {
  let name: String
  /// Whether the rule is about the file of that path.
  let covers: @Sendable (String) -> Bool
  /// The violations in a file, by line, counted from 1.
  let find: @Sendable (SourceFile) -> [(line: Int, what: String)]
  /// Paths and texts.
  let good: [(path: String, text: String)]
  let bad: [(path: String, text: String)]

  var testDescription: String { name }

  func violations(in file: SourceFile) -> [String] {
    guard covers(file.path) else { return [] }
    return find(file).map { "\(file.path):\($0.line): \($0.what)" }
  }

  static let all: [Rule] = [
    floors, fence, size, width, words, endings, output, tries, names,
  ]
}

extension Rule {
  static let executables = ["kangarood", "kangaroo", "kangaroo-benchmark"]

  /// What each target may import: the drawing in `Package.swift`, and what the toolchain brings.
  static let imports: [String: Set<String>] = [
    "Probes": [],
    "LockFree": ["Synchronization"],
    "Thermoregulation": ["Probes"],
    "Captures": ["Probes"],
    "Journal": ["Probes"],
    "Configuration": ["Probes", "Thermoregulation"],
    "EventStream": ["Probes", "Thermoregulation"],
    "Simulator": ["Probes", "Captures"],
    "LinuxIO": ["CLinux", "CUdev", "Glibc"],
    "Pipeline": [
      "Probes", "LockFree", "Thermoregulation", "Captures", "Configuration", "EventStream",
      "Journal", "LinuxIO", "Synchronization",
    ],
    "Evaluation": [
      "Probes", "Thermoregulation", "Simulator", "LinuxIO", "Pipeline", "Synchronization",
    ],
    "kangarood": ["Pipeline", "Configuration", "LinuxIO"],
    "kangaroo": [
      "Pipeline", "Simulator", "Captures", "Configuration", "EventStream", "Thermoregulation",
      "Journal", "Probes", "LinuxIO", "Evaluation",
    ],
    "kangaroo-benchmark": [
      "LockFree", "CPeers", "Probes", "Simulator", "LinuxIO", "Synchronization",
    ],
    "CLinux": [], "CPeers": [], "CUdev": [],
  ]

  /// Modules that come with the toolchain and are no dependency in `Package.swift`.
  static let toolchain: Set = ["Synchronization", "Glibc"]

  static let floors = Rule(
    name: "a target imports only what is drawn below it",
    covers: { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") },
    find: { file in
      let target = file.target ?? ""
      guard let allowed = imports[target] else { return [(1, "“\(target)” is not in the drawing")] }
      return file.code.numbered.compactMap { number, line in
        let form =
          /^\s*(?:(?:public|package|internal|fileprivate|private|@\w+(?:\([^)]*\))?)\s+)*import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/
        guard line.contains("import"), let module = line.firstMatch(of: form)?.1,
          !allowed.contains(String(module))
        else {
          return nil
        }
        return (number, "\(target) may not import \(module)")
      }
    },
    good: [
      ("Sources/EventStream/A.swift", "public import Probes\nimport Thermoregulation\n"),
      ("Sources/Probes/A.swift", "// import Glibc\nlet important = \"import Glibc\"\n"),
      ("Sources/LinuxIO/A.swift", "import CLinux\nimport Glibc\n"),
    ],
    bad: [
      ("Sources/Probes/A.swift", "import Synchronization"),
      ("Sources/Thermoregulation/A.swift", "public import Captures"),
      ("Sources/EventStream/A.swift", "import struct Foundation.Date"),
      ("Sources/Pipeline/A.swift", "@preconcurrency import Glibc"),
      ("Sources/Pipeline/A.swift", "import CLinux"),
      ("Sources/kangaroo/A.swift", "  internal import Glibc"),
      ("Sources/kangarood/A.swift", "import FoundationEssentials"),
      ("Sources/Attic/A.swift", "import Probes"),
    ])

  /// Where memory may be touched without the compiler's watch, and why.
  static let unsafePlaces: [(path: String, reason: String)] = [
    ("Sources/LinuxIO/", "system calls and libudev take and give pointers"),
    ("Sources/LockFree/", "the two ends of a ring share its storage"),
  ]

  static let fence = Rule(
    name: "unsafe code stays behind its fence",
    covers: { path in
      path.hasPrefix("Sources/") && path.hasSuffix(".swift")
        && !unsafePlaces.contains { path.hasPrefix($0.path) }
    },
    find: {
      $0.code.lines(
        mentioning: ["nsafe", "unowned", "nmanaged"], matching: /(?i)unsafe|\bunowned\(|unmanaged/,
        "unsafe code")
    },
    good: [
      ("Sources/LinuxIO/A.swift", "unsafe pointer.pointee"),
      ("Sources/Pipeline/A.swift", "// never unsafe\nput(\"unsafe\")"),
    ],
    bad: [
      ("Sources/Pipeline/A.swift", "let byte = unsafe text.utf8Start[0]"),
      ("Sources/Captures/A.swift", "func read(_ bytes: UnsafeRawBufferPointer)"),
      ("Sources/Captures/A.swift", "final class A: @unchecked Sendable, unsafeBitCast(a)"),
      ("Sources/EventStream/A.swift", "nonisolated(unsafe) var count = 0"),
    ])

  static let size = Rule(
    name: "a file has at most 400 lines",
    covers: { _ in true },
    find: { file in
      let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
      return count > 400 ? [(count, "the file has \(count) lines, expected at most 400")] : []
    },
    good: [("Sources/Probes/A.swift", String(repeating: "\n", count: 400))],
    bad: [("Tests/ProbesTests/A.swift", String(repeating: "\n", count: 401))])

  /// Tests are left to the formatter: what they quote must often stand whole.
  static let width = Rule(
    name: "a line has at most 100 columns",
    covers: { !$0.hasPrefix("Tests/") },
    find: { file in
      file.lines.numbered.compactMap { number, line in
        line.utf8.count > 100 && line.count > 100
          ? (number, "the line has \(line.count) columns") : nil
      }
    },
    good: [("Sources/Probes/A.swift", String(repeating: "é", count: 100))],
    bad: [
      ("Sources/CLinux/A.c", "\n" + String(repeating: "x", count: 101) + "\n"),
      ("Package.swift", String(repeating: " ", count: 101)),
    ])
}
