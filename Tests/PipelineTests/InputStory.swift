import Captures
import EventStream
import Probes
import Simulator
import Thermoregulation

/// What a capture tells the analyzer, input by input, and to whom it belongs.
struct InputStory {
  private(set) var roster = Roster()
  private(set) var inputs: [Input] = []

  init(_ capture: [UInt8]) throws {
    var reader = CaptureReader()
    var decoders: [any Decoder] = []
    var batch = SampleBatch()
    var story = self
    try reader.feed(capture.span) { record, bytes in
      switch record.kind {
      case .infant(let infant):
        var profile = InfantProfile(name: infant.name)
        profile.parent = infant.attributes["parent"]
        if let known = story.roster.infant(named: infant.name) {
          story.roster.infants[known] = profile
        } else {
          story.roster.infants.append(profile)
        }
      case .port(let port):
        let model = ProbeModel.named(port.attributes["protocol"] ?? "") ?? ProbeModel.all[0]
        decoders.append(model.makeDecoder())
        story.admit(port)
      case .attached(let port): story.inputs.append(.attached(port, record.time))
      case .detached(let port): story.inputs.append(.detached(port, record.time))
      case .read(let port):
        var start = 0
        while start < bytes.count {
          let end = min(start + Deframing.sliceLimit, bytes.count)
          decoders[Int(port)].decode(
            bytes.extracting(start..<end), port: port, at: record.time, into: &batch)
          story.inputs += batch.samples.map { .sample($0) }
          batch.removeAll()
          start = end
        }
      case .written(let port): decoders[Int(port)].overhear(bytes)
      case .command: try? story.take(Command.parse(bytes).command, at: record.time)
      case .passed: story.inputs.append(.passed(record.time))
      case .recorded, .note, .clockStep: break
      }
    }
    self = story
  }

  private mutating func admit(_ port: PortDeclaration) {
    let name = port.attributes["infant"]
    if let name, roster.infant(named: name) == nil {
      roster.infants.append(InfantProfile(name: name))
    }
    var assignment = PortAssignment(
      infant: name.flatMap { roster.infant(named: $0) }, parent: port.attributes["parent"],
      site: port.attributes["site"].flatMap(Self.site) ?? .unknown)
    if let second = port.attributes["channel-2"].flatMap(Self.site) {
      assignment.channelSites = [.unknown, second]
    }
    roster.ports.append(
      PortEntry(
        name: "port-\(port.number)", protocolName: "", line: "", assignment: assignment))
  }

  private static func site(_ name: String) -> Site? { Site.allCases.first { $0.name == name } }

  private mutating func take(_ command: Command, at time: Timestamp) {
    switch command {
    case .mark(let mark, infant: let name, let by):
      guard let infant = roster.infant(named: name) else { return }
      inputs.append(.mark(mark, infant: infant, by: by, time))
    case .acknowledge(alarm: let id, let by): inputs.append(.acknowledge(alarm: id, by: by, time))
    case .spotCheck(let value, let site, infant: let name, let by):
      guard let infant = roster.infant(named: name) else { return }
      inputs.append(.spotCheck(value, site, infant: infant, by: by, time))
    case .status: break
    }
  }

  /// An analyzer of these infants and ports, which knows nothing yet.
  var freshAnalyzer: Analyzer {
    var analyzer = Analyzer()
    for infant in roster.infants { analyzer.admit(infant) }
    for (number, port) in roster.ports.enumerated() {
      analyzer.assign(port.assignment, to: PortIndex(number))
    }
    return analyzer
  }

  var portNames: [String] { roster.ports.map(\.name) }

  /// What was said, as the lines of the stream.
  func lines(_ events: [Event]) -> String {
    var text: [UInt8] = []
    var writer = LineWriter()
    for event in events {
      let stamp = LineWriter.Stamp(seq: nil, time: event.time, wall: .epoch)
      switch event.content {
      case .assessment(let state): writer.assessment(state, roster, stamp)
      case .alarm(let alarm): writer.alarm(alarm, roster, stamp)
      case .mark(let mark, let infant, let by):
        writer.mark(mark, infant: infant, by: by, roster, stamp)
      case .session(let session): writer.session(session, roster, stamp)
      case .spotCheck(let check): writer.spotCheck(check, roster, stamp)
      }
      text += writer.line
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension InputStory {
  /// A scenario of the simulator, with units that speak every few seconds.
  init(scenario name: String, heart: String? = nil) throws {
    var options = Simulation.Options(scenario: Scenario.named(name)!)
    options.sparseness = 5
    options.heartProtocol = heart
    var simulation = try Simulation(options)
    var capture: [UInt8] = []
    while simulation.next(into: &capture) {}
    try self.init(capture)
  }
}
