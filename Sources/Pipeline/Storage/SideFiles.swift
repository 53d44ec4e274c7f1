import LinuxIO

/// The files beside the journal: each fails alone, and is left alone until it begins anew.
struct SideFiles: ~Copyable {
  private final class Open {
    let path: String
    let descriptor: FileDescriptor

    init(_ path: String) throws(Errno) {
      self.path = path
      descriptor = try FileDescriptor(writing: path, mode: 0o640)
    }
  }

  private var open: [Open?] = StorageFile.allCases.map { _ in nil }

  mutating func begin(_ file: StorageFile, at path: String) throws(Errno) {
    open[Int(file.rawValue)] = nil
    open[Int(file.rawValue)] = try Open(path)
  }

  /// Of a file that could not be begun or written nothing more is kept.
  func append(_ file: StorageFile, _ bytes: Span<UInt8>) throws(Errno) {
    guard let open = open[Int(file.rawValue)] else { return }
    try open.descriptor.writeAll(bytes)
  }

  /// Whether it was there to be adopted.
  mutating func adopt(_ file: StorageFile, as path: String) throws(Errno) -> Bool {
    guard let draft = open[Int(file.rawValue)] else { return false }
    open[Int(file.rawValue)] = nil
    try draft.descriptor.synchronize()
    try Files.rename(draft.path, to: path)
    try Files.synchronizeParent(of: path)
    return true
  }

  mutating func abandon(_ file: StorageFile) { open[Int(file.rawValue)] = nil }
}
