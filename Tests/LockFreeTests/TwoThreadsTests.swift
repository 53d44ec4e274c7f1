import Glibc
import LockFree
import Synchronization
import Testing

/// The ring between two real threads.
///
/// Run them under the thread sanitizer too, optimized: otherwise the runtime copies generic
/// elements where the sanitizer does not look.
///
///     KANGAROO_ONLY_LOCKFREE=1 swift test -c release --sanitize=thread --filter TwoThreads
///
/// Its silence proves something because it has been heard to speak: with `.relaxed` in place of any
/// one of the orderings in `publish`, `take`, `tell` or `hasRoom`, it reports a data race.
@Suite(.serialized)
struct TwoThreadsTests {
  @Test(arguments: [(1, 300_000), (2, 300_000), (64, 1_000_000), (1024, 10_000_000)])
  func elementsArriveWholeAndInOrder(capacity: Int, total: UInt64) {
    let ring = Ring<Parcel>(capacity: capacity)
    var consumer = ring.consumer
    let thread = Thread(owning: ring.producer) { producer in
      for index in 0..<total {
        var patience = Patience()
        while !producer.hasRoom(for: 1) { patience.wait() }
        _ = producer.push(Parcel(index))
      }
    }
    var received: UInt64 = 0
    var damaged = 0
    receive(&consumer) { parcel in
      if !parcel.isWhole(received) { damaged += 1 }
      received += 1
    }
    thread.join()
    let dropped = consumer.dropped
    #expect(received == total)
    #expect(damaged == 0)
    #expect(dropped == 0)
  }

  @Test(arguments: [1, 7, 64])
  func elementsArriveWholeAndInOrderInBatches(size: Int) {
    let total: UInt64 = 1_000_000
    let ring = Ring<Parcel>(capacity: 256)
    var consumer = ring.consumer
    let thread = Thread(owning: ring.producer) { producer in
      var batch: [Parcel] = []
      batch.reserveCapacity(size)
      for index in 0..<total {
        batch.append(Parcel(index))
        guard batch.count == size || index == total - 1 else { continue }
        var patience = Patience()
        while !producer.hasRoom(for: batch.count) { patience.wait() }
        _ = producer.push(contentsOf: batch.span)
        batch.removeAll(keepingCapacity: true)
      }
    }
    var received: UInt64 = 0
    var damaged = 0
    var batch = Array(repeating: Parcel(0), count: size)
    var patience = Patience()
    while true {
      let isLast = consumer.producerIsGone
      var span = batch.mutableSpan
      let count = consumer.pop(into: &span)
      for parcel in batch[..<count] {
        if !parcel.isWhole(received) { damaged += 1 }
        received += 1
      }
      if count == 0 {
        if isLast { break }
        patience.wait()
      }
    }
    thread.join()
    #expect(received == total)
    #expect(damaged == 0)
  }

  @Test func whatAnImpatientProducerPushesIsReceivedOrCountedAsDropped() {
    let total: UInt64 = 1_000_000
    let ring = Ring<Parcel>(capacity: 16)
    var consumer = ring.consumer
    let thread = Thread(owning: ring.producer) { producer in
      for index in 0..<total { _ = producer.push(Parcel(index)) }
    }
    var received: UInt64 = 0
    var next: UInt64 = 0
    var damaged = 0
    receive(&consumer) { parcel in
      if parcel.index < next || !parcel.isWhole(parcel.index) { damaged += 1 }
      next = parcel.index + 1
      received += 1
    }
    thread.join()
    let dropped = consumer.dropped
    #expect(received + dropped == total)
    #expect(damaged == 0)
  }

  @Test(arguments: [64, 4096])
  func messagesArriveWholeAndInOrder(capacity: Int) {
    let total: UInt64 = 300_000
    let ring = MessageRing(capacity: capacity)
    var consumer = ring.consumer
    let thread = Thread(owning: ring.producer) { producer in
      var message: [UInt8] = []
      for index in 0..<total {
        message.removeAll(keepingCapacity: true)
        for _ in 0..<(index % 41) { message.append(UInt8(truncatingIfNeeded: index)) }
        var patience = Patience()
        while !producer.push(index, message.span) { patience.wait() }
      }
    }
    var damaged = 0
    var patience = Patience()
    var received: UInt64 = 0
    var message: [UInt8] = []
    while received < total {
      message.removeAll(keepingCapacity: true)
      guard let tag = consumer.pop(into: &message) else {
        patience.wait()
        continue
      }
      let byte = UInt8(truncatingIfNeeded: received)
      let isWhole = message.count == received % 41 && message.allSatisfy { $0 == byte }
      if tag != received || !isWhole { damaged += 1 }
      received += 1
    }
    thread.join()
    #expect(damaged == 0)
  }

  /// Pops until the producer is gone and the ring is empty.
  private func receive(
    _ consumer: inout Ring<Parcel>.Consumer, _ accept: (Parcel) -> Void
  ) {
    var patience = Patience()
    while true {
      // Asked before the ring is found empty: only then is nothing left to come.
      let isLast = consumer.producerIsGone
      if let parcel = consumer.pop() {
        accept(parcel)
      } else if isLast {
        return
      } else {
        patience.wait()
      }
    }
  }
}

/// As large as a sample, and every field follows from the index.
private struct Parcel: BitwiseCopyable, Sendable {
  var index: UInt64
  var mixed: UInt64
  var low: UInt32
  var tag: UInt16
  var parity: UInt8

  init(_ index: UInt64) {
    self.index = index
    mixed = ~index &* 0x9E37_79B9_7F4A_7C15
    low = UInt32(truncatingIfNeeded: mixed >> 17)
    tag = UInt16(truncatingIfNeeded: mixed >> 3)
    parity = UInt8(truncatingIfNeeded: mixed.nonzeroBitCount & 1)
  }

  func isWhole(_ index: UInt64) -> Bool {
    let expected = Parcel(index)
    return self.index == index && mixed == expected.mixed && low == expected.low
      && tag == expected.tag && parity == expected.parity
  }
}

/// Spins a little, then lets another thread run: the machine may have a single processor.
private struct Patience {
  private var spins = 0

  mutating func wait() {
    spins &+= 1
    if spins & 63 == 0 { sched_yield() }
  }
}

/// A POSIX thread that is given a producer to own.
private struct Thread<Producer: ~Copyable & Sendable>: ~Copyable {
  private let id: pthread_t

  init(
    owning producer: consuming sending Producer,
    _ body: @escaping @Sendable (inout Producer) -> Void
  ) {
    let errand = Unmanaged<AnyErrand>.passRetained(Errand(producer, body))
    var id = pthread_t()
    let failure = pthread_create(
      &id, nil,
      { pointer in
        Unmanaged<AnyErrand>.fromOpaque(pointer!).takeRetainedValue().run()
        return nil
      }, errand.toOpaque())
    precondition(failure == 0, "a thread can be started")
    self.id = id
  }

  consuming func join() { pthread_join(id, nil) }

}

/// What a C function can be handed, whatever it runs.
private class AnyErrand: @unchecked Sendable {
  func run() {}
}

private final class Errand<Producer: ~Copyable & Sendable>: AnyErrand, @unchecked Sendable {
  private let producer: Mutex<Producer?>
  private let body: @Sendable (inout Producer) -> Void

  init(_ producer: consuming sending Producer, _ body: @escaping @Sendable (inout Producer) -> Void)
  {
    self.producer = Mutex(producer)
    self.body = body
  }

  override func run() {
    var producer = self.producer.withLock { $0.take()! }
    body(&producer)
  }
}
