/// Whole files and directories, for start-up and the tools: never on a path where bytes flow.
public enum Files {
  /// The file's bytes; `EFBIG` where there are more than `limit`.
  public static func read(_ path: String, atMost limit: Int) throws(Errno) -> [UInt8] {
    try FileDescriptor(reading: path).readAll(atMost: limit)
  }

  /// Makes the file hold `bytes` and nothing else.
  public static func write(
    _ bytes: Span<UInt8>, to path: String, mode: UInt32 = 0o644
  ) throws(Errno) {
    try FileDescriptor(writing: path, mode: mode).writeAll(bytes)
  }

  /// Makes the file hold `bytes`: after a power cut it holds either the old or the new, whole.
  ///
  /// The C functions are `fdatasync`, `rename` and `fsync` on the directory, in this order.
  public static func replace(
    _ path: String, with bytes: Span<UInt8>, mode: UInt32 = 0o644
  ) throws(Errno) {
    let draft = path + ".new"
    let file = try FileDescriptor(writing: draft, mode: mode)
    try file.writeAll(bytes)
    try file.synchronize()
    try Kernel.rename(draft, to: path)
    try synchronizeParent(of: path)
  }

  /// Returns once the name `path` is on disk as it is now, in the directory that holds it.
  public static func synchronizeParent(of path: String) throws(Errno) {
    try synchronizeDirectory(parent(of: path))
  }

  /// Returns once the directory's names are on disk: after a file was created in it or renamed.
  public static func synchronizeDirectory(_ path: String) throws(Errno) {
    let directory = try FileDescriptor(reading: path)
    try Kernel.synchronizeAll(directory.fileNumber)
  }

  public static func rename(_ path: String, to target: String) throws(Errno) {
    try Kernel.rename(path, to: target)
  }

  public static func unlink(_ path: String) throws(Errno) {
    try Kernel.unlink(path)
  }

  public static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(Errno) {
    try Kernel.makeDirectory(path, mode: mode)
  }

  /// A new directory of this user alone, under `TMPDIR` or else `/tmp`.
  public static func makeTemporaryDirectory(prefix: String) throws(Errno) -> String {
    let parent = Environment.value("TMPDIR") ?? "/tmp"
    return try Kernel.makeTemporaryDirectory(template: "\(parent)/\(prefix)XXXXXX")
  }

  /// Removes a directory with all that is in it; symbolic links are removed, not followed.
  public static func removeTree(_ path: String) throws(Errno) {
    guard try Kernel.status(ofPath: path).kind == .directory else {
      return try Kernel.unlink(path)
    }
    for name in try Kernel.names(in: path) {
      try removeTree("\(path)/\(name)")
    }
    try Kernel.removeDirectory(path)
  }

  /// The names in a directory, in the order of their bytes.
  public static func names(in path: String) throws(Errno) -> [String] {
    try Kernel.names(in: path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether the path names anything, be it a dangling symbolic link.
  public static func exists(_ path: String) -> Bool {
    (try? Kernel.status(ofPath: path)) != nil
  }

  /// Bytes in the file.
  public static func size(of path: String) throws(Errno) -> Int {
    try Kernel.status(ofPath: path).size
  }

  /// The directory that holds `path`.
  static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }
}
