/// An infant as two compartments, core and skin, that make, exchange and lose heat.
///
///     m c_c dTc/dt = M m - k A (Tc - Ts)
///     m c_s dTs/dt = k A (Tc - Ts) + h_p A_p (Tp - Ts) - h A F (Ts - Ta)
///
/// - Tc, Ts, Tp, Ta: core, skin, the parent's skin, ambient, °C; m: kg; M: heat made, W/kg
/// - A = 0.1 m^⅔ m², of which the share F is uncovered; A_p, h_p: contact with the parent
///
/// Steps of one second are far below its shortest time constant, so plain Euler steps are stable.
/// The coefficients are chosen to meet published cooling rates of exposed newborns and the
/// rewarming that Karlsson (1996) saw skin-to-skin; the tests hold them to that.
struct Body {
  var core: Double
  var skin: Double
  private let mass: Double
  private let area: Double
  private let thermogenesis: Double
  /// Between core and skin at rest.
  private let restingGap: Double

  private static let heatCapacity = 3470.0  // J/kg/K
  private static let skinShare = 0.15
  private static let conductance = 30.0  // W/m²K, core to skin
  private static let airTransfer = 7.4  // W/m²K, skin to air, radiation included
  private static let contactTransfer = 15.0  // W/m²K, parent to infant
  private static let contactArea = 0.05  // m²
  private static let restingHeat = 2.2  // W/kg
  private static let heatRange = 1.5...2.7  // W/kg
  private static let axillaryShare = 0.25
  private static let setPoint = 36.9  // °C

  /// What surrounds the infant.
  struct Surroundings {
    /// °C
    var ambient = 24.5
    /// The parent's skin where they are skin-to-skin, °C.
    var parent: Double?
    /// The share of its surface that loses heat to the air.
    var uncovered = 1.0
  }

  /// `thermogenesis` is the heat an infant adds for each degree that it is too cold, W/kg/K.
  init(kilograms: Double, core: Double, thermogenesis: Double = 0.6) {
    mass = kilograms
    area = 0.1 * Roots.cube(kilograms * kilograms)
    self.core = core
    self.thermogenesis = thermogenesis
    restingGap = Self.restingHeat * kilograms / (Self.conductance * area)
    skin = core - restingGap
  }

  /// What a sensor in the axilla feels: the core, and a share of what the skin has cooled.
  var axilla: Double { core - Self.axillaryShare * (core - skin - restingGap) }

  /// Lets one second pass.
  mutating func step(_ surroundings: Surroundings) {
    var made = Self.restingHeat + thermogenesis * (Self.setPoint - core)
    made = min(max(made, Self.heatRange.lowerBound), Self.heatRange.upperBound)
    let inner = Self.conductance * area * (core - skin)
    var outer = Self.airTransfer * area * surroundings.uncovered * (skin - surroundings.ambient)
    if let parent = surroundings.parent {
      outer -= Self.contactTransfer * Self.contactArea * (parent - skin)
    }
    let capacity = mass * Self.heatCapacity
    core += (made * mass - inner) / (capacity * (1 - Self.skinShare))
    skin += (inner - outer) / (capacity * Self.skinShare)
  }
}
