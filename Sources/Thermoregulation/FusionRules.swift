import Probes

/// Two signs at once: the infant cools while its heart slows (section 4, `combined`).
///
/// Fusion raises a priority by one; it never lowers one and never vetoes.
extension Infant {
  /// Percent of the usual heart rate: at or below it is a fall, at or above it is over.
  private static let fall = 80
  private static let recovery = 85

  /// Once a second.
  mutating func judgeCombined(at now: Timestamp, _ announcer: inout Announcer) {
    guard !hearts.isEmpty else { return }
    guard let cooling = coolingPriority else {
      combined.reset()
      conditions.end(.combined, &announcer)
      return
    }
    guard let place = primaryHeart(at: now) else { return }
    let rate = hearts[place].rate
    let usual = hearts[place].usual(at: now)
    let isUnder = rate < limits.bradycardia
    let hasFallen = usual.map { rate * 100 <= $0 * Self.fall } ?? false
    let isBack =
      rate >= limits.bradycardia + 10 && usual.map { rate * 100 >= $0 * Self.recovery } ?? true
    combined.step(
      crossed: isUnder || hasFallen, clear: isBack, for: 10, from: now.advanced(by: -second))
    if combined.holds(for: 60) {
      let priority: Priority = cooling == .low ? .medium : .high
      var alarm = alarm(
        .combined, priority, onset: combined.onset, at: now, port: hearts[place].port)
      alarm.value = rate * 1_000
      alarm.limit = isUnder ? limits.bradycardia * 1_000 : (usual ?? 0) * Self.fall * 10
      alarm.cause = isUnder ? .withBradycardia : .heartRateFall
      conditions.raise(alarm, &announcer)
    } else if combined.hasCleared(for: 10) {
      conditions.end(.combined, &announcer)
    }
  }
}
