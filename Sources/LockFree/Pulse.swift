import Synchronization

/// Counts how often a thread has come round, for another to see that it moves.
public final class Pulse: Sendable {
  private let count = Atomic<UInt64>(0)

  public init() {}

  /// For the thread itself, once a round.
  public func beat() {
    // Relaxed: it says that the thread moves, and nothing of what it has done.
    count.wrappingAdd(1, ordering: .relaxed)
  }

  public var beats: UInt64 { count.load(ordering: .relaxed) }
}
