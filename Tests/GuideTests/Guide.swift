import LinuxIO

/// A page of the documentation.
struct Guide {
  static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  let text: String

  init(_ name: String) throws {
    text = try Self.read("Sources/EventStream/EventStream.docc/\(name).md")
  }

  /// A file of the repository, by its path from the root.
  static func read(_ path: String) throws -> String {
    String(decoding: try Files.read("\(root)/\(path)", atMost: 1 << 22), as: UTF8.self)
  }

  /// Its code blocks in that language.
  func blocks(_ language: String) -> [String] {
    text.split(separator: "```\(language)\n", omittingEmptySubsequences: false).dropFirst().map {
      String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex))
    }
  }

  /// What stands under a heading of the third level, up to the next heading.
  func sections() -> [(heading: String, text: Substring)] {
    text.split(separator: "\n### ").dropFirst().map { section in
      let end = section.firstRange(of: "\n#")?.lowerBound ?? section.endIndex
      let heading = section.prefix { $0 != "\n" }
      return (String(heading), section[..<end])
    }
  }
}

extension StringProtocol {
  /// The words in the text that are set as code.
  var codeWords: [String] {
    split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The keys in the first column of its tables.
  var documentedKeys: [String] {
    split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
      row.split(separator: "|").first?.codeWords ?? []
    }
  }
}
