/// A robust line through a window: Siegel's repeated median, exact in integers.
///
/// All slopes of a window share one denominator, the least common multiple of its distances, so
/// that nothing is rounded before a slope is published.
struct Line: BitwiseCopyable {
  /// Thousandths of a degree per step, times `unit`.
  let slope: Int64
  /// Thousandths of a degree at the newest point, times `unit`.
  let level: Int64
  let unit: Int64
  let stepsPerHour: Int64

  /// The same line by a probe that shows so much more.
  func raised(by offset: Int) -> Line {
    Line(slope: slope, level: level + Int64(offset) * unit, unit: unit, stepsPerHour: stepsPerHour)
  }

  /// The slope in thousandths of a degree per hour, rounded down: for publication.
  var slopePerHour: Int { Int(floorDivide(slope * stepsPerHour, unit)) }

  /// The level in thousandths of a degree, rounded down: for publication.
  var levelThousandths: Int { Int(floorDivide(level, unit)) }

  /// Whether the slope is at most so many thousandths of a degree per hour.
  func falls(_ limit: Int) -> Bool { slope * stepsPerHour <= Int64(limit) * unit }

  /// Whether the slope is more than so many thousandths of a degree per hour.
  func exceeds(_ limit: Int) -> Bool { slope * stepsPerHour > Int64(limit) * unit }

  /// Whether the slope is less steep than so many thousandths of a degree per hour, up or down.
  func isLevel(within limit: Int) -> Bool { exceeds(-limit) && !exceeds(limit - 1) }

  /// Whether the level lies at least `drop` below `reference`.
  func lies(_ drop: Int, below reference: Int32) -> Bool {
    Int64(reference) * unit - level >= Int64(drop) * unit
  }

  /// Whether the level is at least so many thousandths of a degree.
  func isAtLeast(_ limit: Int) -> Bool { level >= Int64(limit) * unit }

  /// Whether a falling line reaches `limit` within so many minutes.
  func reaches(_ limit: Int, withinMinutes minutes: Int) -> Bool {
    guard slope < 0 else { return false }
    let distance = level - Int64(limit) * unit
    return distance <= -slope * (stepsPerHour * Int64(minutes) / 60)
  }

  /// Whole minutes until a falling line reaches `limit`, rounded down; nil where it rises.
  func minutes(to limit: Int) -> Int? {
    guard slope < 0 else { return nil }
    let distance = level - Int64(limit) * unit
    if distance <= 0 { return 0 }
    // Steps first: sixty times the distance would not fit for the longest window.
    let steps = distance / -slope
    let rest = distance % -slope
    let perMinute = stepsPerHour / 60
    return Int(steps / perMinute) + Int((steps % perMinute * -slope + rest) / (-slope * perMinute))
  }
}

/// What it takes to fit a line to one kind of window.
struct LineFit {
  /// Points in the window.
  let length: Int
  let stepsPerHour: Int64
  fileprivate let unit: Int64
  /// `unit` divided by each distance between two points.
  private var shares = InlineArray<30, Int64>(repeating: 0)

  /// Half an hour of minutes.
  static var w30: LineFit { LineFit(length: 30, stepsPerHour: 60) }
  /// A quarter of an hour of minutes.
  static var w15: LineFit { LineFit(length: 15, stepsPerHour: 60) }
  /// Eight minutes of 20-second bins.
  static var w8: LineFit { LineFit(length: 24, stepsPerHour: 180) }

  private init(length: Int, stepsPerHour: Int64) {
    self.length = length
    self.stepsPerHour = stepsPerHour
    var multiple: Int64 = 1
    for distance in 1..<Int64(length) {
      multiple = multiple / greatestCommonDivisor(multiple, distance) * distance
    }
    unit = multiple
    for distance in 1..<length { shares[distance] = multiple / Int64(distance) }
  }

  /// The line through the newest `length` values that are not older than `oldest` steps.
  ///
  /// Nil with fewer than two values. Temperatures must lie within 60 °C of each other, or the
  /// exact arithmetic would overflow; probe quality sees to that.
  func line<let capacity: Int>(through series: Series<capacity>, oldest: Int) -> Line? {
    var ages = InlineArray<30, Int>(repeating: 0)
    var values = InlineArray<30, Int64>(repeating: 0)
    var count = 0
    for age in 0..<min(length, oldest + 1) {
      guard let value = series[age: age] else { continue }
      ages[count] = age
      values[count] = Int64(value)
      count += 1
    }
    guard count >= 2 else { return nil }
    let slope = slope(through: values.span, at: ages.span, count)
    var levels = LowerMedian(of: count)
    for i in 0..<count { levels.insert(values[i] * unit + slope * Int64(ages[i])) }
    return Line(slope: slope, level: levels.value, unit: unit, stepsPerHour: stepsPerHour)
  }

  /// The median over all points of the median slope to the other points; newest first.
  private func slope(through values: Span<Int64>, at ages: Span<Int>, _ count: Int) -> Int64 {
    let shares = shares.span
    var outer = LowerMedian(of: count)
    for i in 0..<count {
      var inner = LowerMedian(of: count - 1)
      let age = ages[i]
      let value = values[i]
      for j in 0..<i { inner.insert((values[j] &- value) &* shares[age &- ages[j]]) }
      for j in (i + 1)..<max(count, i + 1) {
        inner.insert((value &- values[j]) &* shares[ages[j] &- age])
      }
      outer.insert(inner.value)
    }
    return outer.value
  }
}

/// The lower median of so many values, at most 30: keeps the lower half of them, sorted.
struct LowerMedian {
  private var lowest = InlineArray<15, Int64>(repeating: .max)
  private let last: Int

  init(of count: Int) { last = (count &- 1) / 2 }

  mutating func insert(_ value: Int64) {
    guard value < lowest[last] else { return }
    var place = last
    while place > 0, lowest[place &- 1] > value {
      lowest[place] = lowest[place &- 1]
      place &-= 1
    }
    lowest[place] = value
  }

  /// Once all have been inserted: the middle value, the lower of two middle ones.
  var value: Int64 { lowest.span[last] }
}

extension Line {
  /// A line fitted as `fit` does, as far as it can be told from absurdities: steeper or higher, its
  /// exact comparisons would overflow.
  static func pass(
    _ line: inout Line?, _ fit: LineFit, through archive: inout Archive
  ) throws(ArchiveError) {
    let blank = Line(slope: 0, level: 0, unit: fit.unit, stepsPerHour: fit.stepsPerHour)
    try archive.pass(&line, from: blank) { line, archive throws(ArchiveError) in
      var slope = line.slope
      var level = line.level
      try archive.pass(&slope, within: -60_000 * fit.unit...60_000 * fit.unit)
      try archive.pass(&level, within: -60_000 * fit.unit...120_000 * fit.unit)
      line = Line(slope: slope, level: level, unit: fit.unit, stepsPerHour: fit.stepsPerHour)
    }
  }
}

func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
  let quotient = a / b
  return a % b < 0 ? quotient - 1 : quotient
}

private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
