/// One infant's alarm limits. Temperatures in thousandths of a degree Celsius, slopes in
/// thousandths of a degree per hour, heart rates per minute.
///
/// The defaults are those of the clinical rules, to be signed off by a neonatologist before use.
public struct Limits: Equatable, Sendable {
  /// Below: cold stress (WHO).
  public var coldStress = 36_500
  /// Below: moderate hypothermia (WHO).
  public var hypothermia = 36_000
  /// Below: the priority of hypothermia becomes High (Mullany 2010).
  public var hypothermiaHigh = 35_000
  /// Below: severe hypothermia (WHO).
  public var severeHypothermia = 32_000
  /// Above: hyperthermia (WHO), with further steps.
  public var hyperthermia = 37_500
  public var hyperthermiaMedium = 38_000
  public var hyperthermiaHigh = 39_000
  /// At or below: a falling trend over 30, 15 and 8 minutes.
  public var coolingTrend = -500
  public var coolingFast = -1_200
  public var coolingRapid = -3_000
  public var bradycardia = 100
  public var bradycardiaHigh = 80
  public var tachycardia = 190
  /// How the cooling rules read their limits.
  public var cooling = CoolingRuleSet()

  /// The defaults for a preterm infant, and for one whose gestational age is not known.
  public init() {}

  /// The defaults by gestational age in completed weeks: preterm is below 37.
  public init(gestationalAgeWeeks weeks: Int?) {
    guard let weeks, weeks >= 37 else { return }
    bradycardia = 80
    bradycardiaHigh = 60
    tachycardia = 180
  }

  /// The first contradiction between the limits as one sentence, nil where there is none.
  public var contradiction: String? {
    let rising: [(String, Int)] = [
      ("severe-hypothermia", severeHypothermia), ("hypothermia-high", hypothermiaHigh),
      ("hypothermia", hypothermia), ("cold-stress", coldStress), ("hyperthermia", hyperthermia),
      ("hyperthermia-medium", hyperthermiaMedium), ("hyperthermia-high", hyperthermiaHigh),
    ]
    for (lower, upper) in zip(rising, rising.dropFirst()) where lower.1 >= upper.1 {
      return "\(lower.0) must be lower than \(upper.0)"
    }
    // Alarms clear this far inside their limits; the two sides may not overlap.
    if hyperthermia - coldStress < 400 {
      return "hyperthermia must be at least 0.4 °C above cold-stress"
    }
    if bradycardiaHigh >= bradycardia { return "bradycardia-high must be lower than bradycardia" }
    if tachycardia - bradycardia < 20 {
      return "tachycardia must be at least 20 above bradycardia"
    }
    if coolingRapid >= coolingFast || coolingFast >= coolingTrend || coolingTrend >= 0 {
      return "cooling-rapid, cooling-fast and cooling-trend must rise in this order to below 0"
    }
    // A rule whose limit is less steep than the slope at which it clears would never stand.
    let clearing = [
      ("cooling-trend", coolingTrend, -200, "-0.2"), ("cooling-fast", coolingFast, -600, "-0.6"),
      ("cooling-rapid", coolingRapid, -1_000, "-1.0"),
    ]
    for (name, limit, clear, words) in clearing where limit >= clear {
      return "\(name) must be lower than \(words), or it would clear at once"
    }
    return nil
  }

  /// The band of a trustworthy temperature.
  func band(of temperature: Int) -> Band {
    if temperature < severeHypothermia { return .severeHypothermia }
    if temperature < hypothermia { return .moderateHypothermia }
    if temperature < coldStress { return .coldStress }
    return temperature <= hyperthermia ? .normothermia : .hyperthermia
  }
}
