import LockFree
import Testing

/// A ring's promises that need no second thread.
struct RingTests {
  @Test func elementsLeaveInTheOrderInWhichTheyCame() {
    var ring = Ring<Int>(capacity: 8)
    for element in 1...5 {
      let fitted = ring.producer.push(element)
      #expect(fitted)
    }
    #expect(drain(&ring.consumer) == [1, 2, 3, 4, 5])
  }

  @Test func anEmptyRingAnswersNil() {
    var ring = Ring<Int>(capacity: 4)
    let element = ring.consumer.pop()
    let isEmpty = ring.consumer.isEmpty
    #expect(element == nil)
    #expect(isEmpty)
  }

  @Test func isEmptyFollowsEachPushAndPop() {
    var ring = Ring<Int>(capacity: 2)
    _ = ring.producer.push(7)
    let whileFilled = ring.consumer.isEmpty
    _ = ring.consumer.pop()
    let onceDrained = ring.consumer.isEmpty
    #expect(!whileFilled)
    #expect(onceDrained)
  }

  @Test(arguments: [1, 2, 4, 8, 64, 1024])
  func theWholeCapacityCanBeFilledAndNoMore(capacity: Int) {
    var ring = Ring<Int>(capacity: capacity)
    // The second and third lap start with a ring that was found empty.
    for _ in 1...3 {
      let fitted = (0..<capacity + 3).reduce(into: 0) { fitted, element in
        if ring.producer.push(element) { fitted += 1 }
      }
      #expect(fitted == capacity)
      #expect(drain(&ring.consumer) == Array(0..<capacity))
    }
    let seenByProducer = ring.producer.dropped
    let seenByConsumer = ring.consumer.dropped
    #expect(seenByProducer == 9)
    #expect(seenByConsumer == 9)
  }

  @Test(arguments: [1, 2, 3, 7, 8])
  func nothingIsLostOrDoubledWhereTheRingWrapsAround(stride: Int) {
    var ring = Ring<Int>(capacity: 8)
    var received: [Int] = []
    for start in Swift.stride(from: 0, to: stride * 100, by: stride) {
      for element in start..<start + stride {
        let fitted = ring.producer.push(element)
        #expect(fitted)
      }
      received += drain(&ring.consumer)
    }
    #expect(received == Array(0..<stride * 100))
  }

  @Test(arguments: [8, 64, 1024])
  func atMostAnEighthOfAFullRingLooksOccupiedAfterItWasPopped(capacity: Int) {
    var ring = Ring<Int>(capacity: capacity)
    for element in 0..<capacity { _ = ring.producer.push(element) }
    for popped in 1...capacity / 2 {
      _ = ring.consumer.pop()
      let hasRoom = ring.producer.hasRoom(for: max(popped - capacity / 8 + 1, 0))
      #expect(hasRoom)
    }
  }

  @Test func aBatchFitsAsFarAsThereIsRoomAndTheRestIsDropped() {
    var ring = Ring<Int>(capacity: 8)
    let first = push([1, 2, 3, 4, 5], &ring.producer)
    let second = push([6, 7, 8, 9, 10], &ring.producer)
    let third = push([11], &ring.producer)
    let none = push([], &ring.producer)
    let dropped = ring.consumer.dropped
    #expect([first, second, third, none] == [5, 3, 0, 0])
    #expect(dropped == 3)
    #expect(drain(&ring.consumer) == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func aBatchIsPoppedAsFarAsItsSpanReaches() {
    var ring = Ring<Int>(capacity: 8)
    _ = push([1, 2, 3, 4, 5], &ring.producer)
    var batch = [0, 0, 0]
    var span = batch.mutableSpan
    let full = ring.consumer.pop(into: &span)
    #expect(full == 3)
    #expect(batch == [1, 2, 3])
    span = batch.mutableSpan
    let rest = ring.consumer.pop(into: &span)
    #expect(rest == 2)
    #expect(batch == [4, 5, 3])
  }

  @Test func roomIsAskedForWithoutCountingADrop() {
    var ring = Ring<Int>(capacity: 4)
    _ = push([1, 2, 3], &ring.producer)
    let forOne = ring.producer.hasRoom(for: 1)
    let forTwo = ring.producer.hasRoom(for: 2)
    let forMoreThanThereCanEverBe = ring.producer.hasRoom(for: 5)
    let dropped = ring.producer.dropped
    #expect(forOne)
    #expect(!forTwo)
    #expect(!forMoreThanThereCanEverBe)
    #expect(dropped == 0)
  }

  @Test func theConsumerSeesThatTheProducerIsGoneAndStillGetsEverything() {
    let ring = Ring<Int>(capacity: 4)
    var consumer = ring.consumer
    var before = true
    do {
      var producer = ring.producer
      _ = producer.push(1)
      before = consumer.producerIsGone
    }
    let after = consumer.producerIsGone
    #expect(!before)
    #expect(after)
    #expect(drain(&consumer) == [1])
  }

  @Test func theProducerOutlivesTheConsumer() {
    let ring = Ring<Int>(capacity: 2)
    do { _ = ring.consumer }
    var producer = ring.producer
    let count = push([1, 2, 3], &producer)
    #expect(count == 2)
  }

  @Test(arguments: [0, -8, 3, 1000])
  func aCapacityThatIsNoPowerOfTwoIsOurOwnMistakeAndTraps(capacity: Int) async {
    await #expect(processExitsWith: .failure) { [capacity] in
      _ = Ring<Int>(capacity: capacity)
    }
  }

  private func push(_ elements: [Int], _ producer: inout Ring<Int>.Producer) -> Int {
    producer.push(contentsOf: elements.span)
  }

  private func drain(_ consumer: inout Ring<Int>.Consumer) -> [Int] {
    var elements: [Int] = []
    while let element = consumer.pop() { elements.append(element) }
    return elements
  }
}
