import Foundation

/// The repository's own files.
enum Repository {
  /// Two folders above this file's.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All files of Swift, C and C++ in `Sources` and `Tests`, and the package's manifest.
  static func sources() throws -> [SourceFile] { try readSources.get() }

  private static let readSources = Result {
    let kinds: Set = ["swift", "c", "h", "cpp", "hpp"]
    let all = (try paths(under: "Sources") + paths(under: "Tests") + ["Package.swift"])
      .filter { kinds.contains(($0 as NSString).pathExtension) }
    return try all.sorted().map { SourceFile(path: $0, text: try text(of: $0)) }
  }

  /// Paths from the root.
  static func paths(under folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
      .map { "\(folder)/\($0)" }
  }

  static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

/// A file with its path from the root.
struct SourceFile {
  let path: String
  let lines: [String]
  /// The lines without comments and without what stands in quotation marks.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    code = lines.map { Self.code(of: Array($0.utf8)) }
  }

  /// The target whose file it is: `Probes` of `Sources/Probes/Sample.swift`.
  var target: String? {
    let folders = path.split(separator: "/")
    return folders.first == "Sources" && folders.count > 2 ? String(folders[1]) : nil
  }

  private static func code(of line: [UInt8]) -> String {
    let quote = UInt8(ascii: "\"")
    var code: [UInt8] = []
    var isQuoted = false
    var place = 0
    while place < line.count {
      let byte = line[place]
      if isQuoted, byte == UInt8(ascii: "\\") { place += 1 }
      if byte == quote { isQuoted.toggle() }
      if !isQuoted, line[place...].starts(with: "//".utf8) { break }
      if !isQuoted || byte == quote { code.append(byte) }
      place += 1
    }
    return String(decoding: code, as: UTF8.self)
  }
}
