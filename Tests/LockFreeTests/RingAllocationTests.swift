import AllocationCounter
import LockFree
import Testing

/// What the ring asks of the allocator: everything when it is made, nothing afterwards.
@Suite(
  .enabled("a sanitizer brings its own allocator, so nothing can be counted") {
    allocation_counter_available()
  })
struct RingAllocationTests {
  @Test func anAllocationIsCountedAtAll() {
    allocation_counter_start()
    keepAlive(Array(repeating: 0, count: 100))
    let counts = allocation_counter_stop()
    #expect(counts.allocations >= 1)
    #expect(counts.releases >= 1)
  }

  @Test func whatARingAllocatesComesBackWithItsEnds() {
    makeAndForget()
    allocation_counter_start()
    makeAndForget()
    let counts = allocation_counter_stop()
    #expect(counts.allocations >= 1)
    #expect(counts.allocations == counts.releases)
  }

  @Test func pushingAndPoppingAllocateNothing() {
    var ring = Ring<Int>(capacity: 64)
    var batch = Array(0..<48)
    exercise(&ring, &batch)
    allocation_counter_start()
    for _ in 0..<1000 { exercise(&ring, &batch) }
    let counts = allocation_counter_stop()
    #expect(counts.allocations == 0)
    #expect(counts.releases == 0)
  }
}

// What these functions do is done once before counting: on first use the Swift runtime allocates
// the metadata of generic types, which it keeps.

private func makeAndForget() {
  keepAlive(Ring<Int>(capacity: 64))
}

/// Fills the ring beyond its capacity, drains it, and does both again in batches.
private func exercise(_ ring: inout Ring<Int>, _ batch: inout [Int]) {
  for element in 0..<70 { _ = ring.producer.push(element) }
  while let element = ring.consumer.pop() { keepAlive(element) }
  _ = ring.producer.push(contentsOf: batch.span)
  var span = batch.mutableSpan
  _ = ring.consumer.pop(into: &span)
}

@inline(never)
private func keepAlive<T: ~Copyable>(_ value: borrowing T) {}
