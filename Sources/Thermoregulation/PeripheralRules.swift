import Probes

/// The foot against the core: a lasting gap may be the first sign of an infection.
extension Infant {
  private static let gapLimit = 2_000
  private static let gapClearLimit = 1_500

  mutating func judgePeripheralGap(
    _ core: Int, _ place: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    guard let foot = context(.foot) else { return }
    let gap = core - foot
    peripheralGap.step(
      crossed: gap > Self.gapLimit, clear: gap < Self.gapClearLimit, for: 1,
      from: now.advanced(by: -60 * second))
    if peripheralGap.holds(for: 30) {
      let isLong = peripheralGap.holds(for: 240)
      raise(
        .corePeripheralGap, isLong ? .medium : .low, from: peripheralGap.onset, at: now, place,
        gap, Self.gapLimit, isLong ? .infection : .none, &announcer)
    } else if peripheralGap.hasCleared(for: 1) {
      conditions.end(.corePeripheralGap, &announcer)
    }
  }

  /// The newest trustworthy minute at a site that is not the infant's core.
  func context(_ site: Site) -> Int? {
    for place in temperatures.indices
    where temperatures[place].site == site && temperatures[place].quality == .good {
      if let minute = temperatures[place].minute { return minute }
    }
    return nil
  }
}
