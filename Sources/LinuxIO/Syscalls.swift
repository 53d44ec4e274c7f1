import CLinux
import Glibc

/// The system calls on descriptors and files, each checked and repeated when interrupted.
enum Kernel {
  static let forReading = O_RDONLY
  static let forRewriting = O_WRONLY | O_CREAT | O_TRUNC
  static let forAppending = O_WRONLY | O_CREAT | O_APPEND
  static let forCreating = O_WRONLY | O_CREAT | O_EXCL | O_APPEND
  static let forUpdating = O_RDWR | O_CREAT
  static let forLocking = O_RDWR | O_CREAT | O_NOFOLLOW

  /// The C function is `open`. Descriptors are never inherited by children.
  static func open(_ path: String, _ flags: CInt, mode: UInt32 = 0) throws(Errno) -> CInt {
    try checked { unsafe Glibc.open(path, flags | O_CLOEXEC, mode_t(mode)) }
  }

  /// Closes a descriptor; Linux releases it whatever the result. The C function is `close`.
  static func close(_ number: CInt) {
    guard Glibc.close(number) == -1 else { return }
    precondition(Errno.last != .badDescriptor, "a descriptor was closed twice")
  }

  /// The C function is `fcntl`.
  static func duplicate(_ number: CInt) throws(Errno) -> CInt {
    try checked { Glibc.fcntl(number, F_DUPFD_CLOEXEC, CInt(0)) }
  }

  /// The C function is `fcntl`.
  static func setNonBlocking(_ number: CInt, _ nonBlocking: Bool) throws(Errno) {
    let flags = try checked { Glibc.fcntl(number, F_GETFL) }
    let wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
    try checked { Glibc.fcntl(number, F_SETFL, wanted) }
  }

  /// The C function is `fcntl`.
  static func setCloseOnExec(_ number: CInt) throws(Errno) {
    try checked { Glibc.fcntl(number, F_SETFD, FD_CLOEXEC) }
  }

  /// The C function is `read`.
  static func read(_ number: CInt, into buffer: inout MutableSpan<UInt8>) throws(Errno) -> Int {
    precondition(!buffer.isEmpty, "reading into no space looks like the end of the stream")
    return try unsafe buffer.withUnsafeMutableBytes { (space) throws(Errno) -> Int in
      try checked { unsafe Glibc.read(number, space.baseAddress, space.count) }
    }
  }

  /// The C function is `read`.
  static func read(_ number: CInt, into buffer: inout [UInt8]) throws(Errno) -> Int {
    var space = buffer.mutableSpan
    return try read(number, into: &space)
  }

  /// The C function is `write`.
  static func write(_ number: CInt, _ bytes: Span<UInt8>) throws(Errno) -> Int {
    try unsafe bytes.withUnsafeBytes { (source) throws(Errno) -> Int in
      try checked { unsafe Glibc.write(number, source.baseAddress, source.count) }
    }
  }

  static func writeAll(_ number: CInt, _ bytes: Span<UInt8>) throws(Errno) {
    var written = 0
    while written < bytes.count {
      written += try write(number, bytes.extracting(written...))
    }
  }

  /// The C function is `pwrite`.
  static func writeAll(_ number: CInt, _ bytes: Span<UInt8>, at offset: Int) throws(Errno) {
    var written = 0
    while written < bytes.count {
      written += try unsafe bytes.extracting(written...).withUnsafeBytes {
        (source) throws(Errno) -> Int in
        try checked {
          unsafe pwrite(number, source.baseAddress, source.count, off_t(offset + written))
        }
      }
    }
  }

  /// The C function is `pread`.
  static func read(
    _ number: CInt, into buffer: inout MutableSpan<UInt8>, at offset: Int
  ) throws(Errno) -> Int {
    try unsafe buffer.withUnsafeMutableBytes { (space) throws(Errno) -> Int in
      try checked { unsafe pread(number, space.baseAddress, space.count, off_t(offset)) }
    }
  }

  /// The C function is `ftruncate`.
  static func truncate(_ number: CInt, to size: Int) throws(Errno) {
    try checked { ftruncate(number, off_t(size)) }
  }

  /// A read in which the other side's going is an ordinary outcome.
  static func readOutcome(_ number: CInt, into buffer: inout MutableSpan<UInt8>) -> ReadOutcome {
    do throws(Errno) {
      let count = try read(number, into: &buffer)
      return count > 0 ? .bytes(count) : .gone(.endOfFile)
    } catch .wouldBlock {
      return .nothing
    } catch {
      precondition(error != .badDescriptor, "a read from a closed descriptor")
      return .gone(.error(error))
    }
  }

