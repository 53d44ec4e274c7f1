import Synchronization

/// Hands a letter from one thread to another: there is room for one, and neither side ever waits.
///
/// For what is rare and large, such as a new configuration; for a stream of values, see `Ring`.
@safe
public final class Mailbox<Letter: Sendable>: @unsafe @unchecked Sendable {
  /// The letter that waits. Whoever exchanges it for nil owns it.
  private let waiting = unsafe Atomic<UnsafeMutablePointer<Letter>?>(nil)

  public init() {}

  /// Puts a letter in; the one that nobody has taken yet goes.
  public func put(_ letter: Letter) {
    let place = UnsafeMutablePointer<Letter>.allocate(capacity: 1)
    unsafe place.initialize(to: letter)
    // Releasing: who takes the letter sees it whole. Acquiring: so do we, where it is thrown away.
    if let old = unsafe waiting.exchange(place, ordering: .acquiringAndReleasing) {
      _ = unsafe Self.open(old)
    }
  }

  /// The letter, if one waits.
  public func take() -> Letter? {
    // Relaxed: a hint that saves the exchange when there is nothing, which is nearly always.
    guard unsafe waiting.load(ordering: .relaxed) != nil,
      let place = unsafe waiting.exchange(nil, ordering: .acquiringAndReleasing)
    else { return nil }
    return unsafe Self.open(place)
  }

  private static func open(_ place: UnsafeMutablePointer<Letter>) -> Letter {
    let letter = unsafe place.move()
    unsafe place.deallocate()
    return letter
  }

  deinit {
    _ = take()
  }
}
