import Journal
import LinuxIO
import LockFree
import Thermoregulation

/// Keeps lines from being sent before they are on disk, and opens where the disk does not keep up.
///
/// Belongs to the serving thread, which it never makes wait: what waits are subscribers, a commit
/// interval and one synchronization at most, and never longer than `greatestWait`.
struct CommitGate: ~Copyable {
  /// Nanoseconds after which lines are sent although they are not on disk.
  static let greatestWait: Int64 = 2_000_000_000
  /// Lines under way to the disk.
  private static let room = 4096

  var door: StorageDoor
  private let stream: String
  private var record: [UInt8] = []
  /// For each line under way, by its count: its place in the log, and since when it waits.
  private var places = [Int](repeating: 0, count: Self.room)
  private var times = [Int64](repeating: 0, count: Self.room)
  private var settled = 0
  /// Records that the door did not take.
  private var refused = 0
  /// Lines that were sent and are not kept, as far as that has been told.
  private var told = 0
  private var lastRefusal: Int64?
  /// The storage thread's beats, and since when there were no more.
  private var beats: UInt64 = 0
  private var lastBeat = BootClock.now
  /// Why lines are sent as they come, on disk or not; nil while that is not so.
  private(set) var trouble: Cause?

  init(_ door: consuming StorageDoor, stream: String) {
    self.door = door
    self.stream = stream
    record.reserveCapacity(JournalRecord.longest)
  }

  /// The place of the first line that may not be sent yet; nil where there is none.
  var barrier: Int? {
    if trouble != nil || settled == door.asked { return nil }
    return places[settled % Self.room]
  }

  /// Nanoseconds until somebody has to look again; nil where nothing is under way.
  func patience(at now: Int64) -> Int64? {
    barrier == nil ? nil : max(0, times[settled % Self.room] + Self.greatestWait - now)
  }

  /// Lines that were sent and are not in the journal.
  var unsaved: Int { refused + door.state.lost }

  /// Has a line kept, which will stand at `place` of the log.
  mutating func keep(_ line: Span<UInt8>, seq: Int, place: Int) {
    var record: [UInt8] = []
    swap(&record, &self.record)
    defer { swap(&record, &self.record) }
    record.removeAll(keepingCapacity: true)
    JournalRecord.append(stream: stream, seq: seq, line: line, to: &record)
    let slot = door.asked % Self.room
    // Much can happen in one round.
    if door.asked - settled == Self.room { settled = min(door.state.settled, door.asked) }
    let hasRoom = door.asked - settled < Self.room
    guard hasRoom, door.save(record.span) else {
      refused += 1
      lastRefusal = BootClock.now
      trouble = trouble ?? .slow
      return
    }
    places[slot] = place
    times[slot] = BootClock.now
  }

  /// Once a round: sees how far the disk has come.
  mutating func look(at now: Int64) {
    settled = min(door.state.settled, door.asked)
    if let refusal = lastRefusal, now - refusal >= Self.greatestWait { lastRefusal = nil }
    let age = max(
      settled == door.asked ? 0 : now - times[settled % Self.room], standstill(at: now))
    if let error = door.state.journalTrouble {
      trouble = Cause(storage: error)
    } else if age >= Self.greatestWait || lastRefusal != nil {
      trouble = trouble ?? .slow
    } else if age < Self.greatestWait / 2 {
      // The disk keeps up again; what is under way waits for it as ever.
      trouble = nil
    }
  }

  /// Nanoseconds for which the storage thread has been waiting for a disk, beyond the second that
  /// it sleeps at most. Though no event is under way, what hangs is to be known.
  private mutating func standstill(at now: Int64) -> Int64 {
    let fresh = door.state.pulse.beats
    if fresh != beats || !door.state.isAtDisk {
      beats = fresh
      lastBeat = now
    }
    return max(0, now - lastBeat - 1_000_000_000)
  }

  /// Lines that were sent and are not kept, since this was last asked; none while trouble lasts.
  mutating func takeUnsaved() -> Int {
    guard trouble == nil, unsaved > told else { return 0 }
    defer { told = unsaved }
    return unsaved - told
  }
}

extension Cause {
  /// Why a state directory cannot be written.
  init(storage error: Errno) {
    self =
      switch error {
      case .noSpace, .overQuota: .diskFull
      case .readOnly: .readOnly
      case .accessDenied, .notPermitted: .denied
      case .noSuchFile, .notADirectory: .missing
      case .busy: .inUse
      default: .failing
      }
  }
}
