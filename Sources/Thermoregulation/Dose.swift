import Probes

/// Time spent skin-to-skin in the last 24 hours, in slots of five minutes.
struct Dose {
  private static let slotSeconds: Int64 = 300
  private static let slots: Int64 = 288

  private var seconds = InlineArray<288, Int32>(repeating: 0)
  private var shortSessions = InlineArray<288, Int32>(repeating: 0)
  /// Five-minute number of the newest slot.
  private var newest: Int64 = 0
  private var total: Int32 = 0
  /// Sessions shorter than an hour that ended within the 24 hours.
  private(set) var shortSessions24h = 0

  /// Gives up the slots that are older than a day.
  mutating func advance(to now: Timestamp) {
    let slot = now.seconds / Self.slotSeconds
    while newest < slot {
      newest = max(newest + 1, slot - Self.slots)
      let place = Int(newest % Self.slots)
      total -= seconds[place]
      shortSessions24h -= Int(shortSessions[place])
      seconds[place] = 0
      shortSessions[place] = 0
    }
  }

  /// Counts seconds of contact, or takes back ones that turn out to have been none.
  mutating func add(seconds count: Int32) {
    seconds[Int(newest % Self.slots)] += count
    total += count
  }

  mutating func addShortSession() {
    shortSessions[Int(newest % Self.slots)] += 1
    shortSessions24h += 1
  }

  /// Thousandths of an hour, rounded down.
  var hours24h: Int { max(Int(total), 0) * 1_000 / 3_600 }
}

extension Dose {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&newest, within: 0...10_000_000)
    total = 0
    shortSessions24h = 0
    for place in 0..<Int(Self.slots) {
      var span = seconds.span[place]
      var sessions = shortSessions.span[place]
      try archive.pass(&span, within: -100_000...100_000)
      try archive.pass(&sessions, within: 0...100_000)
      seconds[place] = span
      shortSessions[place] = sessions
      // Both sums follow from their slots.
      total += span
      shortSessions24h += Int(sessions)
    }
  }
}
