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

  /// Whether a rising line reaches `limit` within so many minutes.
  func rises(to limit: Int, withinMinutes minutes: Int) -> Bool {
    guard slope > 0 else { return false }
    let distance = Int64(limit) * unit - level
    return distance <= slope * (stepsPerHour * Int64(minutes) / 60)
  }

  /// Whole minutes until a falling line reaches `limit`, rounded down; nil where it rises.
  func minutes(to limit: Int) -> Int? {
    guard slope < 0 else { return nil }
    let distance = level - Int64(limit) * unit
    if distance <= 0 { return 0 }
    // Steps of several minutes have a unit so small that sixty times the distance fits; else steps
    // first, since for the longest window it would not.
    if stepsPerHour < 60 { return Int(distance * (60 / stepsPerHour) / -slope) }
    let steps = distance / -slope
    let rest = distance % -slope
    let perMinute = stepsPerHour / 60
    return Int(steps / perMinute) + Int((steps % perMinute * -slope + rest) / (-slope * perMinute))
  }
}

/// What it takes to fit a line to one kind of window.
struct LineFit {
  /// 60 °C within twenty seconds, in thousandths of a degree per hour.
  private static let steepest = 10_800_000

  /// Points in the window.
  let length: Int
  let stepsPerHour: Int64
  fileprivate let unit: Int64
  /// `unit` divided by each distance between two points.
  private var shares = InlineArray<30, Int64>(repeating: 0)

  /// An hour of three minutes each.
  static var w60: LineFit { LineFit(length: 20, stepsPerHour: 20) }
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
  /// exact arithmetic would overflow; probe quality sees to that. `near`: a line whose slope is
  /// likely to be close; it changes only how soon the answer is found.
  func line<let capacity: Int>(
    through series: Series<capacity>, oldest: Int, near guess: Line? = nil
  ) -> Line? {
    let points = Points(series, length: min(length, oldest + 1))
    let count = points.count
    guard count >= 2 else { return nil }
    let slope = slope(through: points, near: guess?.slopePerHour ?? 0)
    var levels = LowerMedian(of: count)
    for i in 0..<count {
      levels.insert(Int64(points.values[i]) &* unit &+ slope &* Int64(points.ages[i]))
    }
    return Line(slope: slope, level: levels.value, unit: unit, stepsPerHour: stepsPerHour)
  }

  /// Whether the slope of that line is at most `limit` thousandths of a degree per hour: exactly
  /// `line(through:oldest:)?.falls(limit)`, without fitting it, at a fraction of the cost.
  ///
  /// A lower median is at most a limit where enough of its values are, so counting is enough.
  func falls<let capacity: Int>(
    _ limit: Int, through series: Series<capacity>, oldest: Int
  ) -> Bool? {
    let points = Points(series, length: min(length, oldest + 1))
    guard points.count >= 2 else { return nil }
    return points.fallingMost(limit, stepsPerHour).count > (points.count - 1) / 2
  }

  /// The median over all points of the median slope to the other points.
  ///
  /// Counting tells which points' medians lie between two limits about the guess, and how many
  /// below; the limits close in until hardly any lies between. Only those need be known exactly,
  /// to find the one in the middle among them.
  private func slope(through points: Points, near guess: Int) -> Int64 {
    let middle = (points.count - 1) / 2
    // No two temperatures make a steeper slope; a guess beyond would not fit the turned values.
    let guess = min(max(guess, -Self.steepest), Self.steepest)
    var (low, high) = (guess - 16, guess + 16)
    var below = points.fallingMost(low, stepsPerHour)
    var within = points.fallingMost(high, stepsPerHour)
    while below.count > middle || within.count <= middle {
      let width = 4 * (high - low)
      guard width < 10_000 else { return medianSlopes(of: points, .max).place(middle) }
      (low, high) = (low - width, high + width)
      below = points.fallingMost(low, stepsPerHour)
      within = points.fallingMost(high, stepsPerHour)
    }
    while within.count - below.count > 2, high - low > 1 {
      let half = (low + high) / 2
      let tried = points.fallingMost(half, stepsPerHour)
      if tried.count <= middle {
        (low, below) = (half, tried)
      } else {
        (high, within) = (half, tried)
      }
    }
    return medianSlopes(of: points, within.points & ~below.points).place(middle - below.count)
  }

  /// The median slopes to the other points of those whose bit is set, sorted.
  private func medianSlopes(of points: Points, _ wanted: UInt32) -> SortedValues<30> {
    var medians = SortedValues<30>()
    let count = points.count
    for i in 0..<count where wanted & (1 << UInt32(i)) != 0 {
      var inner = LowerMedian(of: count - 1)
      let age = Int(points.ages[i])
      let value = points.values[i]
      for j in 0..<i {
        inner.insert(Int64(points.values[j] &- value) &* shares[age &- Int(points.ages[j])])
      }
      for j in (i + 1)..<max(count, i + 1) {
        inner.insert(Int64(value &- points.values[j]) &* shares[Int(points.ages[j]) &- age])
      }
      medians.insert(inner.value)
    }
    return medians
  }
}

/// The values of a window that are there, newest first, and how many steps old they are.
private struct Points {
  var values = InlineArray<30, Int32>(repeating: 0)
  var ages = InlineArray<30, Int32>(repeating: 0)
  var count = 0

  init<let capacity: Int>(_ series: Series<capacity>, length: Int) {
    for age in 0..<length {
      guard let value = series[age: age] else { continue }
      ages[count] = Int32(age)
      values[count] = value
      count += 1
    }
  }

  /// The points whose median slope to the others is at most `limit` thousandths of a degree per
  /// hour, a bit each, and how many they are.
  func fallingMost(_ limit: Int, _ stepsPerHour: Int64) -> (points: UInt32, count: Int) {
    // Turned by the limit, so that a slope of just the limit lies level; then each pair needs one
    // comparison, which counts for both of its points.
    var turned = InlineArray<30, Int32>(repeating: 0)
    var falling = InlineArray<30, Int32>(repeating: 0)
    for i in 0..<count {
      turned[i] = values[i] &* Int32(stepsPerHour) &+ Int32(limit) &* ages[i]
      var own: Int32 = 0
      for j in 0..<i {
        let falls: Int32 = turned[j] <= turned[i] ? 1 : 0
        falling[j] &+= falls
        own &+= falls
      }
      falling[i] = own
    }
    let needed = Int32((count - 2) / 2 + 1)
    var points: UInt32 = 0
    for i in 0..<count where falling[i] >= needed { points |= 1 << UInt32(i) }
    return (points, points.nonzeroBitCount)
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
