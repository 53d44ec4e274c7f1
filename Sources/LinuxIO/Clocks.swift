/// Time since the machine booted, suspension included: never set, never stepped.
public enum BootClock {
  /// Nanoseconds.
  public static var now: Int64 { Kernel.bootTime }

  /// How long the machine has been suspended since it booted, in nanoseconds, to some microseconds.
  public static var suspended: Int64 { now - Kernel.monotonicTime }

  /// Returns once it is `time`, at once where that is past.
  public static func sleep(until time: Int64) { Kernel.sleep(untilBootTime: time) }
}

/// The time of day, which people and time servers may set at any moment.
public enum WallClock {
  /// Nanoseconds since 1970 in UTC.
  public static var now: Int64 { Kernel.wallTime }

  /// How far this clock is ahead of the boot clock, in nanoseconds.
  ///
  /// It changes slowly where the clock is disciplined; a jump means that the clock was stepped.
  /// Exact to half the time between the two readings of the boot clock, usually below 100 ns.
  public static var aheadOfBoot: Int64 {
    let before = BootClock.now
    let wall = now
    let after = BootClock.now
    return wall - (before + (after - before) / 2)
  }
}
