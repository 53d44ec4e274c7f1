/// How evenly a probe's lines arrive, measured against the clock that the probe itself sends.
public struct ArrivalStatistics: Equatable, Sendable {
  /// Lines that the figures below are of: the last 64 at most.
  public var lines: Int
  /// How much later than the quickest of late a line arrives, in microseconds: the median.
  public var jitterMicroseconds: Int
  /// The same of the line that was held up most.
  public var greatestJitterMicroseconds: Int
  /// Lines since the beginning that took longer than any wire explains (150 ms).
  public var heldUp: Int
}

/// Compares the milliseconds that a probe counts with the times at which its lines arrive.
///
/// Between the two clocks lies an offset that nobody knows, and on top of it a delay that is never
/// negative: the wire, the adapter, the kernel, us. The smallest difference of late is the offset
/// plus the least delay; what a line has beyond it is its jitter. The minimum is taken over the
/// last 64 to 128 lines and may rise by 200 millionths of the time that passes, which is more than
/// quartz clocks differ by.
///
/// Samples stay stamped by their arrival. The protocol does not say what its line takes, so there
/// is no delay to subtract; and a time put back would come after later inputs of other ports,
/// while the analyzer's times never decrease. A line that was held up is counted instead. The
/// device's clock, which may be set, stopped or reset, moves no sample.
struct DeviceClock: Sendable {
  /// Lines in the figures.
  static let window = 64
  /// Nanoseconds beyond the least delay that no wire explains: a line of 82 characters at 9600
  /// baud takes 85 ms, an FTDI adapter waits 16 ms more.
  static let heldUp: Int64 = 150_000_000
  /// Nanoseconds beyond which the device's clock has stood still or was put back.
  private static let jump: Int64 = 10_000_000_000
  /// A part of the time that passes, by which the least difference may rise: 200 millionths.
  private static let drift: Int64 = 5000

  private var last: (milliseconds: UInt32, arrival: Timestamp)?
  /// Device time in milliseconds since the last restart: the 32 bits unrolled.
  private var elapsed: Int64 = 0
  /// The least arrival minus device time, in nanoseconds, of this half window and the one before.
  private var least = Int64.max
  private var leastBefore = Int64.max
  private var linesInHalf = 0
  private var delays = InlineArray<64, UInt32>(repeating: 0)
  private var next = 0
  private var lines = 0
  private var heldUpLines = 0

  /// Takes a line that carries the device's own milliseconds; repeated lines are not for here.
  mutating func take(milliseconds: UInt32, at arrival: Timestamp) {
    if let last {
      // Half the circle ahead is forward, over the wrap too; the other half is going back.
      let step = milliseconds &- last.milliseconds
      guard step < 0x8000_0000 else { return restart(milliseconds, at: arrival) }
      elapsed &+= Int64(step)
      rise(by: Swift.max(arrival.since(last.arrival), 0) / Self.drift)
    }
    last = (milliseconds, arrival)
    let difference = arrival.nanoseconds &- elapsed &* 1_000_000
    let floor = Swift.min(difference, Swift.min(least, leastBefore))
    let delay = difference &- floor
    guard (0...Self.jump).contains(delay) else { return restart(milliseconds, at: arrival) }
    record(delay: delay)
    least = Swift.min(least, difference)
    linesInHalf += 1
    guard linesInHalf == Self.window else { return }
    leastBefore = least
    least = .max
    linesInHalf = 0
  }

  /// The device's clock began anew: nothing is known of its offset, the figures stay.
  mutating func restart() {
    last = nil
    elapsed = 0
    least = .max
    leastBefore = .max
    linesInHalf = 0
  }

  private mutating func restart(_ milliseconds: UInt32, at arrival: Timestamp) {
    restart()
    take(milliseconds: milliseconds, at: arrival)
  }

  private mutating func rise(by allowance: Int64) {
    if least != .max { least &+= allowance }
    if leastBefore != .max { leastBefore &+= allowance }
  }

  private mutating func record(delay: Int64) {
    if delay > Self.heldUp { heldUpLines += 1 }
    delays[next] = UInt32(delay / 1000)
    next = (next + 1) % Self.window
    lines = Swift.min(lines + 1, Self.window)
  }

  /// Nil until a line has come. Sorts a copy: to be asked for now and then, not for each line.
  var statistics: ArrivalStatistics? {
    guard lines > 0 else { return nil }
    var sorted = delays
    for place in 0..<lines {
      var hole = place
      let delay = sorted[place]
      while hole > 0, sorted[hole - 1] > delay {
        sorted[hole] = sorted[hole - 1]
        hole -= 1
      }
      sorted[hole] = delay
    }
    return ArrivalStatistics(
      lines: lines, jitterMicroseconds: Int(sorted[(lines - 1) / 2]),
      greatestJitterMicroseconds: Int(sorted[lines - 1]), heldUp: heldUpLines)
  }
}
