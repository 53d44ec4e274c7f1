public import Captures
public import Configuration
public import EventStream
import LockFree
public import Probes
public import Thermoregulation

/// Runs a capture through the daemon's own path: intake, ring, analysis, lines.
///
/// The same capture gives the same lines, whatever its chunking and speed.
public struct Replay: ~Copyable {
  private var reader = CaptureReader()
  private var stage: Stage

  /// `types`: the lines wanted. `configuration` overrides what the capture says of its ports and
  /// infants.
  public init(configuration: Configuration?, types: LineTypes) {
    stage = Stage(configuration: configuration, types: types)
  }

  /// Called whenever stream time moves on, before what happened then; for a replay that takes its
  /// time.
  public var pace: ((Timestamp) -> Void)? {
    get { stage.pace }
    set { stage.pace = newValue }
  }

  /// The cooling rules of infants that the capture declares from here on; for those who compare.
  public var coolingRules: CoolingRuleSet {
    get { stage.coolingRules }
    set { stage.coolingRules = newValue }
  }

  /// Called with everything that the analyzer says, before its line; for those who count.
  public var observe: ((Event) -> Void)? {
    get { stage.sink.observe }
    set { stage.sink.observe = newValue }
  }

  /// Takes the next bytes of the capture; what they lead to is appended to `lines`.
  ///
  /// Throws at the first damaged line, after the lines of everything before it.
  public mutating func feed(
    _ bytes: Span<UInt8>, into lines: inout [UInt8]
  ) throws(CaptureError) {
    swap(&stage.sink.lines, &lines)
    defer { swap(&stage.sink.lines, &lines) }
    try reader.feed(bytes) { record, bytes throws(CaptureError) in
      try stage.take(record, bytes)
    }
  }

  /// Ends the capture. Returns a warning where its last line was dropped.
  public consuming func finish() throws(CaptureError) -> String? {
    try reader.finish()
  }
}

/// The daemon's path on a single thread, as the records of a capture drive it.
private struct Stage: ~Copyable {
  /// A slice of bytes yields at most `SampleBatch.capacity` samples and one count.
  private static let ringCapacity = 4096

  var sink: ReplaySink
  var pace: ((Timestamp) -> Void)?
  var coolingRules = CoolingRuleSet.adopted
  private let configuration: Configuration?
  private var analysis = Analysis(wallAtZero: .epoch)
  private var intake: Intake
  private var deliveries: Ring<Delivery>.Consumer
  /// By the capture's port numbers: ours, and whether the port is attached.
  private var ports: [(index: PortIndex, isAttached: Bool)?] = []
  private var declarations: [PortIndex: PortDeclaration] = [:]
  private var time = Timestamp.zero

  init(configuration: Configuration?, types: LineTypes) {
    self.configuration = configuration
    sink = ReplaySink(types: types)
    let ring = Ring<Delivery>(capacity: Self.ringCapacity)
    deliveries = ring.consumer
    intake = Intake(deliveries: ring.producer)
  }

  mutating func take(_ record: CaptureRecord, _ bytes: Span<UInt8>) throws(CaptureError) {
    if record.time > time {
      time = record.time
      pace?(time)
    }
    switch record.kind {
    case .recorded(let wall): analysis.publisher.wallAtZero = wall
    case .infant(let declaration): try declare(declaration, record)
    case .port(let declaration): try declare(declaration, record)
    case .note: break
    case .attached(let port): attach(port)
    case .detached(let port): detach(port)
    case .read(let port):
      attach(port)
      receive(bytes, ports[Int(port)]!.index)
    case .written(let port):
      attach(port)
      intake.overhear(bytes, port: ports[Int(port)]!.index, at: time)
    case .command: try command(bytes, record)
    case .clockStep(let nanoseconds):
      analysis.advance(to: time, &sink)
      analysis.publisher.publish(clockStep: nanoseconds, at: time, to: &sink)
    case .passed:
      intake.pass(to: time)
      drain()
    }
  }

  private mutating func receive(_ bytes: Span<UInt8>, _ port: PortIndex) {
    var start = 0
    while start < bytes.count {
      let end = min(start + Deframing.sliceLimit, bytes.count)
      intake.receive(bytes.extracting(start..<end), port: port, at: time)
      drain()
      start = end
    }
  }

  private mutating func drain() {
    while let delivery = deliveries.pop() { analysis.take(delivery, to: &sink) }
    precondition(intake.dropped == 0, "the ring holds what one slice of bytes can yield")
  }

