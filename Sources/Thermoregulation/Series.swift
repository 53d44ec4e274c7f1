/// The newest values of an evenly spaced series, oldest first; any of them may be missing.
struct Series<let capacity: Int> {
  private static var missing: Int32 { .min }

  private var values = InlineArray<capacity, Int32>(repeating: .min)
  /// The place of the next value.
  private var next = 0

  mutating func append(_ value: Int32?) {
    values[next] = value ?? Self.missing
    next = next + 1 == capacity ? 0 : next + 1
  }

  /// The value `age` steps before the newest, which has age 0.
  subscript(age age: Int) -> Int32? {
    get {
      // Through a span: the array's own subscript copies all of it to reach one element.
      let value = values.span[place(ofAge: age)]
      return value == Self.missing ? nil : value
    }
    set { values[place(ofAge: age)] = newValue ?? Self.missing }
  }

  private func place(ofAge age: Int) -> Int {
    let place = next - 1 - age
    return place < 0 ? place + capacity : place
  }

  mutating func removeAll() {
    for place in 0..<capacity { values[place] = Self.missing }
  }
}

/// A handful of values of which the lower median is wanted.
///
/// Kept sorted as they come: for the few dozen values of a window nothing is faster.
struct SortedValues<let capacity: Int> {
  private var values = InlineArray<capacity, Int64>(repeating: 0)
  private(set) var count = 0

  mutating func insert(_ value: Int64) {
    var place = count
    while place > 0, values[place &- 1] > value {
      values[place] = values[place &- 1]
      place &-= 1
    }
    values[place] = value
    count &+= 1
  }

  mutating func removeAll() { count = 0 }

  var isFull: Bool { count == capacity }

  /// The middle value, the lower of the two middle ones for an even count; needs a value.
  var lowerMedian: Int64 { values.span[(count &- 1) / 2] }

  /// The value of that place in ascending order.
  func place(_ place: Int) -> Int64 { values.span[place] }

  /// The value that four fifths do not exceed; needs a value.
  var upperFifth: Int64 { values.span[(count &- 1) * 4 / 5] }
}

extension Series {
  mutating func pass(
    through archive: inout Archive, within bounds: ClosedRange<Int32>
  ) throws(ArchiveError) {
    try archive.pass(&next, within: 0...(capacity - 1))
    for place in 0..<capacity {
      var value = values.span[place]
      try archive.pass(&value, within: Self.missing...bounds.upperBound)
      guard value == Self.missing || bounds.contains(value) else {
        throw archive.error("\(value)", "\(bounds.lowerBound) to \(bounds.upperBound)")
      }
      values[place] = value
    }
  }

  /// Temperatures, in thousandths of a degree.
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try pass(through: &archive, within: 0...60_000)
  }
}

extension SortedValues {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&count, within: 0...capacity)
    for place in 0..<count {
      var value = values.span[place]
      try archive.pass(&value, within: 0...1_000_000)
      values[place] = value
    }
  }
}
