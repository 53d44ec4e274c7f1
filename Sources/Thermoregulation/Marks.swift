import Probes

/// What staff have said is being done to the infant, and which rules that holds (section 4).
///
/// No grace is ever inferred: without a mark nothing is held.
struct Marks {
  private var transfer: Timestamp?
  private var bath: Timestamp?
  /// Whether a transfer's quarter of an hour is over, while the infant is still coming back.
  private var isLate = false

  /// Thousandths of a degree below the reference at which a transfer no longer excuses anything.
  private static let greatestDrop = 1_200

  /// Thousandths of a degree per hour over eight minutes: less is the infant's own wander, of
  /// which half goes upwards.
  private static let leastRecovery = 600

  mutating func set(_ mark: Mark, at time: Timestamp) {
    switch mark {
    case .transfer:
      transfer = time
      isLate = false
    case .bath: bath = time
    case .skinToSkinStart, .skinToSkinEnd: break
    }
  }

  /// Ends what has run out, once a minute, by what the primary channel shows.
  mutating func update(at now: Timestamp, _ channel: TemperatureChannel, _ limits: Limits) {
    if let start = transfer {
      let tooCold = channel.minute.map { $0 < limits.hypothermia } ?? false
      let tooFar = channel.drop.map { $0 > Self.greatestDrop } ?? false
      // After a quarter of an hour it ends; for the trends, unless the infant is still coming back.
      let isOver = now.since(start) >= 900 * second
      let recovers = channel.windows.line8?.exceeds(Self.leastRecovery) ?? false
      let isLong = now.since(start) >= 1_800 * second
      if tooCold || tooFar || isLong || (isOver && !recovers) { transfer = nil }
      isLate = transfer != nil && isOver
    }
    if let start = bath, now.since(start) >= 3_600 * second { bath = nil }
  }

  /// Whether the three cooling rules are held.
  var holdCooling: Bool { transfer != nil }

  /// Whether the plain limit is held: never for longer than a quarter of an hour by a transfer.
  var holdColdStress: Bool { transfer != nil && !isLate || bath != nil }
}

extension Marks {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try archive.pass(&transfer)
    try archive.pass(&bath)
    try archive.pass(&isLate)
  }
}
