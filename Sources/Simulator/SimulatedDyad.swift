import Captures
import Probes

/// An infant, or twins, with their parent: bodies, units and ports.
struct SimulatedDyad {
  private(set) var infants: [SimulatedInfant]
  private(set) var ports: [SimulatedPort] = []
  let declarations: [InfantDeclaration]

  private var script: Script
  private var parentWander: Wander
  private var random: RandomSource

  init(
    number: Int, firstPort: Int, scenario: Scenario, seconds: Int, seed: UInt64,
    temperature: EncoderModel?, heart: EncoderModel?, sparseness: Int, model: SignalModel
  ) {
    // A stream each for the script, the dyad, and every infant: none shifts another.
    let stream = UInt64(number) << 8
    var plot = RandomSource(seed: seed, stream: stream)
    let script = scenario.makes(&plot, seconds)
    var random = RandomSource(seed: seed, stream: stream | 1)
    parentWander = Wander(deviation: 0.1, memory: 1800, &random)
    var declarations: [InfantDeclaration] = []
    var infants: [SimulatedInfant] = []
    for (index, infant) in script.infants.enumerated() {
      let letter = script.infants.count > 1 ? String(["a", "b"][index]) : ""
      let name = "bed-\(number)\(letter)"
      declarations.append(
        Self.declaration(name, infant, parent: "parent-\(number)", &random))
      infants.append(
        SimulatedInfant(
          infant, hasContext: script.hasContext, model: model,
          random: RandomSource(seed: seed, stream: stream | UInt64(2 + index))))
      var units: [(model: EncoderModel, site: Site, senses: SimulatedPort.Senses)] = []
      if let temperature {
        units.append((temperature, .axilla, heart == nil ? .all : .temperature))
      }
      if let heart { units.append((heart, .foot, .heart)) }
      for unit in units {
        let port = firstPort + ports.count
        ports.append(
          SimulatedPort(
            number: PortIndex(port), infant: (index, name), model: unit.model, site: unit.site,
            senses: unit.senses, script: infant, sparseness: sparseness,
            random: RandomSource(seed: seed, stream: stream | UInt64(16 + ports.count))))
      }
    }
    self.declarations = declarations
    self.infants = infants
    self.script = script
    // There is one wall clock, however many dyads.
    if number > 1 { self.script.clockSteps = [] }
    self.random = random
  }

  /// Lets one second pass, and adds what came over the wire in it.
  mutating func step(second: Int, events: inout [WireEvent], wire: inout [UInt8]) {
    let parent = script.parent.next() + parentWander.next(&random)
    let ambient = script.ambient.next()
    let temperatures = infants.map(\.temperature)
    for index in infants.indices {
      let twin = infants.count == 2 ? temperatures[1 - index] : nil
      infants[index].step(second: second, parent: parent, ambient: ambient, twin: twin)
    }
    for index in ports.indices {
      let vitals = infants[ports[index].infant].vitals
      ports[index].step(second: second, vitals: vitals, events: &events, wire: &wire)
    }
    let time = Timestamp(nanoseconds: Int64(second) * 1_000_000_000 + 500_000_000)
    for command in script.commands where command.second == second {
      let start = wire.count
      wire.append(contentsOf: json(command).utf8)
      events.append(WireEvent(time: time, port: 0, kind: .command(start..<wire.count)))
    }
    for step in script.clockSteps where step.second == second {
      events.append(WireEvent(time: time, port: 0, kind: .clockStep(step.nanoseconds)))
    }
  }

  private func json(_ command: Script.Command) -> String {
    let name = declarations[command.infant].name
    return switch command.order {
    case .mark(let mark): #"{"mark":"\#(mark)","infant":"\#(name)","by":"rn-4"}"#
    case .spotCheck(let celsius):
      #"{"spot_check":\#(celsius),"site":"axilla","infant":"\#(name)","by":"rn-4"}"#
    }
  }

  private static func declaration(
    _ name: String, _ infant: Script.Infant, parent: String, _ random: inout RandomSource
  ) -> InfantDeclaration {
    let weeks = 29 + random.integer(below: 6)
    var grams = 1000 + (weeks - 29) * 170 + random.integer(below: 30) * 10
    if case .body(let kilograms, _, _) = infant.core { grams = Int(kilograms * 100) * 10 }
    let age = Int64(20 + random.integer(below: 120))
    let born = Simulation.recorded.advanced(by: -age * 3_600_000_000_000)
    return InfantDeclaration(
      name: name,
      attributes: [
        "gestational-age-weeks": "\(weeks)", "birth-weight-g": "\(grams)",
        "born": "\(born)", "parent": parent,
      ])
  }
}

