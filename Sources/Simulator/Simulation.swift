import Captures
public import Probes

/// Writes the capture of a scenario, second by second: a day of 64 ports never sits in memory.
///
/// The same options give the same bytes, on every machine.
public struct Simulation: Sendable {
  public struct Options: Sendable {
    public var scenario: Scenario
    public var seed: UInt64 = 1
    /// Nil for as long as the scenario lasts.
    public var hours: Double?
    /// Nil where the only unit is one for the heart.
    public var temperatureProtocol: String? = "kmc1"
    /// The protocol of a second unit for the heart; nil where the first one carries it too.
    public var heartProtocol: String?
    /// How many times as seldom as it would each unit speaks: for short captures.
    public var sparseness = 1
    /// How many dyads, each with chance of its own: `bed-1` to `bed-N`.
    public var copies = 1
    public var model = SignalModel.wander

    public init(scenario: Scenario) { self.scenario = scenario }

    /// Makes the unit of that protocol the only one, whatever it senses.
    public mutating func useOnly(probe name: String) throws(SimulationError) {
      let model = try Simulation.model(name, "probe", where: { _ in true })
      temperatureProtocol = model.carriesTemperature ? name : nil
      heartProtocol = model.carriesTemperature ? nil : name
    }
  }

  /// The most dyads, so that port numbers suffice for twins with two units each.
  public static let mostCopies = 4096

  /// When all simulated recordings began.
  static let recorded = WallTime(nanoseconds: 1_767_225_600_000_000_000)

  /// Stream time at which the capture ends.
  public let end: Timestamp

  private let scenario: Scenario
  private var dyads: [SimulatedDyad] = []
  private var writer = CaptureWriter()
  private var second = -1
  private let seconds: Int
  private var events: [WireEvent] = []
  private var wire: [UInt8] = []
  private var lastRecord = 0

  public init(_ options: Options) throws(SimulationError) {
    var temperature: EncoderModel?
    if let name = options.temperatureProtocol {
      temperature = try Self.model(name, "temperature", where: \.carriesTemperature)
    }
    var heart: EncoderModel?
    if let name = options.heartProtocol {
      heart = try Self.model(name, "heart rate", where: \.carriesHeart)
    }
    guard temperature != nil || heart != nil else {
      throw SimulationError("found no protocol, expected one for the temperature or the heart")
    }
    let hours = options.hours ?? options.scenario.hours
    guard hours > 0, hours <= 24 * 365 else {
      throw SimulationError("found \(hours) hours, expected more than 0 and at most a year")
    }
    guard (1...Self.mostCopies).contains(options.copies) else {
      throw SimulationError("found \(options.copies) dyads, expected 1 to \(Self.mostCopies)")
    }
    guard (1...60).contains(options.sparseness) else {
      throw SimulationError("found a sparseness of \(options.sparseness), expected 1 to 60")
    }
    scenario = options.scenario
    seconds = max(Int(hours * 3600), 1)
    end = Timestamp(seconds: Int64(seconds))
    for copy in 0..<options.copies {
      let ports = dyads.reduce(0) { $0 + $1.ports.count }
      dyads.append(
        SimulatedDyad(
          number: copy + 1, firstPort: ports, scenario: scenario, seconds: seconds,
          seed: options.seed, temperature: temperature, heart: heart,
          sparseness: options.sparseness, model: options.model))
    }
  }

  /// Appends the capture's next lines to `text`: its head at first, then a second at a time.
  ///
  /// False, with nothing appended, once the capture is complete.
  public mutating func next(into text: inout [UInt8]) -> Bool {
    if second < 0 {
      writeHead(into: &text)
    } else if second < seconds {
      writeSecond(into: &text)
    } else if second == seconds {
      writer.passed(at: end, into: &text)
    } else {
      return false
    }
    second += 1
    return true
  }

  /// What a perfect sensor on each infant would have shown in the second last written, °C.
  ///
  /// With the infant's own rhythm and wander, without what the probe adds: what delays count
  /// against.
  public var trueTemperatures: [Double] {
    dyads.flatMap { $0.infants.map(\.temperature) }
  }

  /// The heart rates of that second, beats a minute, whatever the sensor made of them.
  public var trueHeartRates: [Int] { dyads.flatMap { $0.infants.map(\.heartRate) } }

  private func writeHead(into text: inout [UInt8]) {
    writer.begin(recorded: Self.recorded, into: &text)
    for dyad in dyads {
      for port in dyad.ports { writer.port(port.declaration, into: &text) }
    }
    for dyad in dyads {
      for infant in dyad.declarations { writer.infant(infant, into: &text) }
    }
    writer.note("Simulated. \(scenario.name): \(scenario.title)", into: &text)
    writer.note("Expected: \(scenario.verdict)", into: &text)
    if let onset = scenario.onset { writer.note("Onset: \(onset.seconds) s", into: &text) }
  }

  private mutating func writeSecond(into text: inout [UInt8]) {
    events.removeAll(keepingCapacity: true)
    wire.removeAll(keepingCapacity: true)
    for index in dyads.indices {
      dyads[index].step(second: second, events: &events, wire: &wire)
    }
    // Order of making breaks ties: the sort must be the same everywhere.
    for index in events.indices { events[index].order = index }
    events.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    let wire = wire
    for event in events {
      switch event.kind {
      case .attached: writer.attached(event.port, at: event.time, into: &text)
      case .detached: writer.detached(event.port, at: event.time, into: &text)
      case .read(let place):
        writer.read(wire.span.extracting(place), from: event.port, at: event.time, into: &text)
      case .command(let place):
        writer.command(wire.span.extracting(place), at: event.time, into: &text)
      case .clockStep(let step):
        writer.clockStep(nanoseconds: step, at: event.time, into: &text)
      }
    }
    if !events.isEmpty {
      lastRecord = second
    } else if second - lastRecord >= Self.longestSilence {
      writer.passed(at: Timestamp(seconds: Int64(second)), into: &text)
      lastRecord = second
    }
  }

  /// Seconds after which a capture says that time went by.
  private static let longestSilence = 5

  private static func model(
    _ name: String, _ quantity: String, where carries: (EncoderModel) -> Bool
  ) throws(SimulationError) -> EncoderModel {
    if let model = EncoderModel.named(name), carries(model) { return model }
    let names = EncoderModel.all.filter(carries).map(\.name).joined(separator: ", ")
    throw SimulationError(
      "found the protocol “\(name)” for the \(quantity), expected one of \(names)")
  }
}

/// How chance plays on an infant and on its probe.
public enum SignalModel: String, CaseIterable, Sendable {
  /// A slow random walk that is drawn back, white noise and spikes: as the requirements give it.
  case wander
  /// Posture, sleep, feeds and handling through the body's lags; noise with a memory, and lifts.
  case episodes
}

/// What is wrong with the options of a simulation, in one sentence.
public struct SimulationError: Error, Equatable, CustomStringConvertible {
  public var message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// One record to be, with its bytes in the second's wire buffer.
struct WireEvent {
  enum Kind {
    case attached, detached
    case read(Range<Int>)
    case command(Range<Int>)
    case clockStep(Int64)
  }

  var time: Timestamp
  var port: PortIndex
  var kind: Kind
  var order = 0
}
