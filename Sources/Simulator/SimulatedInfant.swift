import Probes

/// One infant and the unit on it: the script, chance, and the sensors' ways.
struct SimulatedInfant {
  /// What a perfect sensor in its axilla would show, rhythm and wander included, °C.
  private(set) var temperature = 0.0

  private var source: TemperatureSource
  private var script: Script.Infant
  private var excursions: Excursions
  private var sensor: TemperatureSensor
  private var heart: SimulatedHeart
  private var random: RandomSource
  private var foot: Double?
  private var parent = 0.0
  private var ambient = 0.0
  private let hasContext: Bool

  init(
    _ script: Script.Infant, hasContext: Bool, model: SignalModel, random: RandomSource
  ) {
    var random = random
    self.script = script
    self.hasContext = hasContext
    source = TemperatureSource(script.core)
    excursions = Excursions(model, &random)
    heart = SimulatedHeart(script, &random)
    sensor = TemperatureSensor(script, model, &random)
    self.random = random
  }

  /// Lets one second pass. `twin` is the other infant's temperature.
  mutating func step(second: Int, parent: Double, ambient: Double, twin: Double?) {
    let liveliness = script.liveliness.next()
    let excursion = excursions.next(&random)
    let quiet = source.next(second: second, parent: parent, ambient: ambient)
    temperature = quiet + liveliness * excursion
    sensor.step(
      second: second, skin: temperature, twin: twin, liveliness: liveliness, random: &random)
    if let gap = script.footGap?.next() {
      foot = temperature - gap + liveliness * 0.02 * random.gaussian()
    }
    if hasContext {
      self.parent = parent + 0.02 * random.gaussian()
      self.ambient = ambient + 0.02 * random.gaussian()
    }
    heart.step(second: second, &random)
  }

  /// Beats a minute, as a perfect sensor would count them.
  var heartRate: Int { heart.vitals.rate }

  /// What the unit senses now.
  var vitals: Vitals {
    var temperatures = [sensor.temperature]
    if let foot { temperatures.append(fine(.foot, foot)) }
    if hasContext {
      temperatures.append(fine(.parentChest, parent))
      temperatures.append(fine(.ambient, ambient))
    }
    return Vitals(temperatures: temperatures, heart: heart.vitals)
  }

  private func fine(_ site: Site, _ celsius: Double) -> Vitals.Temperature {
    Vitals.Temperature(site: site, thousandths: thousandths(celsius, resolution: 1))
  }
}

/// How the infant's temperature strays from what the script gives.
private enum Excursions {
  case wander(DailyRhythm, Wander)
  case episodes(DailyRhythm, Episodes)

  init(_ model: SignalModel, _ random: inout RandomSource) {
    let rhythm = DailyRhythm(&random)
    switch model {
    case .wander:
      self = .wander(
        rhythm, Wander(deviation: random.uniform(0.08...0.12), memory: 1800, &random))
    case .episodes: self = .episodes(rhythm, Episodes(&random))
    }
  }

  mutating func next(_ random: inout RandomSource) -> Double {
    switch self {
    case .wander(var rhythm, var wander):
      let value = rhythm.next() + wander.next(&random)
      self = .wander(rhythm, wander)
      return value
    case .episodes(var rhythm, var episodes):
      let value = rhythm.next() + episodes.next(&random)
      self = .episodes(rhythm, episodes)
      return value
    }
  }
}

/// What a probe on the skin adds to it.
private enum ProbeNoise {
  case spikes(Spikes)
  case lifts(ProbeLifts)

  /// Bins of ten samples then scatter by 0.015 °C.
  private static let deviation = 0.038

  init(_ model: SignalModel, _ random: inout RandomSource) {
    switch model {
    case .wander: self = .spikes(Spikes())
    case .episodes: self = .lifts(ProbeLifts(&random))
    }
  }

  mutating func next(_ random: inout RandomSource) -> Double {
    switch self {
    case .spikes(var spikes):
      let noise = Self.deviation * random.gaussian()
      let value = noise + spikes.next(&random)
      self = .spikes(spikes)
      return value
    case .lifts(var lifts):
      let value = lifts.next(&random)
      self = .lifts(lifts)
      return value
    }
  }
}

/// The temperature that the script gives, before rhythm and wander.
private enum TemperatureSource {
  case prescribed(Course)
  case body(Body, Script.Care, upcoming: ArraySlice<Script.Care.Change>)

  init(_ core: Script.Core) {
    switch core {
    case .prescribed(let course): self = .prescribed(course)
    case .body(let kilograms, let care, let changes):
      var body = Body(kilograms: kilograms, core: 36.9)
      for _ in 0..<(6 * 3600) {
        body.step(Self.surroundings(care, parent: 35.5, ambient: 24.5))
      }
      self = .body(body, care, upcoming: changes[...])
    }
  }

  mutating func next(second: Int, parent: Double, ambient: Double) -> Double {
    switch self {
    case .prescribed(var course):
      let value = course.next()
      self = .prescribed(course)
      return value
    case .body(var body, var care, var upcoming):
      while let change = upcoming.first, change.second <= second {
        care = change.care
        upcoming = upcoming.dropFirst()
      }
      body.step(Self.surroundings(care, parent: parent, ambient: ambient))
      self = .body(body, care, upcoming: upcoming)
      return body.axilla
    }
  }

