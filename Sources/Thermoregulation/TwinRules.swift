import Probes

/// Twins share a parent, and their probes are easily put back on the wrong one.
extension Analyzer {
  /// Closer than this, two infants cannot be told apart by their temperatures: on the mean of
  /// before and now, and each time.
  private static let leastDifference = (mean: 300, each: 100)
  /// Good minutes after the later warm-up at which the two are compared.
  private static let comparison = 10
  /// Good minutes within which both must have been put on anew.
  private static let longestApart = 60

  /// Once a minute.
  mutating func judgeTwins(at now: Timestamp) {
    for place in infants.indices { infants[place].endSwapHint(&announcer) }
    for first in infants.indices {
      guard let parent = infants[first].profile.parent else { continue }
      for second in infants.indices
      where second > first && infants[second].profile.parent == parent
        && areSwapped(infants[first], infants[second])
      {
        infants[first].raiseSwapHint(at: now, &announcer)
        infants[second].raiseSwapHint(at: now, &announcer)
      }
    }
  }

  /// Whether each infant is now where the other one was: by at least as much closer to the
  /// other's old level than to its own as the two lie apart, on the mean of before and now.
  private func areSwapped(_ first: borrowing Infant, _ second: borrowing Infant) -> Bool {
    guard let a = first.sinceReattachment, let b = second.sinceReattachment,
      min(a.goodMinutes, b.goodMinutes) == Self.comparison,
      max(a.goodMinutes, b.goodMinutes) <= Self.longestApart
    else { return false }
    let (before, now) = (a.before - b.before, a.now - b.now)
    guard before.signum() != now.signum(),
      min(before.magnitude, now.magnitude) >= Self.leastDifference.each
    else { return false }
    let apart = Int(before.magnitude + now.magnitude) / 2
    let stayed = abs(a.now - a.before) + abs(b.now - b.before)
    let swapped = abs(a.now - b.before) + abs(b.now - a.before)
    return apart >= Self.leastDifference.mean && stayed - swapped >= apart
  }
}

extension Infant {
  /// The primary channel's level before its probe was last put on, and now.
  fileprivate var sinceReattachment: (before: Int, now: Int, goodMinutes: Int)? {
    guard let place = primary, temperatures[place].quality == .good,
      let old = temperatures[place].reattachment, let now = temperatures[place].recentLevel
    else { return nil }
    return (Int(old.before), now, old.goodMinutes)
  }

  fileprivate mutating func raiseSwapHint(at now: Timestamp, _ announcer: inout Announcer) {
    guard let place = primary, let levels = sinceReattachment else { return }
    var alarm = alarm(
      .possibleSwap, .low, onset: now, at: now, port: temperatures[place].port,
      site: temperatures[place].site)
    alarm.value = levels.now
    alarm.limit = levels.before
    possibleSwap.raise(alarm, &announcer)
  }

  /// Once the probe is put on anew, the hint is history.
  fileprivate mutating func endSwapHint(_ announcer: inout Announcer) {
    guard let standing = possibleSwap.alarm, let place = primary,
      temperatures[place].warmupStart > standing.raised
    else { return }
    possibleSwap.end(&announcer)
  }
}
