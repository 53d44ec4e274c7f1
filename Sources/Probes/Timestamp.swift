/// A point of stream time, in nanoseconds.
///
/// Live, it is the boot-time clock (monotonic, counts suspend); in a replay, it is the time since
/// the capture's `#recorded`. It never comes from a probe and never from the wall clock.
public struct Timestamp: BitwiseCopyable, Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  @inlinable public init(seconds: Int64) { nanoseconds = seconds &* 1_000_000_000 }

  public static let zero = Timestamp(nanoseconds: 0)

  @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// Whole seconds since zero, rounded down.
  @inlinable public var seconds: Int64 { Self.floorDivide(nanoseconds, 1_000_000_000) }

  /// Whole milliseconds since zero, rounded down: what the `t` of an event line shows.
  @inlinable public var milliseconds: Int64 { Self.floorDivide(nanoseconds, 1_000_000) }

  /// The time that lies so many nanoseconds later.
  @inlinable public func advanced(by nanoseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: self.nanoseconds &+ nanoseconds)
  }

  /// The nanoseconds from `earlier` to this time.
  @inlinable public func since(_ earlier: Timestamp) -> Int64 {
    nanoseconds &- earlier.nanoseconds
  }

  @inlinable static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b < 0 ? quotient - 1 : quotient
  }
}
