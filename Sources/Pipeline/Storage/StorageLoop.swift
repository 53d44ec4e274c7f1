import Journal
import LinuxIO
import LockFree

/// What the storage thread is made of.
struct StorageParts: ~Copyable, Sendable {
  let bell: Doorbell
  let work: MessageRing.Consumer
  let answers: MessageRing.Producer
  /// Wakes the serving thread.
  let button: DoorbellButton
  let state: StorageState
  let stateDirectory: String
  let stream: String
  let retention: Retention
  /// Nanoseconds between two commits at the least: records in between share one.
  let commitInterval: Int64
}

/// The storage thread: the only one that waits for a disk, and nobody waits for it.
///
/// Records of the journal are written and synchronized together; the first after a pause at once,
/// the next ones a commit interval later. What fails is tried again every second.
struct StorageLoop: ~Copyable {
  private static let retryInterval: Int64 = 1_000_000_000

  private var epoll: Epoll
  private let bell: Doorbell
  private var work: MessageRing.Consumer
  private var answers: MessageRing.Producer
  private let button: DoorbellButton
  private let state: StorageState
  private let commitInterval: Int64
  private var journal: JournalStore
  private var files = SideFiles()
  private var message: [UInt8] = []
  /// Journal records taken so far.
  private var taken = 0
  /// When the journal is written next, if there is anything to write.
  private var nextCommit: Int64 = 0
  private var nextLook: Int64 = 0
  private var isEnding = false
  /// Pieces of the past that are asked for, at most one for each subscriber; those before
  /// `nextRecall` are done.
  private var recalls: [(token: UInt64, request: [UInt8])] = []
  private var nextRecall = 0
  /// An answer that found no room yet.
  private var answer: (token: UInt64, bytes: [UInt8])?

  init(_ parts: consuming StorageParts) throws(Errno) {
    let epoll = try Epoll()
    try epoll.add(parts.bell, for: .input, token: 0)
    self.epoll = epoll
    bell = parts.bell
    work = parts.work
    answers = parts.answers
    button = parts.button
    state = parts.state
    commitInterval = parts.commitInterval
    journal = JournalStore(
      stateDirectory: parts.stateDirectory, stream: parts.stream, retention: parts.retention)
    message.reserveCapacity(StorageDoor.longestPiece)
  }

  mutating func run() throws(Errno) {
    while true {
      // Before any work there is the directory to be found, or to be missed.
      commitIfDue()
      if isEnding, !journal.hasWaiting || state.journalTrouble != nil { break }
      _ = try epoll.wait(milliseconds: wait)
      bell.answer()
      state.pulse.beat()
      takeWork()
      recall()
      lookAround(isLast: false)
    }
    lookAround(isLast: true)
    state.isOver = true
    button.press()
  }

  private var wait: Int {
    if answer != nil { return 1 }
    if nextRecall < recalls.count { return 0 }
    let isDue = journal.hasWaiting || state.journalTrouble != nil
    guard isDue else { return 1000 }
    let rest = nextCommit - BootClock.now
    return max(0, min(1000, Int((rest + 999_999) / 1_000_000)))
  }

  private mutating func takeWork() {
    while true {
      message.removeAll(keepingCapacity: true)
      guard let tag = work.pop(into: &message) else { return }
      perform(StorageWork(tag: tag))
      state.isAtDisk = false
      state.countDone()
      state.pulse.beat()
    }
  }

  private mutating func perform(_ task: StorageWork) {
    var bytes: [UInt8] = []
    swap(&bytes, &message)
    defer { swap(&bytes, &message) }
    switch task {
    case .save:
      journal.take(bytes.span)
      taken += 1
    case .begin(let file):
      state.isAtDisk = true
      let path = String(decoding: bytes, as: UTF8.self)
      attempt(file) { files throws(Errno) in try files.begin(file, at: path) }
    case .append(let file):
      guard state[file] == nil else { return }
      state.isAtDisk = true
      attempt(file) { files throws(Errno) in try files.append(file, bytes.span) }
    case .adopt(let file):
      let paths = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 1)
      guard state[file] == nil, let path = paths.first.map(String.init) else { return }
      state.isAtDisk = true
      var isAdopted = false
      attempt(file) { files throws(Errno) in isAdopted = try files.adopt(file, as: path) }
      if isAdopted, paths.count == 2 { try? Files.unlink(String(paths[1])) }
    case .remove:
      state.isAtDisk = true
      try? Files.unlink(String(decoding: bytes, as: UTF8.self))
    case .recall(let token): recalls.append((token, bytes))
    case .end: isEnding = true
    }
  }

  private mutating func attempt(
    _ file: StorageFile, _ act: (inout SideFiles) throws(Errno) -> Void
  ) {
    do throws(Errno) {
      try act(&files)
      state[file] = nil
    } catch {
      files.abandon(file)
      state[file] = error
      button.press()
    }
  }

  private mutating func commitIfDue() {
    let now = BootClock.now
    let isNew = state.settled == 0 && taken == 0 && nextCommit == 0
    guard isNew || journal.hasWaiting || state.journalTrouble != nil, now >= nextCommit else {
      return
    }
    state.isAtDisk = true
    defer { state.isAtDisk = false }
    do throws(Errno) {
      try journal.commit()
      state.journalTrouble = nil
      nextCommit = now + commitInterval
    } catch {
      state.journalTrouble = error
      nextCommit = BootClock.now + Self.retryInterval
    }
    state.lost = journal.lost
    state.settled = taken - journal.waitingCount
    button.press()
  }

  /// Now and then: whether the journal is still where it was, and how far the stream has come.
  private mutating func lookAround(isLast: Bool) {
    let now = BootClock.now
    guard now >= nextLook || isLast else { return }
    nextLook = now + 1_000_000_000
    state.isAtDisk = true
    defer { state.isAtDisk = false }
    if !journal.isInPlace {
      // Begun anew with the next attempt, so that there is time to be told of it.
      journal.startOver()
      state.journalTrouble = .noSuchFile
      nextCommit = now + Self.retryInterval
      button.press()
      return
    }
    // It only makes the count of a gap exact; what is wrong with the disk the journal finds out.
    try? journal.keepNumber(state.issued, isLast: isLast)
  }

  /// Reads one piece of the past, if any is asked for: what is to be kept comes in between.
  private mutating func recall() {
    if let answer {
      guard give(answer.token, answer.bytes) else { return }
      self.answer = nil
    }
    guard nextRecall < recalls.count else { return }
    let (token, request) = recalls[nextRecall]
    nextRecall += 1
    if nextRecall == recalls.count {
      recalls.removeAll(keepingCapacity: true)
      nextRecall = 0
    }
    state.isAtDisk = true
    let piece = History.piece(
      request.span, directory: journal.directory, segments: journal.segments)
    state.isAtDisk = false
    if !give(token, piece) { answer = (token, piece) }
  }

  /// Whether there was room for the answer.
  private mutating func give(_ token: UInt64, _ bytes: [UInt8]) -> Bool {
    guard answers.push(token, bytes.span) else { return false }
    button.press()
    return true
  }
}
