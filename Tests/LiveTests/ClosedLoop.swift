import Captures
import EventStream
import LinuxIO
import Probes
import Programs

/// A capture, taken apart to be played, with its ports named as sections can be named.
struct Script {
  struct Record {
    let time: Timestamp
    let kind: CaptureRecord.Kind
    let bytes: [UInt8]

    /// Whether it is something that a probe says.
    var isRead: Bool { if case .read = kind { true } else { false } }
  }

  private(set) var ports: [PortDeclaration] = []
  private(set) var infants: [InfantDeclaration] = []
  private(set) var records: [Record] = []
  /// The capture itself. A pseudo-terminal has no stable identity, so neither have its ports.
  let text: [UInt8]

  init(_ capture: [UInt8]) throws {
    let rows = String(decoding: capture, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    text = Array(rows.map(Self.renamed).joined(separator: "\n").utf8)
    var reader = CaptureReader()
    var script = (ports: ports, infants: infants, records: records)
    try reader.feed(text.span) { record, span in
      switch record.kind {
      case .port(let port): script.ports.append(port)
      case .infant(let infant): script.infants.append(infant)
      case .recorded, .note: break
      default:
        let bytes = span.indices.map { span[$0] }
        script.records.append(Record(time: record.time, kind: record.kind, bytes: bytes))
      }
    }
    (ports, infants, records) = script
  }

  /// The capture as it would be had nobody listened for a while.
  func text(without outage: (from: Timestamp, to: Timestamp)) -> [UInt8] {
    let rows = String(decoding: text, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let kept = rows.filter { row in
      let words = row.split(separator: " ")
      guard words.count > 3, words[2] == "<", let seconds = Double(words[0]) else { return true }
      let time = Int64((seconds * 1e9).rounded())
      return time <= outage.from.nanoseconds || time >= outage.to.nanoseconds
    }
    return Array(kept.joined(separator: "\n").utf8)
  }

  private static func renamed(_ row: Substring) -> String {
    guard row.hasPrefix("#port ") else { return String(row) }
    return row.split(separator: " ").map { word in
      word.hasPrefix("device=") ? "name=" + word.dropFirst(7) : String(word)
    }.joined(separator: " ")
  }

  /// The configuration of a daemon that has these ports and infants.
  func sections(_ wires: [PortIndex: Wire]) -> String {
    var text = ""
    for infant in infants {
      text += "[infant \(infant.name)]\n"
      for pair in infant.attributes.pairs { text += "\(pair.key) = \(pair.value)\n" }
    }
    for port in ports {
      text += "[probe \(port.attributes["name"]!)]\npath = \(wires[port.number]!.path)\n"
      for pair in port.attributes.pairs where pair.key != "name" {
        text += "\(pair.key) = \(pair.value)\n"
      }
    }
    return text
  }
}

/// Plays a capture to a running daemon whose clock it drives: through pseudo-terminals, in step.
///
/// A piece of the wire is sent only when the piece before it has been read, so that each is read at
/// the very time at which the capture has it.
final class ClosedLoop {
  let script: Script
  private(set) var daemon: RunningDaemon
  private let scratch: Scratch
  private let keys: String
  private let clock: FileDescriptor
  private let wires: [PortIndex: Wire]
  private var stream: Connection
  private var control: Connection
  private var now: Timestamp?
  /// When nobody listened, and until when nobody does.
  private(set) var outages: [(from: Timestamp, to: Timestamp)] = []
  private var downUntil = Timestamp.zero
  private var lastReads: [PortIndex: [UInt8]] = [:]
  /// The daemon's stream, and the number of the last line that came of it.
  private var identity: String
  private var seq = 0
  /// What the daemon said, but for the wire.
  private(set) var lines: [String] = []

  /// `keys`: further ones of `[daemon]`.
  init(_ capture: [UInt8], keys: String = "", in scratch: Scratch) throws {
    script = try Script(capture)
    self.keys = keys
    self.scratch = scratch
    clock = try scratch.pipe("clock")
    wires = Dictionary(
      uniqueKeysWithValues: script.ports.map {
        ($0.number, Wire("port-\($0.number)", in: scratch))
      })
    daemon = try RunningDaemon(
      script.sections(wires), clock: "driven \(scratch.path("clock"))", in: scratch, keys: keys)
    control = try daemon.control()
    try Self.awaitPorts(of: daemon)
    stream = try daemon.connect()
    identity = try stream.next("hello").shown("stream")!
    try stream.subscribe(Self.types)
  }

  private static let types = ["port", "assessment", "alarm", "session", "mark", "wire"]

  /// Kills the daemon once it has kept what it was told, and starts it again.
  ///
  /// What it had said and we had not yet heard comes from its journal.
  ///
  /// `seconds`: how long it is down; what the probes say meanwhile nobody hears.
  func restart(after seconds: Int64 = 0) throws {
    try awaitClock()
    _ = try awaited("a daemon that has kept what it was told") { () -> Bool? in
      try control.ask("{\"status\":true}")["storage_behind"]?.integer == 0 ? true : nil
    }
    try daemon.send(.kill)
    _ = try daemon.end()
    while let line = try stream.nextLine() { try take(line) }
    downUntil = now.map { $0.advanced(by: seconds * 1_000_000_000) } ?? .zero
    outages.append((now ?? .zero, downUntil))
    try startAgain()
  }

  private func startAgain() throws {
    daemon = try RunningDaemon(
      script.sections(wires), clock: "driven \(scratch.path("clock"))", in: scratch, keys: keys)
    control = try daemon.control()
    for wire in wires.values where wire.isPluggedIn { try wire.awaitOpening() }
    try Self.awaitPorts(of: daemon)
    stream = try daemon.connect()
    let hello = try stream.next("hello").shown("stream")!
    try stream.next("live")
    let types = Self.types.map { "\"\($0)\"" }.joined(separator: ",")
    try stream.send(
      "{\"subscribe\":{\"types\":[\(types)],\"since\":{\"stream\":\"\(identity)\",\"seq\":\(seq)}}}"
    )
    while let line = try stream.nextLine() {
      let json = try JSON(parsing: line)
      if json.type == "live" { break }
      // The rest is how things stand.
      if json.shown("stream") == identity, json.type != "hello" { lines.append(line) }
    }
    identity = hello
    seq = 0
  }

  private func take(_ line: String) throws {
    seq = try JSON(parsing: line)["seq"]?.integer ?? seq
    if !line.hasPrefix("{\"type\":\"wire\"") { lines.append(line) }
  }

  /// Waits until the daemon has looked for each port, and has opened it or has not found it.
  private static func awaitPorts(of daemon: RunningDaemon) throws {
    _ = try awaited("a daemon that has looked for its ports") { () -> Bool? in
      let ports = try daemon.connect().lines(upTo: "live").filter { $0.type == "port" }
      return ports.allSatisfy { $0["detail"] != nil || $0.shown("link") == "open" } ? true : nil
    }
  }

  /// Plays it all; afterwards `lines` is complete.
  ///
  /// `keepStep` is called now and then, between two frames, with the time that has been played: for
  /// others who listen, or end the daemon.
  func play(
    keepingStepEvery few: Int = 400, keepStep: (Timestamp) throws -> Void = { _ in }
  ) throws {
    var rest = script.records[...]
    var moments = 0
    var isDue = false
    while let first = rest.first {
      let moment = rest.prefix { $0.time == first.time }
      rest = rest.dropFirst(moment.count)
      if first.time < downUntil, moment.allSatisfy({ $0.isRead }) { continue }
      // What is plugged in is found when the time is told, and not at a time told before.
      for case .attached(let port) in moment.map(\.kind) {
        try awaitClock()
        try wires[port]!.plugIn()
      }
      try tell(first.time)
      for record in moment { try play(record) }
      moments += 1
      isDue = isDue || moments % few == 0
      if isDue && isBetweenFrames || rest.isEmpty {
        isDue = false
        try keepStep(first.time)
      }
    }
    try awaitClock()
    // Answered once everything before it has been sent.
    try stream.send(#"{"subscribe":{"types":["wire"]}}"#)
    while let line = try stream.nextLine(), !line.hasPrefix(#"{"type":"reply""#) { try take(line) }
  }

  /// Whether no probe has begun to say something that it has not finished.
  private var isBetweenFrames: Bool {
    lastReads.allSatisfy { port, bytes in
      script.ports.first { $0.number == port }?.attributes["protocol"] == "kmc1"
        ? bytes.last == UInt8(ascii: "\n") : bytes.count.isMultiple(of: 4)
    }
  }

  private func play(_ record: Script.Record) throws {
    switch record.kind {
    case .attached(let port): try awaitWire(port) { $0.shown("link") == "attached" }
    case .detached(let port):
      wires[port]!.unplug()
      try awaitWire(port) { $0.shown("link") == "detached" }
    case .read(let port):
      lastReads[port] = record.bytes
      try wires[port]!.send(record.bytes)
      var read = 0
      try awaitWire(port) { line in
        read += (line.shown("read")?.utf8.count ?? 0) / 2
        return read == record.bytes.count
      }
    case .command:
      try awaitClock()
      let answer = try control.ask(String(decoding: record.bytes, as: UTF8.self))
      // A spot check may well be refused: by a replay it is too.
      guard answer.type == "reply" || answer.shown("code") == "unknown-value" else {
        throw TooLate("an obedient daemon: \(answer)")
      }
    default: break
    }
  }

  /// Tells the daemon the time.
  private func tell(_ time: Timestamp) throws {
    guard now.map({ time > $0 }) ?? true else { return }
    now = time
    let fraction = String(1_000_000_000 + time.nanoseconds % 1_000_000_000).dropFirst()
    let line = Array("\(time.nanoseconds / 1_000_000_000).\(fraction)\n".utf8)
    try clock.writeAll(line.span)
  }

  /// Goes on to the wire's line that is meant; it must bear the very time that was told.
  private func awaitWire(_ port: PortIndex, _ isMeant: (JSON) -> Bool) throws {
    let name = script.ports.first { $0.number == port }?.attributes["name"]
    while let line = try stream.nextLine() {
      try take(line)
      guard line.hasPrefix("{\"type\":\"wire\"") else { continue }
      let json = try JSON(parsing: line)
      guard json.shown("port") == name, json["ns"]?.integer == now.map({ Int($0.nanoseconds) })
      else { throw TooLate("a wire of port \(name ?? "?") at \(now!) but \(line)") }
      if isMeant(json) { return }
    }
    throw TooLate("the wire's line before the end; the log: \(daemon.log)")
  }

  /// Waits until all that was before has been judged, and told to the subscribers.
  private func awaitClock() throws {
    let milliseconds = Int((now ?? .zero).nanoseconds / 1_000_000)
    _ = try awaited("the daemon's clock at \(milliseconds) ms") { () -> Bool? in
      let answer = try control.ask("{\"status\":true}")
      return (answer["t"]?.thousandths ?? 0) >= milliseconds ? true : nil
    }
  }
}

/// Event lines without what differs from run to run: their number, the wall clock and the node.
///
/// A running daemon also says in words why a port is not open, and says so anew where only the
/// words have changed; a capture does not know.
func comparable(_ lines: some Sequence<String>) throws -> [String] {
  var told: [String: String] = [:]
  var kept: [String] = []
  for line in lines {
    let json = try JSON(parsing: line)
    let left = (json.members ?? []).map(\.key).filter {
      !["seq", "time", "path", "detail"].contains($0)
    }
    let text = left.map { "\($0) \(json.shown($0) ?? "?")" }.joined(separator: ", ")
    if json.type == "port" {
      let state = left.filter { $0 != "t" && $0 != "age_s" }
        .map { "\($0) \(json.shown($0) ?? "?")" }.joined(separator: ", ")
      guard told.updateValue(state, forKey: json.shown("port")!) != state else { continue }
    }
    kept.append(text)
  }
  return kept
}
