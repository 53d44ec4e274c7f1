import LockFree
import Testing

struct MessageRingTests {
  @Test func messagesLeaveWholeAndInTheOrderInWhichTheyCame() {
    var ring = MessageRing(capacity: 4096)
    var pushed: [[UInt8]] = []
    var popped: [[UInt8]] = []
    // Lengths that have no divisor in common with the ring's size wrap around at every place.
    for round in 0..<2000 {
      let message = (0..<(round * 7 % 301)).map { UInt8(truncatingIfNeeded: $0 &+ round) }
      let fits = ring.producer.push(UInt64(round), message.span)
      #expect(fits)
      pushed.append(message)
      if round % 3 == 2 {
        for _ in 0..<3 {
          var bytes: [UInt8] = []
          let tag = ring.consumer.pop(into: &bytes)
          #expect(tag == UInt64(popped.count))
          popped.append(bytes)
        }
      }
    }
    #expect(popped == Array(pushed[..<popped.count]))
    #expect(popped.count == 1998)
  }

  @Test func aFullRingTakesNothingUntilThereIsRoom() {
    var ring = MessageRing(capacity: 128)
    let message = [UInt8](repeating: 7, count: 40)
    let first = ring.producer.push(1, message.span)
    let second = ring.producer.push(2, message.span)
    let fits = ring.producer.fits(1)
    let third = ring.producer.push(3, message.span)
    #expect(first && second)
    #expect(!fits && !third)
    var bytes: [UInt8] = []
    let tag = ring.consumer.pop(into: &bytes)
    #expect(tag == 1)
    let again = ring.producer.push(3, message.span)
    #expect(again)
    var tags: [UInt64] = []
    while let tag = ring.consumer.pop(into: &bytes) { tags.append(tag) }
    #expect(tags == [2, 3])
    #expect(bytes == [UInt8](repeating: 7, count: 120))
  }

  @Test func anEmptyMessageIsAMessage() {
    var ring = MessageRing(capacity: 64)
    let nothing: [UInt8] = []
    let fits = ring.producer.push(9, nothing.span)
    #expect(fits)
    var bytes: [UInt8] = []
    let tag = ring.consumer.pop(into: &bytes)
    let more = ring.consumer.pop(into: &bytes)
    #expect(tag == 9)
    #expect(more == nil)
    #expect(bytes.isEmpty)
  }
}
