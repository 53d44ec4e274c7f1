import Probes

/// The foot against the core: a lasting gap may be the first sign of an infection.
extension Infant {
  private static let gapLimit = 2_000
  private static let gapClearLimit = 1_500

  mutating func judgePeripheralGap(
    _ core: Int, _ place: Int, _ offset: Int, at now: Timestamp, _ announcer: inout Announcer
  ) {
    guard let foot = placeOfContext(.foot) else { return }
    // Minutes of either that were held back count once its contact is settled.
    var age = max(temperatures[foot].restoredMinutes, temperatures[place].restoredMinutes)
    while age > 0 {
      if let foot = temperatures[foot].windows.minutes[age: age],
        let core = temperatures[place].windows.minutes[age: age]
      {
        stepPeripheralGap(Int(core) + offset - Int(foot), age: age, at: now)
      }
      age -= 1
    }
    guard let minute = temperatures[foot].minute else { return }
    let gap = core - minute
    stepPeripheralGap(gap, age: 0, at: now)
    if peripheralGap.holds(for: 30) {
      let isLong = peripheralGap.holds(for: 240)
      raise(
        .corePeripheralGap, isLong ? .medium : .low, from: peripheralGap.onset, at: now, place,
        gap, Self.gapLimit, isLong ? .infection : .none, &announcer)
    } else if peripheralGap.hasCleared(for: 1) {
      conditions.end(.corePeripheralGap, &announcer)
    }
  }

  private mutating func stepPeripheralGap(_ gap: Int, age: Int, at now: Timestamp) {
    peripheralGap.step(
      crossed: gap > Self.gapLimit, clear: gap < Self.gapClearLimit, for: 1,
      from: now.advanced(by: Int64(-60 * (age + 1)) * second))
  }

  /// The newest trustworthy minute at a site that is not the infant's core.
  func context(_ site: Site) -> Int? { placeOfContext(site).flatMap { temperatures[$0].minute } }

  private func placeOfContext(_ site: Site) -> Int? {
    for place in temperatures.indices
    where temperatures[place].site == site && temperatures[place].quality == .good {
      return place
    }
    return nil
  }
}
