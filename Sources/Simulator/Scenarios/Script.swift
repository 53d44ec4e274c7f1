import Probes

/// What happens to one dyad: everything that a scenario prescribes, before chance is added.
///
/// Times are whole seconds since the capture's beginning.
struct Script: Sendable {
  /// One infant, or twins.
  var infants: [Infant]
  /// The skin of the parent's chest, °C.
  var parent = Course(35.5)
  var ambient = Course(24.5)
  /// Whether each infant's unit also has sensors on the parent and in the air.
  var hasContext = false
  var commands: [Command] = []
  var clockSteps: [ClockStep] = []

  struct Infant: Sendable {
    var core: Core
    /// Scales rhythm, wander and noise: 1 ordinary, less in quiet sleep, 0 none.
    var liveliness = Course(1)
    /// What the temperature sensor resolves, in thousandths of a degree.
    var resolution = 1
    /// How far the foot is below the core, °C; nil where the unit has no sensor there.
    var footGap: Course?
    /// Beats a minute; nil for one drawn from 146 ± 14.
    var restingRate: Double?
    /// Beats a minute on top of the resting rate.
    var rateShift = Course(0)
    var bradycardias: [Bradycardia] = []
    /// Short ones that come by chance.
    var briefBradycardiasADay = 0
    var heartFaults: [HeartFault] = []
    /// When the temperature sensor lies elsewhere than on the infant, ascending.
    var placements: [Placement.Change] = []
    var outages: [Outage] = []
    /// From when on the sensor's contact is loose and its value jumps by ±0.5 °C.
    var looseFrom: Int?
    var probeClockSteps: [ProbeClockStep] = []

    init(core: Core) { self.core = core }
  }

  /// Where an infant's temperature comes from.
  enum Core: Sendable {
    case prescribed(Course)
    /// The two-compartment body, which has settled in its first care when the capture begins.
    case body(kilograms: Double, Care, [Care.Change])
  }

  /// How an infant is kept, which decides what heat it loses.
  enum Care: Sendable {
    case skinToSkin
    /// Wrapped in a cot of its own.
    case wrapped
    /// Undressed, in the room's air.
    case exposed

    struct Change: Sendable {
      var second: Int
      var care: Care
    }
  }

  /// Seconds in which the heart's sensor has nothing to say but why.
  struct HeartFault: Sendable {
    var seconds: Range<Int>
    var state: SensorState
  }

  struct Bradycardia: Sendable {
    var second: Int
    var rate: Int
    var seconds: Int
  }

  /// Seconds in which nothing arrives.
  struct Outage: Sendable {
    var seconds: Range<Int>
    /// Whether the unit is unplugged, or only silent.
    var unplugged: Bool
  }

  struct Command: Sendable {
    var second: Int
    var infant: Int
    var order: Order

    enum Order: Sendable {
      case mark(String)
      case spotCheck(celsius: String)
    }
  }

  /// The wall clock is set.
  struct ClockStep: Sendable {
    var second: Int
    var nanoseconds: Int64
  }

  /// The clock within an infant's unit jumps.
  struct ProbeClockStep: Sendable {
    var second: Int
    var milliseconds: Int
  }
}

/// Where a temperature sensor is.
enum Placement: Sendable {
  case skin
  /// On something else, whose temperature it takes on with a time constant of `tau` seconds.
  case lying(celsius: Double, tau: Double)
  case faulty(SensorState)
  /// It repeats its last value.
  case frozen
  /// On the other twin.
  case otherInfant

  struct Change: Sendable {
    var second: Int
    var placement: Placement
  }

  /// Fallen into the clothing.
  static let clothing = lying(celsius: 31, tau: 90)
  /// Hanging in the air.
  static let air = lying(celsius: 25, tau: 45)
}

extension Script {
  /// One infant whose core goes as prescribed; `change` sets what else is out of the ordinary.
  static func infant(
    _ core: Course, _ change: (inout Script, inout Infant) -> Void = { _, _ in }
  ) -> Script {
    var infant = Infant(core: .prescribed(core))
    var script = Script(infants: [])
    change(&script, &infant)
    script.infants = [infant]
    return script
  }

  /// An infant with a body, kept skin-to-skin but in those minutes, when it is undressed.
  static func undressed(
    minutes: Range<Double>, kilograms: Double,
    _ change: (inout Script) -> Void = { _ in }
  ) -> Script {
    let exposure: [Care.Change] = [
      .init(second: Int(minutes.lowerBound * 60), care: .exposed),
      .init(second: Int(minutes.upperBound * 60), care: .skinToSkin),
    ]
    let infant = Infant(core: .body(kilograms: kilograms, .skinToSkin, exposure))
    var script = Script(infants: [infant])
    script.hasContext = true
    change(&script)
    return script
  }

  mutating func mark(_ mark: String, minute: Double) {
    commands.append(Command(second: Int(minute * 60), infant: 0, order: .mark(mark)))
  }
}

extension Script.Infant {
  mutating func place(_ placement: Placement, minute: Double) {
    placements.append(.init(second: Int(minute * 60), placement: placement))
  }

  mutating func lose(minutes: Range<Double>, unplugged: Bool) {
    let seconds = Int(minutes.lowerBound * 60)..<Int(minutes.upperBound * 60)
    outages.append(.init(seconds: seconds, unplugged: unplugged))
  }
}

extension Course {
  /// The hour before anything happens: long enough for every window of the analyzer.
  static func steady(_ celsius: Double) -> Course { Course(celsius).hold(minutes: 60) }
}
