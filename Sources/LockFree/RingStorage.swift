public import Synchronization

/// One element and the word that publishes it.
///
/// The word holds the number of elements that had been pushed once this one was: position + 1.
/// Positions count up for ever (64 bits last for centuries), so a word left over from an earlier
/// lap is never mistaken for the one awaited, and zeroed words mean that nothing was pushed.
@frozen
@usableFromInline
struct RingSlot<Element: BitwiseCopyable & Sendable>: ~Copyable {
  @usableFromInline var element: Element
  @usableFromInline let sequence: Atomic<UInt64>
}

/// What the two ends share; it lives until both are gone.
///
/// The class is `@unchecked Sendable` for the slots' sake: who may touch a slot's element is
/// decided by its sequence word and by `consumed`, as the two ends explain.
@usableFromInline
@safe
final class RingStorage<Element: BitwiseCopyable & Sendable>: @unsafe @unchecked Sendable {
  /// No two things that different threads write lie closer than this.
  ///
  /// Twice the usual cache line, since some processors fetch lines in pairs, and some have 128.
  @usableFromInline static var separation: Int { 128 }

  @usableFromInline let capacity: Int
  @usableFromInline let slots: UnsafeMutablePointer<RingSlot<Element>>

  private let beforeConsumed = Padding()
  /// How many elements were popped, as last told by the consumer, who alone writes it.
  @usableFromInline let consumed = Atomic<UInt64>(0)

  private let beforeDropped = Padding()
  /// How many elements were refused; the producer alone writes it.
  @usableFromInline let dropped = Atomic<UInt64>(0)
  @usableFromInline let producerIsGone = Atomic<Bool>(false)
  private let afterDropped = Padding()

  init(capacity: Int) {
    precondition(
      capacity > 0 && capacity & (capacity - 1) == 0, "a ring's capacity is a power of two")
    self.capacity = capacity
    let slotStride = MemoryLayout<RingSlot<Element>>.stride
    // Whole separations, so that no stranger's data share the last slot's line.
    let byteCount =
      (capacity * slotStride + Self.separation - 1) / Self.separation * Self.separation
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: Self.separation)
    // Zeroes are a valid slot: its element is never read before a word says that it was written.
    unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    unsafe slots = bytes.bindMemory(to: RingSlot<Element>.self, capacity: capacity)
  }

  deinit {
    // Slots need no deinitialization: neither a bitwise copyable element nor an atomic word owns.
    unsafe UnsafeMutableRawPointer(slots).deallocate()
  }
}

/// As many bytes as `RingStorage.separation`.
private struct Padding {
  private let bytes = InlineArray<16, UInt64>(repeating: 0)
}