  /// A capture whose probe was there from the start need not say so.
  private mutating func attach(_ port: PortIndex) {
    guard let known = ports[Int(port)], !known.isAttached else { return }
    ports[Int(port)]!.isAttached = true
    intake.attach(known.index, at: time)
    drain()
  }

  private mutating func detach(_ port: PortIndex) {
    guard let known = ports[Int(port)], known.isAttached else { return }
    ports[Int(port)]!.isAttached = false
    intake.detach(known.index, at: time)
    drain()
  }

  private mutating func command(
    _ bytes: Span<UInt8>, _ record: CaptureRecord
  ) throws(CaptureError) {
    let command: Command
    do throws(RequestError) {
      command = try Command.parse(bytes).command
    } catch {
      throw CaptureError(line: record.line, message: "the command is no command: \(error.message)")
    }
    switch command {
    case .mark(let mark, infant: let name, let by):
      let infant = try infant(named: name, record)
      analysis.take(.mark(mark, infant: infant, by: by, time), to: &sink)
    case .acknowledge(alarm: let id, let by):
      // An alarm that this version does not raise cannot be acknowledged; that is no damage.
      analysis.take(.acknowledge(alarm: id, by: by, time), to: &sink)
    case .spotCheck(let value, let site, infant: let name, let by):
      let infant = try infant(named: name, record)
      analysis.take(.spotCheck(value, site, infant: infant, by: by, time), to: &sink)
    case .status: break
    }
  }

  private func infant(
    named name: String, _ record: CaptureRecord
  ) throws(CaptureError) -> InfantIndex {
    if let infant = analysis.publisher.roster.infant(named: name) { return infant }
    throw CaptureError(
      line: record.line, message: "found infant “\(name)”, expected one that the capture names")
  }

  private mutating func declare(
    _ declaration: InfantDeclaration, _ record: CaptureRecord
  ) throws(CaptureError) {
    var profile: InfantProfile
    if let configured = configuration?.infants.first(where: { $0.name == declaration.name }) {
      profile = configured
    } else {
      profile = try InfantProfile(declaration, line: record.line)
    }
    profile.limits.cooling = coolingRules
    if let known = analysis.publisher.roster.infant(named: declaration.name) {
      analysis.publisher.roster.infants[known] = profile
      analysis.analyzer.correct(known, to: profile)
    } else {
      analysis.admit(profile)
    }
  }

  private mutating func declare(
    _ declaration: PortDeclaration, _ record: CaptureRecord
  ) throws(CaptureError) {
    if let known = declarations[declaration.number] {
      guard known == declaration else {
        throw CaptureError(
          line: record.line,
          message: "found port \(declaration.number) again, expected each port once")
      }
      return
    }
    declarations[declaration.number] = declaration
    let description = try CapturedPort(declaration, configuration, line: record.line)
    let assignment = PortAssignment(
      infant: description.infant.map { infantIndex($0) }, parent: description.parent,
      site: description.site, channelSites: description.channelSites)
    var entry = PortEntry(
      name: description.name, protocolName: description.model.name,
      line: description.line.text, assignment: assignment, device: description.device)
    entry.sensors = description.sensors
    let index = analysis.add(entry)
    intake.add(description.model, sensors: description.sensors)
    while ports.count <= Int(declaration.number) { ports.append(nil) }
    ports[Int(declaration.number)] = (index, false)
  }

  private mutating func infantIndex(_ name: String) -> InfantIndex {
    if let known = analysis.publisher.roster.infant(named: name) { return known }
    let configured = configuration?.infants.first { $0.name == name }
    var profile = configured ?? InfantProfile(name: name)
    profile.limits.cooling = coolingRules
    return analysis.admit(profile)
  }
}

/// Collects the lines of a replay.
private struct ReplaySink: LineSink {
  /// Only what is printed is numbered: a replay's stream is what it prints.
  static var numbersUnwanted: Bool { false }

  let types: LineTypes
  var lines: [UInt8] = []
  var observe: ((Event) -> Void)?

  init(types: LineTypes) { self.types = types }

  func wants(_ type: LineType) -> Bool { types.contains(type) }

  mutating func take(_ line: [UInt8], _ type: LineType, infant: InfantIndex?, seq: Int) {
    lines.append(contentsOf: line)
  }

  mutating func note(_ event: Event) { observe?(event) }

  var heartbeat: Heartbeat { Heartbeat() }
}
