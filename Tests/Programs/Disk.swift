import LinuxIO

/// A file system of a test's own, which can be full, frozen or read-only; root only.
public final class Disk {
  public let path: String
  private let image: String?

  /// Whether such things can be done here.
  public static let isPossible: Bool = {
    guard Process.user == 0, let scratch = try? Scratch() else { return false }
    return (try? Disk(memory: "64k", at: "probe", in: scratch)) != nil
  }()

  /// Whether a file can be mounted as a disk that can be frozen.
  public static let canFreeze: Bool = {
    guard Process.user == 0, let scratch = try? Scratch() else { return false }
    guard let disk = try? Disk(image: 4 << 20, at: "probe", in: scratch) else { return false }
    return (try? disk.freeze()) != nil && (try? disk.thaw()) != nil
  }()

  /// So much memory, mounted at `name` of the scratch directory.
  public init(memory size: String, at name: String, in scratch: Scratch) throws {
    path = scratch.path(name)
    image = nil
    try Files.makeDirectory(path)
    try run("mount -t tmpfs -o size=\(size) tmpfs \"$0\"", path)
  }

  /// A file of so many bytes with a file system in it.
  public init(image size: Int, at name: String, in scratch: Scratch) throws {
    path = scratch.path(name)
    image = scratch.path(name + ".img")
    try Files.makeDirectory(path)
    try run(
      "truncate -s \(size) \"$1\" && mkfs.ext4 -q \"$1\" && mount -o loop \"$1\" \"$0\"", path,
      image!)
  }

  deinit {
    if image != nil { try? run("fsfreeze -u \"$0\" || true", path) }
    // Lazily: whoever uses it still is about to end.
    try? run("umount -l \"$0\"", path)
  }

  /// Leaves room for nothing.
  public func fill() throws {
    try run("cat /dev/zero > \"$0/filler\" 2> /dev/null || sync -f \"$0\"", path)
  }

  public func clear() throws { try Files.unlink("\(path)/filler") }

  public func makeReadOnly() throws { try run("mount -o remount,ro \"$0\"", path) }
  public func makeWritable() throws { try run("mount -o remount,rw \"$0\"", path) }

  /// From here on whoever writes to it waits.
  public func freeze() throws { try run("fsfreeze -f \"$0\"", path) }
  public func thaw() throws { try run("fsfreeze -u \"$0\"", path) }
}

private func run(_ script: String, _ arguments: String...) throws {
  let outcome = try shell(script, arguments)
  guard outcome.code == 0 else { throw TooLate("a disk: \(outcome.errors)") }
}
