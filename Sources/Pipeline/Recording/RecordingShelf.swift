import Configuration
import LinuxIO
import Probes

/// The captures that are there, oldest first, within their limit.
struct RecordingShelf: Sendable {
  private let keys: RecordKeys
  private var files: [(path: String, size: Int)] = []
  private var count = 0

  /// Looks once what earlier runs have left.
  init(_ keys: RecordKeys) {
    self.keys = keys
    try? Files.makeDirectory(keys.directory, mode: 0o750)
    let names = (try? Files.names(in: keys.directory)) ?? []
    for name in names where Self.isOurs(name) {
      let path = "\(keys.directory)/\(name)"
      files.append((path, (try? Files.size(of: path)) ?? 0))
    }
  }

  /// `20261122T045200Z-0123456789abcdef-0001.capture`: nothing else in the directory is touched.
  private static func isOurs(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].utf8.count == 16 && parts[0].hasSuffix("Z")
      && parts[1].utf8.count == 16 && parts[2].hasSuffix(".capture")
  }

  /// What has to go so that one more whole file keeps within the limit.
  mutating func makeRoom() -> [String] {
    var total = files.reduce(0) { $0 + $1.size }
    var gone: [String] = []
    while total + keys.fileSize > keys.size, !files.isEmpty {
      total -= files[0].size
      gone.append(files.removeFirst().path)
    }
    return gone
  }

  /// The path of the next file.
  mutating func next(_ wall: WallTime, _ stream: String) -> String {
    count += 1
    let stamp = wall.description.prefix(19).filter { $0 != "-" && $0 != ":" }
    let number = String(count)
    let digits = String(repeating: "0", count: max(0, 4 - number.utf8.count)) + number
    let path = "\(keys.directory)/\(stamp)Z-\(stream)-\(digits).capture"
    files.append((path, 0))
    return path
  }

  /// The newest one never came to anything.
  mutating func forgetLast() {
    if let last = files.popLast() { try? Files.unlink(last.path) }
  }

  mutating func grow(by count: Int) {
    if !files.isEmpty { files[files.count - 1].size += count }
  }
}