/// One unit on its serial port: when it speaks, and how its bytes come in.
struct SimulatedPort {
  enum Senses { case all, temperature, heart }

  let infant: Int
  let declaration: PortDeclaration

  private let number: PortIndex
  private let senses: Senses
  private let outages: [Script.Outage]
  private let clockSteps: [Script.ProbeClockStep]
  private var encoder: any ProbeEncoder
  private var random: RandomSource
  /// Where in each period the unit speaks, a part of the period.
  private let phase: Double
  private let sparseness: Int64
  private var slot: Int64 = 0
  private var due: Timestamp
  private var plugged = false

  init(
    number: PortIndex, infant: (index: Int, name: String), model: EncoderModel, site: Site,
    senses: Senses, script: Script.Infant, sparseness: Int, random: RandomSource
  ) {
    var random = random
    self.sparseness = Int64(sparseness)
    self.number = number
    self.infant = infant.index
    self.senses = senses
    outages = script.outages
    clockSteps = script.probeClockSteps
    encoder = model.makeEncoder("sim-\(infant.name)")
    phase = random.uniform(0.3...0.6)
    due = .zero
    self.random = random
    let line = ProbeModel.named(model.name)?.line ?? LineSettings(baud: 9600)
    var attributes: CaptureAttributes = [
      "device": "sim-\(model.name)-\(infant.name)", "protocol": model.name,
      "line": line.text, "infant": infant.name, "site": site.name,
    ]
    // The first channel is where the port is, unless its model says otherwise.
    for (place, channel) in model.channels.enumerated() where place > 0 || channel != site {
      attributes["channel-\(place + 1)"] = channel.name
    }
    declaration = PortDeclaration(number: number, attributes: attributes)
    schedule()
  }

  mutating func step(
    second: Int, vitals: Vitals, events: inout [WireEvent], wire: inout [UInt8]
  ) {
    let start = Timestamp(seconds: Int64(second))
    let end = Timestamp(seconds: Int64(second) + 1)
    let outage = outages.first { $0.seconds.contains(second) }
    plug(outage?.unplugged != true, at: start.advanced(by: 1_000_000), &events)
    for step in clockSteps where step.second == second {
      encoder.stepClock(milliseconds: step.milliseconds)
    }
    let sensed = part(of: vitals)
    while due < end {
      if outage == nil { speak(sensed, &events, &wire) }
      slot += 1
      schedule()
    }
  }

  private mutating func plug(_ plug: Bool, at time: Timestamp, _ events: inout [WireEvent]) {
    guard plug != plugged else { return }
    plugged = plug
    events.append(WireEvent(time: time, port: number, kind: plug ? .attached : .detached))
    if plug { encoder.restart(at: time) }
  }

  private mutating func speak(
    _ vitals: Vitals, _ events: inout [WireEvent], _ wire: inout [UInt8]
  ) {
    let start = wire.count
    encoder.encode(vitals, at: due, into: &wire)
    guard wire.count > start else { return }
    // One read in eight finds only the beginning; the rest comes a few milliseconds later.
    if wire.count - start > 1, random.integer(below: 8) == 0 {
      let cut = start + 1 + random.integer(below: wire.count - start - 1)
      let later = due.advanced(by: Int64(1 + random.integer(below: 8)) * 1_000_000)
      events.append(WireEvent(time: due, port: number, kind: .read(start..<cut)))
      events.append(WireEvent(time: later, port: number, kind: .read(cut..<wire.count)))
    } else {
      events.append(WireEvent(time: due, port: number, kind: .read(start..<wire.count)))
    }
  }

  /// When the unit speaks next: with some jitter, never at the edge of a period.
  private mutating func schedule() {
    let place = phase + random.uniform(-0.05...0.05)
    let period = encoder.period * sparseness
    due = Timestamp(nanoseconds: slot * period + Int64(Double(period) * place))
  }

  private func part(of vitals: Vitals) -> Vitals {
    switch senses {
    case .all: vitals
    case .temperature: Vitals(temperatures: vitals.temperatures)
    case .heart: Vitals(heart: vitals.heart)
    }
  }
}
