import LinuxIO
import LockFree

/// What the service manager is told: that every thread moves, and in a line how things stand.
///
/// Belongs to the serving thread. Tells nothing where nobody supervises.
struct Supervision {
  private let threads: [Pulse]
  /// The storage thread's, which waits for a disk.
  private let disk: Pulse
  private var seenOfDisk: UInt64
  /// Beats of each thread when all were last seen to have moved.
  private var seen: [UInt64]
  /// Nanoseconds between two words to the watchdog: half of what it allows.
  private let interval: Int64?
  private var nextWord: Int64 = 0
  private var isOwed = false
  private var status = ""
  private var nextStatus: Int64 = 0
  /// How often all threads were seen to have moved.
  private(set) var checks = 0

  init(watching threads: [Pulse], disk: Pulse) {
    self.threads = threads
    self.disk = disk
    seenOfDisk = disk.beats
    seen = threads.map(\.beats)
    interval = Supervisor.watchdogInterval.map { $0 / 2 }
  }

  /// Once a round of the serving thread; `summary` is asked for at most once a second.
  ///
  /// While a disk is known to be in trouble nobody waits for its thread: an alarm tells of it, and
  /// killing who waits for a disk mends no disk.
  mutating func look(at now: Int64, isDiskInTrouble: Bool, summary: () -> String) {
    if haveAllMoved(isDiskInTrouble: isDiskInTrouble) {
      checks += 1
      isOwed = true
    }
    if let interval, isOwed, now >= nextWord {
      isOwed = false
      nextWord = now + interval
      try? Supervisor.notify("WATCHDOG=1")
    }
    guard now >= nextStatus else { return }
    nextStatus = now + 1_000_000_000
    let summary = summary()
    guard summary != status else { return }
    status = summary
    try? Supervisor.notify("STATUS=\(summary)")
  }

  private mutating func haveAllMoved(isDiskInTrouble: Bool) -> Bool {
    if !isDiskInTrouble, disk.beats == seenOfDisk { return false }
    for place in threads.indices where threads[place].beats == seen[place] { return false }
    seenOfDisk = disk.beats
    for place in threads.indices { seen[place] = threads[place].beats }
    return true
  }
}
