public import Probes

/// How much of the past the journal keeps.
public struct Retention: Equatable, Sendable {
  /// Bytes of all segments together.
  public var size: Int
  /// Days after which a segment goes.
  public var days: Int

  public init(size: Int = 64 << 20, days: Int = 90) {
    self.size = size
    self.days = days
  }

  /// Segments there may be, however small: a daemon that is restarted all the time makes many.
  public static let mostSegments = 4096
  /// Bytes at which a segment is ended: a sixteenth of all, so that giving one up costs little.
  public var segmentSize: Int { min(max(size / 16, 16_384), 4 << 20) }

  /// A segment that exists.
  public struct Segment: Equatable, Sendable {
    public var name: SegmentName
    public var size: Int

    public init(name: SegmentName, size: Int) {
      self.name = name
      self.size = size
    }
  }

  /// How many of the oldest segments go. `segments` are in the order of their numbers; the last,
  /// which is being written, always stays.
  ///
  /// A segment is as old as the beginning of the one after it. By `now`, which only labels
  /// elsewhere, nothing goes that was begun later than it: then a clock has been set back.
  public func surplus(of segments: [Segment], now: WallTime) -> Int {
    var total = segments.reduce(0) { $0 + $1.size }
    let oldest = Int64(days) * 86_400_000_000_000
    var count = 0
    while count + 1 < segments.count {
      let isTooOld = now.since(segments[count + 1].name.begun) > oldest
      let areTooMany = segments.count - count > Self.mostSegments
      guard total > size || isTooOld || areTooMany else { break }
      total -= segments[count].size
      count += 1
    }
    return count
  }
}
