import Synchronization

/// A bounded queue of byte strings between exactly two threads: one pushes, one pops, none waits.
///
/// For work that comes in pieces of very different size, each with a word that says what it is. A
/// message goes in whole or, where there is no room, not at all. Its ends are two values that
/// cannot be copied, as those of `Ring`.
@frozen
public struct MessageRing: ~Copyable, Sendable {
  public var producer: Producer
  public var consumer: Consumer

  /// Bytes that each message needs beside its own, which are rounded up to a multiple of 8.
  public static let overhead = 16

  /// Allocates a ring of `capacity` bytes, a power of two and at least 64.
  public init(capacity: Int) {
    let storage = MessageStorage(capacity: capacity)
    producer = Producer(storage)
    consumer = Consumer(storage)
  }
}

/// What the two ends share; it lives until both are gone.
///
/// The class is `@unchecked Sendable` for the bytes' sake: those from `popped` to `pushed` are the
/// consumer's to read, all others the producer's to write.
@usableFromInline
@safe
final class MessageStorage: @unsafe @unchecked Sendable {
  let capacity: Int
  let bytes: UnsafeMutableRawPointer
  private let beforePushed = MessagePadding()
  /// Bytes pushed and popped since the beginning; each is written by one end alone.
  let pushed = Atomic<UInt64>(0)
  private let beforePopped = MessagePadding()
  let popped = Atomic<UInt64>(0)
  private let afterPopped = MessagePadding()

  init(capacity: Int) {
    precondition(
      capacity >= 64 && capacity & (capacity - 1) == 0, "a ring's capacity is a power of two")
    self.capacity = capacity
    unsafe bytes = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    unsafe bytes.deallocate()
  }

  /// Copies `source` to the ring's byte `position`, around its end where need be.
  func write(_ source: Span<UInt8>, at position: UInt64) {
    let start = Int(truncatingIfNeeded: position & UInt64(capacity - 1))
    let head = min(source.count, capacity - start)
    unsafe source.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      unsafe (bytes + start).copyMemory(from: base, byteCount: head)
      unsafe bytes.copyMemory(from: base + head, byteCount: source.count - head)
    }
  }

  /// Appends `count` bytes from the ring's byte `position` on to `target`.
  func read(_ count: Int, at position: UInt64, into target: inout [UInt8]) {
    let start = Int(truncatingIfNeeded: position & UInt64(capacity - 1))
    let head = min(count, capacity - start)
    unsafe target.append(
      contentsOf: UnsafeRawBufferPointer(start: bytes + start, count: head))
    unsafe target.append(
      contentsOf: UnsafeRawBufferPointer(start: bytes, count: count - head))
  }

  /// The 8 bytes at `position`, which is a multiple of 8 and hence never split.
  func word(at position: UInt64) -> UInt64 {
    let start = Int(truncatingIfNeeded: position & UInt64(capacity - 1))
    return unsafe bytes.load(fromByteOffset: start, as: UInt64.self)
  }

  func setWord(_ word: UInt64, at position: UInt64) {
    let start = Int(truncatingIfNeeded: position & UInt64(capacity - 1))
    unsafe bytes.storeBytes(of: word, toByteOffset: start, as: UInt64.self)
  }
}

extension MessageRing {
  /// The end that pushes. Hand it to one thread; it cannot be copied.
  @frozen
  @safe
  public struct Producer: ~Copyable, Sendable {
    @usableFromInline let storage: MessageStorage
    @usableFromInline var pushed: UInt64 = 0
    /// What the consumer has popped, as far as is known.
    @usableFromInline var known: UInt64 = 0

    init(_ storage: MessageStorage) { self.storage = storage }

    /// Appends a message; false, and nothing is changed, where there is no room for all of it.
    public mutating func push(_ tag: UInt64, _ bytes: Span<UInt8>) -> Bool {
      let size = MessageRing.size(of: bytes.count)
      guard hasRoom(for: size) else { return false }
      storage.setWord(tag, at: pushed)
      storage.setWord(UInt64(bytes.count), at: pushed + 8)
      storage.write(bytes, at: pushed + 16)
      pushed += UInt64(size)
      // Releasing: who sees the position also sees the bytes before it.
      storage.pushed.store(pushed, ordering: .releasing)
      return true
    }

    /// Whether a message of so many bytes fits now.
    public mutating func fits(_ count: Int) -> Bool { hasRoom(for: MessageRing.size(of: count)) }

    private mutating func hasRoom(for size: Int) -> Bool {
      if storage.capacity - Int(pushed - known) >= size { return true }
      // Acquiring: the consumer has read the bytes before it says so; only then are they free.
      known = storage.popped.load(ordering: .acquiring)
      return storage.capacity - Int(pushed - known) >= size
    }
  }

  /// The end that pops. Hand it to one thread; it cannot be copied.
  @frozen
  @safe
  public struct Consumer: ~Copyable, Sendable {
    @usableFromInline let storage: MessageStorage
    @usableFromInline var popped: UInt64 = 0

    init(_ storage: MessageStorage) { self.storage = storage }

    /// Takes the oldest message: its bytes are appended to `bytes`; nil where there is none.
    public mutating func pop(into bytes: inout [UInt8]) -> UInt64? {
      // Acquiring: the bytes are read only after the position behind them was seen.
      guard storage.pushed.load(ordering: .acquiring) != popped else { return nil }
      let tag = storage.word(at: popped)
      let count = Int(storage.word(at: popped + 8))
      storage.read(count, at: popped + 16, into: &bytes)
      popped += UInt64(MessageRing.size(of: count))
      // Releasing: the bytes were read before the producer may overwrite them.
      storage.popped.store(popped, ordering: .releasing)
      return tag
    }
  }

  /// Bytes of the ring that a message of `count` bytes takes.
  private static func size(of count: Int) -> Int { overhead + (count + 7) / 8 * 8 }
}

/// As many bytes as keep two atomics from sharing a cache line, or a pair of them.
private struct MessagePadding {
  private let bytes = InlineArray<16, UInt64>(repeating: 0)
}