  /// A write in which the other side's going is an ordinary outcome.
  static func writeOutcome(_ number: CInt, _ bytes: Span<UInt8>) -> WriteOutcome {
    do throws(Errno) {
      return .bytes(try write(number, bytes))
    } catch .wouldBlock {
      return .wouldBlock
    } catch {
      precondition(error != .badDescriptor, "a write to a closed descriptor")
      return .gone(.error(error))
    }
  }

  /// The C function is `fdatasync`.
  static func synchronize(_ number: CInt) throws(Errno) {
    try checked { Glibc.fdatasync(number) }
  }

  /// Writes the file's or directory's description too. The C function is `fsync`.
  static func synchronizeAll(_ number: CInt) throws(Errno) {
    try checked { Glibc.fsync(number) }
  }

  /// Takes the file's lock without waiting; false where another has it. The C function is `flock`.
  static func lock(_ number: CInt) throws(Errno) -> Bool {
    do throws(Errno) {
      try checked { clinux_lock(number) }
      return true
    } catch .wouldBlock {
      return false
    }
  }

  /// The C function is `lstat`: a symbolic link is described itself, not followed.
  static func status(ofPath path: String) throws(Errno) -> FileStatus {
    var status = stat()
    try checked { unsafe lstat(path, &status) }
    return FileStatus(status)
  }

  /// The C function is `fstat`.
  static func status(of number: CInt) throws(Errno) -> FileStatus {
    var status = stat()
    try checked { unsafe fstat(number, &status) }
    return FileStatus(status)
  }

  /// The C function is `unlink`.
  static func unlink(_ path: String) throws(Errno) {
    try checked { unsafe Glibc.unlink(path) }
  }

  /// The C function is `rmdir`.
  static func removeDirectory(_ path: String) throws(Errno) {
    try checked { unsafe Glibc.rmdir(path) }
  }

  /// The C function is `mkdir`.
  static func makeDirectory(_ path: String, mode: UInt32) throws(Errno) {
    try checked { unsafe Glibc.mkdir(path, mode_t(mode)) }
  }

  /// The C function is `rename`.
  static func rename(_ path: String, to target: String) throws(Errno) {
    try checked { unsafe Glibc.rename(path, target) }
  }

  /// The C function is `fchmod`.
  static func setMode(_ mode: UInt32, of number: CInt) throws(Errno) {
    try checked { fchmod(number, mode_t(mode)) }
  }

  /// The C function is `chmod`.
  static func setMode(_ mode: UInt32, ofPath path: String) throws(Errno) {
    try checked { unsafe chmod(path, mode_t(mode)) }
  }

  /// Changes the group and keeps the owner. The C function is `chown`.
  static func setGroup(_ group: UInt32, ofPath path: String) throws(Errno) {
    try checked { unsafe chown(path, uid_t.max, gid_t(group)) }
  }

  /// A new directory in place of the six X that end `template`. The C function is `mkdtemp`.
  static func makeTemporaryDirectory(template: String) throws(Errno) -> String {
    var path = template.utf8.map { CChar(bitPattern: $0) } + [0]
    guard unsafe mkdtemp(&path) != nil else { throw .last }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The C function is `readlink`.
  static func destination(ofLink path: String) throws(Errno) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let capacity = buffer.count
    let count = try checked { unsafe readlink(path, &buffer, capacity) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The names in a directory, unsorted, without `.` and `..`. The C function is `readdir`.
  static func names(in path: String) throws(Errno) -> [String] {
    guard let directory = unsafe opendir(path) else { throw .last }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        guard errno == 0 else { throw .last }
        return names
      }
      // `d_name` is a tuple of 256 in Swift, though the kernel writes only as far as its NUL.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      let bytes = unsafe UnsafeRawPointer(entry).advanced(by: offset)
      let name = unsafe String(cString: bytes.assumingMemoryBound(to: CChar.self))
      if name != "." && name != ".." { names.append(name) }
    }
  }
}

/// What kind of thing a path names, and which.
struct FileStatus: Equatable {
  enum Kind { case file, directory, socket, characterDevice, other }

  let kind: Kind
  /// Bytes, for files.
  let size: Int
  /// Device and inode: two paths or descriptors with the same pair are one thing.
  let device: UInt64
  let inode: UInt64

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      default: .other
      }
    size = Int(status.st_size)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  func isSame(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }
}
