import LinuxIO
import LockFree
import Synchronization

/// What the storage thread is asked to do, in the order in which it was asked.
///
/// It travels as the tag of a message: 8 bits for the kind, 8 for the file, 48 for a number.
enum StorageWork: Equatable {
  /// The bytes are a record of the journal, to be on disk before `StorageState.settled` counts it.
  case save
  /// The bytes are the path at which a file begins anew, empty.
  case begin(StorageFile)
  /// The bytes go to its end. On disk by and by: a killed daemon loses none, a power cut may.
  case append(StorageFile)
  /// It is complete: on disk and under the path that the bytes begin with, or not at all.
  ///
  /// After a line feed, what it replaces may follow: a path that is removed once that is so.
  case adopt(StorageFile)
  /// The bytes are the path of a file that is not needed any more.
  case remove
  /// The bytes ask for a piece of the journal, for the subscriber of that number.
  case recall(UInt64)
  /// There will be no more work.
  case end

  var tag: UInt64 {
    switch self {
    case .save: 0
    case .begin(let file): 1 | UInt64(file.rawValue) << 8
    case .append(let file): 2 | UInt64(file.rawValue) << 8
    case .adopt(let file): 3 | UInt64(file.rawValue) << 8
    case .remove: 4
    case .recall(let token): 5 | token << 16
    case .end: 6
    }
  }

  init(tag: UInt64) {
    let file = StorageFile(rawValue: UInt8(truncatingIfNeeded: tag >> 8)) ?? .inputs
    switch tag & 0xFF {
    case 0: self = .save
    case 1: self = .begin(file)
    case 2: self = .append(file)
    case 3: self = .adopt(file)
    case 4: self = .remove
    case 5: self = .recall(tag >> 16)
    case 6: self = .end
    default: preconditionFailure("work is made by this type")
    }
  }
}

/// A file that is written through the storage thread, beside the journal.
enum StorageFile: UInt8, CaseIterable {
  /// The analyzer's state, whole: begun as a draft, appended to, adopted.
  case checkpoint
  /// What the analyzer was told since.
  case inputs
  /// What the wires say.
  case capture
}

/// What the storage thread says of itself; read by others at any time.
final class StorageState: Sendable {
  /// Counts its rounds. It may stand still while a disk hangs, which stops nothing else.
  let pulse = Pulse()
  /// Whether it is in a call that waits for the disk.
  private let diskFlag = Atomic<Bool>(false)
  /// Journal records that are on disk, or were given up.
  private let settledCount = Atomic<Int>(0)
  /// Of these, those that were given up.
  private let lostCount = Atomic<Int>(0)
  private let doneCount = Atomic<Int>(0)
  /// The error numbers of what fails now; 0 where nothing does.
  private let journalError = Atomic<Int32>(0)
  private let checkpointError = Atomic<Int32>(0)
  private let inputsError = Atomic<Int32>(0)
  private let captureError = Atomic<Int32>(0)
  private let hasEnded = Atomic<Bool>(false)
  /// The last number that the stream has issued; told by the serving thread.
  private let issuedNumber = Atomic<Int>(0)

  /// Pieces of work that have been handed to the kernel, or were given up.
  var done: Int { doneCount.load(ordering: .relaxed) }

  func countDone() { doneCount.wrappingAdd(1, ordering: .relaxed) }

  var isAtDisk: Bool {
    get { diskFlag.load(ordering: .relaxed) }
    set { diskFlag.store(newValue, ordering: .relaxed) }
  }

  var settled: Int {
    // Acquiring: who sees that a record is settled also sees what became of it.
    get { settledCount.load(ordering: .acquiring) }
    set { settledCount.store(newValue, ordering: .releasing) }
  }

  var lost: Int {
    get { lostCount.load(ordering: .relaxed) }
    set { lostCount.store(newValue, ordering: .relaxed) }
  }

  var issued: Int {
    get { issuedNumber.load(ordering: .relaxed) }
    set { issuedNumber.store(newValue, ordering: .relaxed) }
  }

  /// Whether all work is done and there will be no more.
  var isOver: Bool {
    get { hasEnded.load(ordering: .acquiring) }
    set { hasEnded.store(newValue, ordering: .releasing) }
  }

  /// Why the journal cannot be written; nil where it can.
  var journalTrouble: Errno? {
    get { Self.load(journalError) }
    set { Self.store(newValue, journalError) }
  }

  /// Why that file cannot be written; nil where it can. It is written again once it begins anew.
  subscript(file: StorageFile) -> Errno? {
    get {
      switch file {
      case .checkpoint: Self.load(checkpointError)
      case .inputs: Self.load(inputsError)
      case .capture: Self.load(captureError)
      }
    }
    set {
      switch file {
      case .checkpoint: Self.store(newValue, checkpointError)
      case .inputs: Self.store(newValue, inputsError)
      case .capture: Self.store(newValue, captureError)
      }
    }
  }

  private static func load(_ error: borrowing Atomic<Int32>) -> Errno? {
    let number = error.load(ordering: .relaxed)
    return number == 0 ? nil : Errno(rawValue: number)
  }

  private static func store(_ trouble: Errno?, _ error: borrowing Atomic<Int32>) {
    error.store(trouble?.rawValue ?? 0, ordering: .relaxed)
  }
}