  private static func surroundings(
    _ care: Script.Care, parent: Double, ambient: Double
  ) -> Body.Surroundings {
    switch care {
    case .skinToSkin: .init(ambient: ambient, parent: parent, uncovered: 0.25)
    case .wrapped: .init(ambient: ambient, parent: nil, uncovered: 0.36)
    case .exposed: .init(ambient: ambient, parent: nil, uncovered: 1)
    }
  }
}

/// The sensor in the infant's axilla.
///
/// Moved to another place, it keeps the difference between what it last felt and what it now
/// touches, and loses that difference exponentially.
private struct TemperatureSensor {
  /// Seconds in which warm skin brings a sensor that was put back near to its own temperature.
  private static let contact = 30.0

  private(set) var temperature: Vitals.Temperature
  private var placement = Placement.skin
  private var upcoming: ArraySlice<Placement.Change>
  private var felt: Double?
  private var difference = 0.0
  private var noise: ProbeNoise
  private let looseFrom: Int?
  private var jump = 0.0
  private var nextJump = 0

  init(_ script: Script.Infant, _ model: SignalModel, _ random: inout RandomSource) {
    noise = ProbeNoise(model, &random)
    upcoming = script.placements[...]
    looseFrom = script.looseFrom
    temperature = Vitals.Temperature(
      site: .axilla, thousandths: 0, resolution: script.resolution)
  }

  mutating func step(
    second: Int, skin: Double, twin: Double?, liveliness: Double, random: inout RandomSource
  ) {
    // Drawn in every second and place, so that a fall does not shift the noise after it.
    let noise = noise.next(&random)
    var moved = false
    while let change = upcoming.first, change.second <= second {
      placement = change.placement
      upcoming = upcoming.dropFirst()
      moved = true
    }
    let touched: (celsius: Double, tau: Double, liveliness: Double)
    switch placement {
    case .skin: touched = (skin, Self.contact, liveliness)
    case .otherInfant: touched = (twin ?? skin, Self.contact, liveliness)
    case .lying(let celsius, let tau): touched = (celsius, tau, 0.3)
    case .frozen: return
    case .faulty(let state):
      temperature.state = state
      return
    }
    if moved, let felt { difference = felt - touched.celsius }
    difference -= difference / touched.tau
    let celsius = touched.celsius + difference
    felt = celsius
    let shaken = noise + loosening(second: second, &random)
    temperature.state = .good
    temperature.thousandths = thousandths(
      celsius + touched.liveliness * shaken, resolution: temperature.resolution)
  }

  private mutating func loosening(second: Int, _ random: inout RandomSource) -> Double {
    guard let looseFrom, second >= looseFrom else { return 0 }
    if second >= nextJump {
      jump = random.integer(below: 2) == 0 ? 0.5 : -0.5
      nextJump = second + 10 + random.integer(below: 31)
    }
    return jump
  }
}

/// An infant's heart and the sensor on its foot.
private struct SimulatedHeart {
  private(set) var vitals = Vitals.Heart(rate: 0)
  private let resting: Double
  private var shift: Course
  private var wander: Wander
  private var saturation: Wander
  private var upcoming: ArraySlice<Script.Bradycardia>
  private let briefADay: Int
  private let faults: [Script.HeartFault]
  private var slow: (rate: Int, until: Int) = (0, 0)

  init(_ script: Script.Infant, _ random: inout RandomSource) {
    let drawn = min(max(146 + 14 * random.gaussian(), 115), 172)
    resting = script.restingRate ?? drawn
    shift = script.rateShift
    wander = Wander(deviation: 3.5, memory: 300, &random)
    saturation = Wander(deviation: 1.2, memory: 120, &random)
    upcoming = script.bradycardias[...]
    briefADay = script.briefBradycardiasADay
    faults = script.heartFaults
  }

  mutating func step(second: Int, _ random: inout RandomSource) {
    let rate = resting + shift.next() + wander.next(&random) + 0.8 * random.gaussian()
    let spo2 = 95 + saturation.next(&random)
    let chance = random.integer(below: 86_400)
    let depth = random.integer(below: 16)
    let length = random.integer(below: 4)
    if chance < briefADay, second >= slow.until {
      // Brief means under the 5 s that an alarm waits, as in S21.
      slow = (60 + depth, second + 1 + length)
    }
    while let next = upcoming.first, next.second <= second {
      slow = (next.rate, second + next.seconds)
      upcoming = upcoming.dropFirst()
    }
    vitals.state = faults.first { $0.seconds.contains(second) }?.state ?? .good
    vitals.rate = second < slow.until ? slow.rate : Int(min(max(rate, 30), 240) + 0.5)
    vitals.spo2 = Int(min(max(spo2, 70), 100) + 0.5)
  }
}

/// Rounded to the nearest step of the resolution, which is in thousandths of a degree.
private func thousandths(_ celsius: Double, resolution: Int) -> Int {
  let steps = min(max(celsius, 0), 100) * 1000 / Double(resolution)
  return Int(steps + 0.5) * resolution
}
