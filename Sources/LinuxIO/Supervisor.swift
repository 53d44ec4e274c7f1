/// What systemd, or whoever supervises this process, gives and is told.
public enum Supervisor {
  /// Sends a state such as `READY=1` or `WATCHDOG=1`; nothing where nobody supervises.
  ///
  /// The protocol is that of `sd_notify(3)`: one datagram to the socket that `NOTIFY_SOCKET` names.
  public static func notify(_ state: String) throws(Errno) {
    guard let path = Environment.value("NOTIFY_SOCKET") else { return }
    let bytes = Array(state.utf8)
    try Kernel.sendDatagram(bytes.span, to: path)
  }

  /// Says that the configuration is being read anew; `READY=1` ends that.
  ///
  /// Since systemd 253 the time on the monotonic clock must be told along.
  public static func notifyReloading() throws(Errno) {
    try notify("RELOADING=1\nMONOTONIC_USEC=\(Kernel.monotonicTime / 1000)")
  }

  /// Within how many nanoseconds `WATCHDOG=1` is expected again and again; nil where it is not.
  public static var watchdogInterval: Int64? {
    watchdogInterval(
      microseconds: Environment.value("WATCHDOG_USEC"), process: Environment.value("WATCHDOG_PID"),
      ownProcess: Process.identifier)
  }

  /// The protocol is that of `sd_watchdog_enabled(3)`: without a process, any is meant.
  static func watchdogInterval(
    microseconds: String?, process: String?, ownProcess: Int32
  ) -> Int64? {
    guard process.map({ Int32($0) == ownProcess }) ?? true,
      let microseconds = microseconds.flatMap(Int64.init),
      (1...greatestWatchdog).contains(microseconds)
    else { return nil }
    return microseconds * 1000
  }

  /// A day, in microseconds.
  private static let greatestWatchdog: Int64 = 86_400_000_000

  /// A descriptor that was open when this process began.
  public struct Inherited: Equatable, Sendable {
    public let fileNumber: CInt
    /// What the unit calls it; empty where it has no name.
    public let name: String
  }

  /// The descriptors of socket activation; look once and adopt each once.
  public static var inherited: [Inherited] {
    inherited(
      process: Environment.value("LISTEN_PID"), count: Environment.value("LISTEN_FDS"),
      names: Environment.value("LISTEN_FDNAMES"), ownProcess: Process.identifier)
  }

  /// The protocol is that of `sd_listen_fds(3)`: `count` descriptors from 3, meant for `process`.
  static func inherited(
    process: String?, count: String?, names: String?, ownProcess: Int32
  ) -> [Inherited] {
    guard let process, Int32(process) == ownProcess,
      let count = count.flatMap(Int.init), (1...greatestInherited).contains(count)
    else { return [] }
    let names = names?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    return (0..<count).map { index in
      Inherited(fileNumber: CInt(3 + index), name: index < names.count ? String(names[index]) : "")
    }
  }

  /// More than any unit of ours passes.
  private static let greatestInherited = 64
}
