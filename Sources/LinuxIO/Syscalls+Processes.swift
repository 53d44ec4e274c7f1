import CLinux
import Glibc

/// The system calls on processes and their surroundings.
extension Kernel {
  /// The C function is `getpid`.
  static var processIdentifier: Int32 { getpid() }

  /// The C function is `geteuid`.
  static var effectiveUser: UInt32 { geteuid() }

  /// The C function is `sysconf`.
  static var processors: Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

  /// The C functions are `getrlimit` and `setrlimit`.
  static func raiseDescriptorLimit() throws(Errno) -> Int {
    var limit = rlimit()
    try checked { unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    if limit.rlim_cur < limit.rlim_max {
      limit.rlim_cur = limit.rlim_max
      try checked { unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// The C function is `_exit`.
  static func exit(_ code: Int32) -> Never {
    Glibc._exit(code)
  }

  /// The C function is `getenv`.
  static func environmentValue(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// The group's number, nil where there is no such group. The C function is `getgrnam_r`.
  static func group(named name: String) throws(Errno) -> UInt32? {
    var entry = unsafe Glibc.group()
    var space = [CChar](repeating: 0, count: 65_536)
    let capacity = space.count
    var found: UnsafeMutablePointer<Glibc.group>?
    try checkedNumber(unsafe getgrnam_r(name, &entry, &space, capacity, &found))
    return unsafe found == nil ? nil : entry.gr_gid
  }

  /// The C function is `posix_spawn`.
  static func spawn(
    _ path: String, _ arguments: [String], output: CInt, error: CInt
  ) throws(Errno) -> Int32 {
    var identifier: pid_t = 0
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    unsafe pointers.reserveCapacity(arguments.count + 2)
    for argument in [path] + arguments {
      unsafe pointers.append(strdup(argument))
    }
    unsafe pointers.append(nil)
    defer {
      for index in unsafe pointers.indices { unsafe free(pointers[index]) }
    }
    try checkedNumber(
      unsafe clinux_spawn(&identifier, path, &pointers, output, error))
    return identifier
  }

  /// The C function is `kill`.
  static func kill(_ identifier: Int32, _ signal: CInt) throws(Errno) {
    try checked { Glibc.kill(identifier, signal) }
  }

  /// The C function is `waitpid`.
  static func wait(for child: Int32, blocking: Bool) throws(Errno) -> ChildProcess.Ending? {
    var status: CInt = 0
    let found = try checked { unsafe waitpid(child, &status, blocking ? 0 : WNOHANG) }
    guard found == child else { return nil }
    // The macros WIFEXITED, WEXITSTATUS and WTERMSIG, which Swift does not import.
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(Signal(rawValue: signal))
  }

  /// The C function is `mlockall`.
  static func lockMemory() throws(Errno) {
    try checked { clinux_lock_memory() }
  }
}
