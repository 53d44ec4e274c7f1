import Testing

@testable import Thermoregulation

/// A fraction with a positive denominator, compared by cross-multiplication.
private struct Fraction: Comparable {
  var above: Int64
  var below: Int64

  init(_ above: Int64, over below: Int64) {
    self.above = below < 0 ? -above : above
    self.below = abs(below)
  }

  static func < (a: Fraction, b: Fraction) -> Bool { a.above * b.below < b.above * a.below }
  static func == (a: Fraction, b: Fraction) -> Bool { a.above * b.below == b.above * a.below }
}

private func lowerMedian(_ values: [Fraction]) -> Fraction {
  values.sorted()[(values.count - 1) / 2]
}

/// The definition, word for word: the lower median over i of the lower median over j ≠ i.
private func naive(_ points: [(step: Int64, value: Int64)]) -> (slope: Fraction, level: Fraction) {
  let slope = lowerMedian(
    points.indices.map { i in
      lowerMedian(
        points.indices.filter { $0 != i }.map { j in
          Fraction(points[j].value - points[i].value, over: points[j].step - points[i].step)
        })
    })
  let level = lowerMedian(
    points.map { point in
      // y - b t, with the newest point at t = 0.
      Fraction(point.value * slope.below - slope.above * point.step, over: slope.below)
    })
  return (slope, level)
}

@Suite struct RepeatedMedianTests {
  enum Window: CaseIterable { case w60, w30, w15, w8 }

  private func check(_ values: [Int32?], _ window: Window) throws {
    let fit: LineFit =
      switch window {
      case .w60: .w60
      case .w30: .w30
      case .w15: .w15
      case .w8: .w8
      }
    var series = Series<30>()
    for value in values { series.append(value) }
    let points = (0..<fit.length).compactMap { age in
      series[age: age].map { (step: Int64(-age), value: Int64($0)) }
    }
    let line = fit.line(through: series, oldest: fit.length - 1)
    guard points.count >= 2 else {
      #expect(line == nil)
      #expect(fit.falls(0, through: series, oldest: fit.length - 1) == nil)
      return
    }
    let found = try #require(line)
    let expected = naive(points)
    #expect(Fraction(found.slope, over: found.unit) == expected.slope)
    #expect(Fraction(found.level, over: found.unit) == expected.level)
    // Every question asked of a line has the answer of exact arithmetic.
    for limit in stride(from: -6_000, through: 6_000, by: 333) {
      let perHour = Fraction(expected.slope.above * found.stepsPerHour, over: expected.slope.below)
      #expect(found.falls(limit) == (perHour <= Fraction(Int64(limit), over: 1)))
      #expect(
        fit.falls(limit, through: series, oldest: fit.length - 1) == found.falls(limit))
      #expect(found.exceeds(limit) == (perHour > Fraction(Int64(limit), over: 1)))
    }
  }

  @Test(arguments: Window.allCases) func agreesWithTheDefinition(window: Window) throws {
    var dice = Dice(seed: 11)
    for round in 0..<120 {
      let slope = dice.around(80)
      let spread = [2, 40, 3_000][round % 3]
      let missing = UInt64([1, 4, 12][round / 3 % 3])
      let values = (0..<30).map { step -> Int32? in
        dice.next() % 13 < missing ? nil : Int32(36_500 + slope * step + dice.around(spread))
      }
      try check(values, window)
    }
  }

  @Test(arguments: Window.allCases) func theExtremesFit(window: Window) throws {
    var dice = Dice(seed: 5)
    for _ in 0..<40 {
      try check((0..<30).map { _ in dice.next() % 2 == 0 ? 15_000 : 45_000 }, window)
    }
    try check((0..<30).map { $0 < 15 ? 15_000 : 45_000 }, window)
    try check(Array(repeating: nil, count: 30), window)
    try check([15_000] + Array(repeating: nil, count: 28) + [45_000], window)
  }

  @Test func anEvenCountHasItsLowerMedian() {
    var median = LowerMedian(of: 4)
    for value in [9, 1, 7, 3] as [Int64] { median.insert(value) }
    #expect(median.value == 3)
    var sorted = SortedValues<6>()
    for value in [9, 1, 7, 3, 2, 8] as [Int64] { sorted.insert(value) }
    #expect(sorted.lowerMedian == 3)
  }

  @Test func aLineKnowsWhenItReachesALimit() throws {
    var series = Series<30>()
    for minute in 0..<30 { series.append(Int32(37_100 - 10 * minute)) }
    let line = try #require(LineFit.w30.line(through: series, oldest: 29))
    #expect(line.slopePerHour == -600)
    #expect(line.levelThousandths == 36_810)
    #expect(line.minutes(to: 36_500) == 31)
    #expect(line.reaches(36_500, withinMinutes: 31))
    #expect(!line.reaches(36_500, withinMinutes: 30))
    #expect(line.minutes(to: 36_900) == 0)
    #expect(!line.rises(to: 36_900, withinMinutes: 60))
  }

  @Test func aLineOfAnHourCountsInMinutesToo() throws {
    var series = Series<20>()
    for step in 0..<20 { series.append(Int32(37_100 - 20 * step)) }
    let line = try #require(LineFit.w60.line(through: series, oldest: 19))
    #expect(line.slopePerHour == -400)
    #expect(line.minutes(to: 36_500) == 33)
    #expect(line.reaches(36_500, withinMinutes: 33))
    #expect(!line.reaches(36_500, withinMinutes: 30))
    var rising = Series<20>()
    for step in 0..<20 { rising.append(Int32(35_000 + 20 * step)) }
    let up = try #require(LineFit.w60.line(through: rising, oldest: 19))
    #expect(up.rises(to: 35_480, withinMinutes: 15))
    #expect(!up.rises(to: 35_481, withinMinutes: 15))
  }
}

@Suite struct StateTests {
  @Test func oneInfantStaysUnder64KiB() {
    let bytes =
      MemoryLayout<Infant>.stride
      + Infant.mostChannels * MemoryLayout<TemperatureChannel>.stride
      + Infant.mostChannels * MemoryLayout<HeartChannel>.stride
    #expect(bytes < 64 * 1024, "\(bytes) bytes")
  }
}
