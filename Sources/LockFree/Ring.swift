/// A bounded queue between exactly two threads: one pushes, one pops, neither ever waits.
///
/// Its ends are two values that cannot be copied. Taking an end out of the ring uses it up, so the
/// compiler refuses a second producer or a second consumer:
///
/// ```swift
/// let ring = Ring<Sample>(capacity: 1024)
/// let consumer = ring.consumer
/// let producer = ring.producer
/// ```
///
/// All memory is allocated here, once, and freed when both ends are gone, in whichever order. A
/// full ring refuses the newest element and counts it in `dropped`.
///
/// How it is fast: what costs is a cache line moving between two cores, not an instruction. Each
/// slot carries its own publication flag, a sequence word beside the element, so that flag and
/// element move together; and the consumer says how far it has come only now and then.
///
/// Not for several producers or several consumers, and not for elements that own something.
@frozen
public struct Ring<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
  public var producer: Producer
  public var consumer: Consumer

  /// Allocates a ring of `capacity` elements, a power of two.
  ///
  /// Since the consumer reports its position lazily, up to an eighth of the ring can look occupied
  /// although it has been popped; the whole of it is free again once the consumer finds it empty.
  public init(capacity: Int) {
    let storage = RingStorage<Element>(capacity: capacity)
    producer = Producer(storage)
    consumer = Consumer(storage)
  }
}
