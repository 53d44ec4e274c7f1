public import Synchronization

extension Ring {
  /// The end that pops. Hand it to one thread; it cannot be copied.
  @frozen
  @safe
  public struct Consumer: ~Copyable, @unsafe @unchecked Sendable {
    @usableFromInline let storage: RingStorage<Element>
    @usableFromInline let slots: UnsafeMutablePointer<RingSlot<Element>>
    @usableFromInline let mask: UInt64
    /// How many elements were popped: the position of the next.
    @usableFromInline var popped: UInt64 = 0
    /// How many of them the producer was told of.
    @usableFromInline var told: UInt64 = 0
    /// How many the producer may remain ignorant of while there are more to pop.
    @usableFromInline let patience: UInt64

    init(_ storage: RingStorage<Element>) {
      self.storage = storage
      unsafe slots = storage.slots
      mask = UInt64(storage.capacity - 1)
      patience = UInt64(max(storage.capacity / 8, 1))
    }

    /// Takes the oldest element, or answers nil where the ring is empty.
    @inlinable
    public mutating func pop() -> Element? {
      guard let element = take() else {
        tell()
        return nil
      }
      if popped &- told >= patience { tell() }
      return element
    }

    /// Takes elements, oldest first, until `elements` is full or the ring empty; answers how many.
    ///
    /// The producer learns of it only at the end, so let `elements` be small beside the ring.
    @inlinable
    public mutating func pop(into elements: inout MutableSpan<Element>) -> Int {
      var count = 0
      while count < elements.count, let element = take() {
        elements[count] = element
        count &+= 1
      }
      if count < elements.count || popped &- told >= patience { tell() }
      return count
    }

    /// Whether there is nothing to pop; out of date as soon as the producer pushes.
    @inlinable
    public var isEmpty: Bool {
      let index = Int(truncatingIfNeeded: popped & mask)
      // Relaxed: a hint; `pop` looks again before it reads the element.
      return unsafe slots[index].sequence.load(ordering: .relaxed) != popped &+ 1
    }

    /// Whether the producer's end was destroyed; if so, a ring found empty thereafter stays empty.
    @inlinable
    public var producerIsGone: Bool {
      // Acquiring: who sees that the producer is gone also sees everything that it pushed.
      storage.producerIsGone.load(ordering: .acquiring)
    }

    /// How many elements were refused because the ring was full.
    @inlinable
    public var dropped: UInt64 {
      // Relaxed: a count, from which nothing follows about any slot.
      storage.dropped.load(ordering: .relaxed)
    }

    @inlinable
    mutating func take() -> Element? {
      let index = Int(truncatingIfNeeded: popped & mask)
      // Acquiring: the element is read only after the word that publishes it was seen.
      guard unsafe slots[index].sequence.load(ordering: .acquiring) == popped &+ 1 else {
        return nil
      }
      popped &+= 1
      return unsafe slots[index].element
    }

    /// Tells the producer which slots are free, unless it knows.
    @inlinable
    mutating func tell() {
      guard told != popped else { return }
      told = popped
      // Releasing: every element popped so far was read before the producer may overwrite it.
      storage.consumed.store(popped, ordering: .releasing)
    }
  }
}
