import LinuxIO
import LockFree

/// The serving thread's side of the storage thread: work goes in here and nobody waits for it.
///
/// Bounded by the ring behind it: what does not fit is refused, and it is for who asked to say so.
/// Everything that was asked is done in the order of the asking.
struct StorageDoor: ~Copyable, Sendable {
  /// Bytes of work under way.
  static let workRoom = 1 << 20
  /// Bytes of answers under way.
  static let answerRoom = 1 << 16
  /// Bytes of one piece of work, so that a part of the ring is always enough for it.
  static let longestPiece = 1 << 16

  private var work: MessageRing.Producer
  var answers: MessageRing.Consumer
  private let button: DoorbellButton
  let state: StorageState
  /// Journal records asked to be saved so far; compare `state.settled`.
  private(set) var asked = 0
  private var isUnrung = false
  /// Pieces of work taken so far; compare `state.done`.
  private(set) var given = 0

  init(
    work: consuming sending MessageRing.Producer,
    answers: consuming sending MessageRing.Consumer, button: consuming DoorbellButton,
    state: StorageState
  ) {
    self.work = work
    self.answers = answers
    self.button = button
    self.state = state
  }

  /// Whether the journal record was taken.
  mutating func save(_ record: Span<UInt8>) -> Bool {
    guard push(.save, record) else { return false }
    asked += 1
    return true
  }

  /// The file is from here on the one at `path`, empty. Forgets that it could not be written.
  mutating func begin(_ file: StorageFile, at path: String) -> Bool {
    let path = Array(path.utf8)
    return push(.begin(file), path.span)
  }

  /// Appends to the file, at most `longestPiece` bytes.
  mutating func append(_ file: StorageFile, _ bytes: Span<UInt8>) -> Bool {
    precondition(bytes.count <= Self.longestPiece, "a piece is never all of the ring")
    return push(.append(file), bytes)
  }

  /// Whether so many bytes would be taken now.
  mutating func fits(_ count: Int) -> Bool { work.fits(count) }

  /// Puts the file, which is complete, in the place of `path`, and only then removes `old`.
  mutating func adopt(_ file: StorageFile, as path: String, removing old: String? = nil) -> Bool {
    let paths = Array((path + (old.map { "\n" + $0 } ?? "")).utf8)
    return push(.adopt(file), paths.span)
  }

  mutating func remove(_ path: String) -> Bool {
    let path = Array(path.utf8)
    return push(.remove, path.span)
  }

  mutating func recall(_ request: Span<UInt8>, for token: UInt64) -> Bool {
    push(.recall(token), request)
  }

  /// There will be no more work; what was asked is done first.
  mutating func end() -> Bool {
    let nothing: [UInt8] = []
    return push(.end, nothing.span)
  }

  /// Wakes the storage thread where there is something new: once a round is enough.
  mutating func ring() {
    guard isUnrung else { return }
    isUnrung = false
    button.press()
  }

  private mutating func push(_ kind: StorageWork, _ bytes: Span<UInt8>) -> Bool {
    guard work.push(kind.tag, bytes) else { return false }
    given += 1
    isUnrung = true
    return true
  }
}
