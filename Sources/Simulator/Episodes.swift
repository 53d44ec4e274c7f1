/// The second way in which an infant's temperature wanders: from causes, through its own lags.
///
/// Built to share nothing with `Wander` but its size, so that a rule that does well on both is not
/// tuned to either: excursions are not bell-shaped, have no one memory, and come from
///
/// - posture: a new place on the parent every 25 min or so, ±0.2 °C
/// - sleep: active and quiet by turns of 20 to 40 min, ±0.04 °C
/// - feeds: every 150 to 210 min, 20 min of 0.15 °C more
/// - handling: 16 times a day, 1 to 3 min of losing contact
///
/// Skin and core follow one after the other, with 4 and 9 min, which rounds every corner.
struct Episodes {
  private static let skinLag = 240.0
  private static let coreLag = 540.0
  private static let postureChance = 1500
  private static let handlingChance = 86_400 / 16
  /// The mean of what feeds add and handling takes, so that the infant keeps its level.
  private static let mean = 0.005

  private var posture: Double
  private var isQuiet = false
  private var sleepLeft: Int
  private var untilFeed: Int
  private var feedLeft = 0
  private var handlingLeft = 0
  private var skin: Double
  private var core: Double

  init(_ random: inout RandomSource) {
    posture = random.uniform(-0.2...0.2)
    sleepLeft = random.integer(below: 1800)
    untilFeed = random.integer(below: 10_800)
    skin = posture
    core = posture
  }

  mutating func next(_ random: inout RandomSource) -> Double {
    if random.integer(below: Self.postureChance) == 0 { posture = random.uniform(-0.2...0.2) }
    sleepLeft -= 1
    if sleepLeft <= 0 {
      isQuiet.toggle()
      sleepLeft = 1200 + random.integer(below: 1200)
    }
    untilFeed -= 1
    if untilFeed <= 0 {
      feedLeft = 1200
      untilFeed = 9000 + random.integer(below: 3600)
    }
    if handlingLeft == 0, random.integer(below: Self.handlingChance) == 0 {
      handlingLeft = 60 + random.integer(below: 120)
    }
    var target = posture + (isQuiet ? -0.04 : 0.04) - Self.mean
    if feedLeft > 0 {
      feedLeft -= 1
      target += 0.15
    }
    if handlingLeft > 0 {
      handlingLeft -= 1
      target -= 0.8
    }
    skin += (target - skin) / Self.skinLag
    core += (skin - core) / Self.coreLag
    return core
  }
}

/// What a probe adds to the skin's temperature in the second signal model.
///
/// Noise with a memory of 20 s, and lifts: the arm moves, and for 10 to 60 s the probe cools
/// towards the air. They only ever take away.
struct ProbeLifts {
  private static let air = -9.0
  private static let lag = 100.0
  private var noise: Wander
  private var left = 0
  private var lift = 0.0

  init(_ random: inout RandomSource) {
    noise = Wander(deviation: 0.018, memory: 20, &random)
  }

  /// The value to add in this second; about 0.2 % of all ten-second bins are hit.
  mutating func next(_ random: inout RandomSource) -> Double {
    if left > 0 {
      left -= 1
    } else if random.integer(below: 15_000) == 0 {
      left = 5 + random.integer(below: 12)
    }
    // Back on the skin it warms three times as fast as it cooled.
    lift += left > 0 ? (Self.air - lift) / Self.lag : -lift / (Self.lag / 3)
    return lift + noise.next(&random)
  }
}
