import Configuration
import LinuxIO

/// Directories, groups and clocks.
extension Doctor {
  /// Below this the journal may fail within days.
  private static let leastFree = 64 << 20

  mutating func lookAtStateDirectory() {
    let path = root + configuration.stateDirectory
    guard let space = try? Host.space(at: path) else {
      note(
        "state", "\(configuration.stateDirectory) does not exist: nothing survives a restart",
        remedy: "mkdir it for the daemon's user, or start the daemon by its unit, which does")
      return
    }
    if space.isReadOnly || (Process.user != 0 && !Host.mayReadAndWrite(path)) {
      note(
        "state", "\(configuration.stateDirectory) cannot be written to",
        remedy: space.isReadOnly
          ? "its file system is read-only: look for disk errors in the kernel's log"
          : "give it to the daemon's user")
    } else if space.free < Self.leastFree {
      note(
        "state", "\(configuration.stateDirectory) has \(space.free >> 20) MiB left",
        remedy: "make room: the journal needs \(Self.leastFree >> 20) MiB")
    } else {
      note("state", "\(configuration.stateDirectory) has \(space.free >> 20) MiB left")
    }
  }

  mutating func lookAtGroups() {
    for (group, right) in [("kangaroo", "listen"), ("kangaroo-control", "give orders")] {
      if Host.hasGroup(group) {
        note("group", "\(group): its members may \(right)")
      } else {
        note(
          "group", "\(group) is missing: only the daemon's own group may \(right)",
          remedy: "systemd-sysusers, or groupadd --system \(group)")
      }
    }
  }

  mutating func lookAtClock() {
    switch Host.clockIsSynchronised {
    case true?: note("clock", "is synchronised")
    case false?:
      note(
        "clock", "is not synchronised: times of day in lines and captures may be wrong",
        remedy: "timedatectl set-ntp true, or set up chrony")
    case nil: note("clock", "the kernel does not say whether it is synchronised")
    }
  }
}
