public import Synchronization

extension Ring {
  /// The end that pushes. Hand it to one thread; it cannot be copied.
  ///
  /// Everything it needs for a push lies in itself, hence in its thread's frame, and in the slot.
  @frozen
  @safe
  public struct Producer: ~Copyable, @unsafe @unchecked Sendable {
    @usableFromInline let storage: RingStorage<Element>
    @usableFromInline let slots: UnsafeMutablePointer<RingSlot<Element>>
    @usableFromInline let mask: UInt64
    /// How many elements were pushed: the position of the next.
    @usableFromInline var pushed: UInt64 = 0
    /// The first position whose slot is not known to be free.
    @usableFromInline var limit: UInt64

    init(_ storage: RingStorage<Element>) {
      self.storage = storage
      unsafe slots = storage.slots
      mask = UInt64(storage.capacity - 1)
      limit = UInt64(storage.capacity)
    }

    deinit {
      // Releasing: who sees that the producer is gone also sees everything that it pushed.
      storage.producerIsGone.store(true, ordering: .releasing)
    }

    /// Appends an element, or counts it as dropped and answers false where the ring is full.
    @inlinable
    public mutating func push(_ element: Element) -> Bool {
      guard hasRoom(for: 1) else {
        drop(1)
        return false
      }
      publish(element)
      return true
    }

    /// Appends the elements from the first on, and answers how many fitted; the rest is dropped.
    @inlinable
    public mutating func push(contentsOf elements: Span<Element>) -> Int {
      var count = elements.count
      if !hasRoom(for: count) {
        count = room
        drop(elements.count &- count)
      }
      for index in 0..<count {
        publish(elements[index])
      }
      return count
    }

    /// Whether so many pushes, up to the ring's capacity, will succeed from now on.
    ///
    /// For a producer that would rather wait than lose, as a replay does; nothing is counted.
    @inlinable
    public mutating func hasRoom(for count: Int) -> Bool {
      if room >= count { return true }
      // Acquiring: the consumer has read a slot before it says so; only then is it overwritten.
      limit = storage.consumed.load(ordering: .acquiring) &+ mask &+ 1
      return room >= count
    }

    /// How many elements were refused because the ring was full.
    @inlinable
    public var dropped: UInt64 {
      // Relaxed: a count, from which nothing follows about any slot.
      storage.dropped.load(ordering: .relaxed)
    }

    /// How many slots are known to be free.
    @inlinable
    var room: Int { Int(truncatingIfNeeded: limit &- pushed) }

    @inlinable
    mutating func publish(_ element: Element) {
      let index = Int(truncatingIfNeeded: pushed & mask)
      unsafe slots[index].element = element
      pushed &+= 1
      // Releasing: who sees the word also sees the element.
      unsafe slots[index].sequence.store(pushed, ordering: .releasing)
    }

    @usableFromInline
    func drop(_ count: Int) {
      // Relaxed: a count, from which nothing follows about any slot.
      storage.dropped.wrappingAdd(UInt64(count), ordering: .relaxed)
    }
  }
}
