import EventStream
import Probes

/// Keeps a port's two independent states: whether it is there, and whether frames come from it.
struct PortWatch {
  /// Frames come at most so far apart, or the port has fallen silent.
  private static let shortestSilence: Int64 = 5_000_000_000
  /// A longer pause between two frames is not taken for a probe's period.
  private static let longestPeriod: Int64 = 20_000_000_000

  private(set) var lastFrame: Timestamp?
  private var period: Int64 = 0
  private(set) var rejected = 0
  private var lastRejection: Timestamp?

  mutating func frame(at time: Timestamp) {
    if let last = lastFrame {
      let pause = time.since(last)
      // The samples of one frame come together; they say nothing about the period.
      if pause > 0, pause <= Self.longestPeriod { period = pause }
    }
    lastFrame = time
  }

  mutating func rejection(total: Int, at time: Timestamp) {
    rejected = total
    lastRejection = time
  }

  mutating func attach() { self = PortWatch(rejected: rejected) }

  init(rejected: Int = 0) { self.rejected = rejected }

  func state(at now: Timestamp) -> DataState {
    let patience = max(Self.shortestSilence, 3 * period)
    if let last = lastFrame, now.since(last) <= patience { return .fresh }
    if let last = lastRejection, now.since(last) <= patience { return .garbled }
    return lastFrame == nil ? .none : .silent
  }
}
