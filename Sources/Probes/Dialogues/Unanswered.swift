/// What was written to an adapter and has not been answered, in order.
///
/// One character answers each. A conversation that is out of step, with more unanswered than any
/// question leaves, is given up; the next reset begins a new one.
struct Unanswered: Sendable {
  /// What an answer is to.
  enum Item: BitwiseCopyable, Sendable {
    case reset
    case bit(Bool)
    case byte(UInt8)
    /// Something that concerns the adapter alone.
    case other
  }

  private static let capacity = 256

  private var items = InlineArray<256, Item>(repeating: .other)
  private var first = 0
  private var count = 0

  mutating func append(_ item: Item) {
    if count == Self.capacity { removeAll() }
    items[(first + count) % Self.capacity] = item
    count += 1
  }

  /// Takes what the next answer is to; nil where none is due.
  mutating func next() -> Item? {
    guard count > 0 else { return nil }
    defer {
      first = (first + 1) % Self.capacity
      count -= 1
    }
    return items[first]
  }

  mutating func removeAll() { count = 0 }
}
