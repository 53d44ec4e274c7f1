import Configuration
import LinuxIO
import Probes
import Thermoregulation

/// Keeps on disk what a restart needs: the analyzer's state every minute, and its inputs since.
///
/// Belongs to the serving thread, which never waits for a disk: all goes through the storage
/// thread's door, inputs before the events that they lead to. What does not fit through is counted,
/// and made good by a checkpoint as soon as there is room.
struct InputKeeper: ~Copyable, Sendable {
  /// Nanoseconds between two checkpoints, and until one is tried again that failed.
  private static let interval: Int64 = 60_000_000_000
  private static let retryInterval: Int64 = 10_000_000_000
  /// Bytes of the door's room that are left to the journal.
  private static let reserve = StorageDoor.workRoom / 2

  private let files: StateFiles
  private let choice: ClockChoice
  private let clock: StreamClock
  private var group: InputGroup
  private var logLength = 0
  /// Logs that the newest checkpoint supersedes, and those that the one before it did.
  private var stale: [String]
  private var superseded: [String] = []
  private var log: String?
  /// The checkpoint on its way, and how much of it has gone through the door.
  private var draft: [UInt8] = []
  private var sent: Int?
  /// When the next one is due, on the boot clock.
  private var due: Int64 = 0
  private var isDueNow = true
  /// Inputs that found no room.
  private(set) var lost = 0
  private var toldTrouble: Errno?

  init(_ configuration: Configuration, _ recovery: borrowing Recovery) {
    files = StateFiles(configuration.stateDirectory)
    choice = configuration.clock
    clock = recovery.clock
    group = InputGroup(next: recovery.next)
    stale = files.inputLogs
  }

  /// What the analyzer is about to be told.
  mutating func note(_ input: Input, _ door: inout StorageDoor) {
    if group.isFull { flush(&door) }
    group.add(input)
  }

  /// Hands over what has been noted.
  mutating func flush(_ door: inout StorageDoor) {
    guard !group.isEmpty else { return }
    group.seal()
    if log != nil, door.append(.inputs, group.bytes.span) {
      logLength += group.bytes.count
    } else {
      lost += log == nil ? 0 : group.count
      isDueNow = true
    }
    group.clear()
  }

  /// Infants or ports have come or gone: their numbers mean something else from here on.
  mutating func numbersHaveChanged() { isDueNow = true }

  /// Once a round, after all has been judged: a checkpoint where one is due.
  mutating func goOn(_ analysis: inout Analysis, _ door: inout StorageDoor) {
    flush(&door)
    watch(door.state)
    if sent == nil, isDueNow || BootClock.now >= due || logLength >= InputLog.longest {
      begin(&analysis, &door)
    }
    send(&door)
  }

  private mutating func watch(_ state: StorageState) {
    let trouble = state[.checkpoint] ?? state[.inputs]
    if let trouble, toldTrouble == nil {
      Log.warning("the analyzer's state cannot be kept in \(files.directory): \(trouble)")
    } else if trouble == nil, toldTrouble != nil {
      Log.notice("the analyzer's state is kept again")
    }
    if trouble != nil { due = min(due, BootClock.now + Self.retryInterval) }
    toldTrouble = trouble
  }

  private mutating func begin(_ analysis: inout Analysis, _ door: inout StorageDoor) {
    guard analysis.now != nil, door.fits(Self.reserve) else { return }
    isDueNow = false
    due = BootClock.now + Self.interval
    removeSuperseded(&door)
    let path = files.inputs(from: group.next)
    // A number names one log; where nothing came since the last one, it goes on.
    if path != log {
      if let log { stale.append(log) }
      stale.removeAll { $0 == path }
      log = door.begin(.inputs, at: path) ? path : nil
      logLength = 0
    }
    guard log != nil, door.begin(.checkpoint, at: files.draft) else {
      isDueNow = true
      return
    }
    let moment = ClockMoment.now(clock, analysis.analyzer.time, choice)
    CheckpointFile.begin(moment, next: group.next, in: &draft)
    analysis.analyzer.archive(into: &draft, portNames: analysis.portNames)
    CheckpointFile.finish(&draft)
    sent = 0
  }

  /// The last checkpoint is on disk, or it failed and its logs are still needed.
  private mutating func removeSuperseded(_ door: inout StorageDoor) {
    if door.state[.checkpoint] == nil, door.state[.inputs] == nil {
      for path in superseded { _ = door.remove(path) }
    } else {
      stale = superseded + stale
      // What was being written may have been abandoned; what it holds is still needed.
      if let log { stale.append(log) }
      log = nil
    }
    superseded = []
  }

  /// As much of the draft as there is room for.
  private mutating func send(_ door: inout StorageDoor) {
    guard var place = sent else { return }
    while place < draft.count {
      let end = min(place + StorageDoor.longestPiece, draft.count)
      guard door.fits(Self.reserve), door.append(.checkpoint, draft.span.extracting(place..<end))
      else {
        sent = place
        return
      }
      place = end
    }
    guard door.adopt(.checkpoint, as: files.checkpoint) else {
      sent = place
      return
    }
    sent = nil
    superseded = stale
    stale = []
  }
}
