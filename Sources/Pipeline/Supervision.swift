import LinuxIO
import LockFree

/// What the service manager is told: that every thread moves, and in a line how things stand.
///
/// Belongs to the serving thread. Tells nothing where nobody supervises.
struct Supervision {
  private let threads: [Pulse]
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

  init(watching threads: [Pulse]) {
    self.threads = threads
    seen = threads.map(\.beats)
    interval = Supervisor.watchdogInterval.map { $0 / 2 }
  }

  /// Once a round of the serving thread; `summary` is asked for at most once a second.
  mutating func look(at now: Int64, summary: () -> String) {
    if haveAllMoved() {
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

  private mutating func haveAllMoved() -> Bool {
    for place in threads.indices where threads[place].beats == seen[place] { return false }
    for place in threads.indices { seen[place] = threads[place].beats }
    return true
  }
}
