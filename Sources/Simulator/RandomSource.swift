/// A seeded stream of pseudo-random numbers: SplitMix64 (Steele, Lea and Flood, 2014).
///
/// Only integer operations, and floating-point ones that IEEE 754 rounds exactly: the same seed
/// gives the same numbers on every machine.
struct RandomSource: RandomNumberGenerator {
  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var state: UInt64

  /// Streams of one seed are independent: drawing more from one moves no other.
  init(seed: UInt64, stream: UInt64) {
    var seeder = RandomSource(unmixed: seed)
    self.init(unmixed: seeder.next() ^ (stream &* Self.increment))
    state = next()
  }

  /// The published generator itself, without the separation into streams.
  init(unmixed state: UInt64) { self.state = state }

  mutating func next() -> UInt64 {
    state &+= Self.increment
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Evenly from `range`.
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    let unit = Double(next() >> 11) * 0x1p-53
    return range.lowerBound + unit * (range.upperBound - range.lowerBound)
  }

  /// Evenly from 0 to `bound` - 1.
  mutating func integer(below bound: Int) -> Int {
    Int((UInt64(UInt32(truncatingIfNeeded: next() >> 32)) * UInt64(bound)) >> 32)
  }

  /// From a bell curve with mean 0 and standard deviation 1, cut off at ±4.9.
  ///
  /// The sum of eight uniform numbers: needs no logarithm, which libraries round differently.
  mutating func gaussian() -> Double {
    var sum: Int64 = 0
    for _ in 0..<2 {
      let bits = next()
      sum += Int64(bits & 0xFFFF) + Int64((bits >> 16) & 0xFFFF)
      sum += Int64((bits >> 32) & 0xFFFF) + Int64(bits >> 48)
    }
    // The variance of the sum is 8/12 of 65,536 squared.
    return Double(sum - 4 * 65_535) * (1.224_744_871_391_589 / 65_536)
  }
}
