import CLinux
import Glibc

/// What can be asked of the machine without opening anything of it.
public enum Host {
  /// Bytes that this user can still write to the file system of `path`, and how many it has; with
  /// whether it can be written to at all. The C function is `statvfs`.
  public static func space(
    at path: String
  ) throws(Errno) -> (free: Int, total: Int, isReadOnly: Bool) {
    var status = statvfs()
    try checked { unsafe statvfs(path, &status) }
    let block = Int(status.f_frsize)
    let isReadOnly = status.f_flag & UInt(ST_RDONLY) != 0
    return (Int(status.f_bavail) * block, Int(status.f_blocks) * block, isReadOnly)
  }

  /// Whether this user may read and write there. The C function is `access`.
  public static func mayReadAndWrite(_ path: String) -> Bool {
    unsafe access(path, R_OK | W_OK) == 0
  }

  /// Whether the wall clock is disciplined by a time server; nil where the kernel does not say.
  ///
  /// The C function is `adjtimex`, asked without changing anything.
  public static var clockIsSynchronised: Bool? {
    let state = clinux_clock_state()
    return state < 0 ? nil : state != CLINUX_CLOCK_UNSYNCHRONISED
  }

  /// Whether there is a group of that name.
  public static func hasGroup(_ name: String) -> Bool {
    (try? Kernel.group(named: name)) ?? nil != nil
  }
}
