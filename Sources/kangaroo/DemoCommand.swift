import Captures
import EventStream
import LinuxIO
import Probes
import Simulator

extension Kangaroo.Command {
  static let demo = Kangaroo.Command(
    name: "demo", synopsis: "[--scenario NAME] [--rate N]",
    summary: "simulated probes, a real daemon, an infant cooling: no hardware, no root",
    run: runDemo)
}

/// Stream seconds that pass in a real one: two hours in less than a minute.
private let usualRate = 150

private func runDemo(_ arguments: inout Arguments) throws(Failure) {
  let name = try arguments.takeOption("--scenario") ?? "moderate-cooling"
  let rate = try arguments.takeNumber("--rate", 2...1000) ?? usualRate
  try arguments.finish()
  guard let scenario = Scenario.named(name) else {
    throw Failure(.usage, "found scenario “\(name)”, expected one that simulate --list names")
  }
  let signals = try system("the signals cannot be had") { () throws(Errno) in
    try SignalSource([.interrupt, .terminate])
  }
  let directory = try system("no temporary directory can be made") { () throws(Errno) in
    try Files.makeTemporaryDirectory(prefix: "kangaroo-demo-")
  }
  var failure: Failure?
  do throws(Failure) {
    var stage = try DemoStage(scenario, rate: rate, directory: directory)
    try stage.run(signals)
    try stage.end()
  } catch {
    failure = error
  }
  // Whatever happened, nothing is left behind.
  try? Files.removeTree(directory)
  if let failure { throw failure }
}

/// The simulated probes, the daemon that reads them, and the view of what it says.
private struct DemoStage: ~Copyable {
  private let rate: Int
  private let log: String
  private var simulation: Simulation
  private var reader: CaptureReader
  private var script: DemoScript
  private let terminals: [PortIndex: DemoLine]
  private var daemon: ChildProcess
  private var lines: StreamLines
  private var view: DemoView
  private let start: Int64

  init(_ scenario: Scenario, rate: Int, directory: String) throws(Failure) {
    var simulation: Simulation
    do throws(SimulationError) {
      simulation = try Simulation(Simulation.Options(scenario: scenario))
    } catch {
      throw Failure(.internalError, "\(error)")
    }
    // The header names the ports, before anything is read from them.
    var reader = CaptureReader()
    var script = DemoScript()
    while script.ports.isEmpty || script.isEmpty { try script.extend(&simulation, &reader) }

    let socket = "\(directory)/stream.sock"
    var configuration = """
      [daemon]
      socket-path = \(socket)
      control-socket-path = \(directory)/control.sock
      state-directory = \(directory)
      clock = fast \(rate)

      """
    var terminals: [PortIndex: DemoLine] = [:]
    for port in script.ports {
      let terminal = try system("a pseudo-terminal cannot be had") { () throws(Errno) in
        DemoLine(try PseudoTerminal())
      }
      terminals[port.number] = terminal
      configuration += section(port, path: terminal.path)
    }
    let file = "\(directory)/kangarood.conf"
    let text = Array(configuration.utf8)
    let log = "\(directory)/kangarood.log"
    var daemon = try system("the daemon cannot be started") { () throws(Errno) in
      try Files.write(text.span, to: file)
      let program = try Process.executablePath
      let slash = program.lastIndex(of: "/") ?? program.startIndex
      return try ChildProcess(
        path: "\(program[..<slash])/kangarood", arguments: ["--config", file],
        output: .discarded, error: .file(log))
    }
    let lines = try connect(to: socket, &daemon)
    self.rate = rate
    self.log = log
    self.simulation = simulation
    self.reader = reader
    self.script = script
    self.terminals = terminals
    self.daemon = daemon
    self.lines = lines
    view = DemoView(rate: rate, scenario: scenario)
    start = BootClock.now
  }

  /// Plays the scenario until it has ended, or somebody ends it.
  mutating func run(_ signals: borrowing SignalSource) throws(Failure) {
    try view.begin()
    while !view.isOver {
      if signals.next() != nil { break }
      let now = Timestamp(nanoseconds: (BootClock.now - start) * Int64(rate))
      guard try play(until: now) else { break }
      while let json = lines.nextObjectIfAny() { view.take(json) }
      try view.draw()
      if let ending = try? daemon.poll() {
        throw Failure(.unavailable, "the daemon ended (\(ending)): \(lastLogLine)")
      }
      BootClock.sleep(until: BootClock.now + 5_000_000)
    }
  }

  consuming func end() throws(Failure) {
    try? daemon.send(.terminate)
    _ = try? daemon.wait()
    try view.end()
  }

  /// Sends what is due; whether anything is still to come.
  private mutating func play(until now: Timestamp) throws(Failure) -> Bool {
    while true {
      while let piece = script.next(until: now) { terminals[piece.port]?.write(piece.bytes) }
      guard script.isEmpty else { return true }
      guard try script.extend(&simulation, &reader) else { return false }
    }
  }

  private var lastLogLine: String {
    guard let bytes = try? Files.read(log, atMost: 1 << 20) else { return "it left no log" }
    let text = String(decoding: bytes, as: UTF8.self)
    return String(text.split(separator: "\n").last ?? "it left no log")
  }
}

/// Does `body`; its error ends the command with a sentence.
private func system<Result: ~Copyable>(
  _ sentence: String, _ body: () throws(Errno) -> Result
) throws(Failure) -> Result {
  do throws(Errno) {
    return try body()
  } catch {
    throw Failure(.system, "\(sentence): \(error)")
  }
}

private func section(_ port: PortDeclaration, path: String) -> String {
  var text = "[probe \(port.attributes["device"] ?? "port-\(port.number)")]\npath = \(path)\n"
  for key in ["protocol", "line", "infant", "parent", "site"] {
    if let value = port.attributes[key] { text += "\(key) = \(value)\n" }
  }
  return text + "\n"
}

/// Waits until the daemon listens, at most five seconds.
private func connect(
  to socket: String, _ daemon: inout ChildProcess
) throws(Failure) -> StreamLines {
  for _ in 0..<500 {
    if let lines = try? StreamLines(socket) { return lines }
    if let ending = try? daemon.poll() {
      throw Failure(.unavailable, "the daemon ended at once: \(ending)")
    }
    BootClock.sleep(until: BootClock.now + 10_000_000)
  }
  throw Failure(.unavailable, "the daemon does not listen at \(socket)")
}

/// One simulated probe's pseudo-terminal.
private final class DemoLine {
  private let terminal: PseudoTerminal

  init(_ terminal: consuming PseudoTerminal) { self.terminal = terminal }

  var path: String { terminal.path }

  /// A daemon that has ended reads no more: what does not fit is lost, as on a wire.
  func write(_ bytes: [UInt8]) { _ = terminal.write(bytes.span) }
}

/// What the simulated probes will say next.
private struct DemoScript {
  private(set) var ports: [PortDeclaration] = []
  private var pieces: [(time: Timestamp, port: PortIndex, bytes: [UInt8])] = []
  private var place = 0

  var isEmpty: Bool { place == pieces.count }

  mutating func next(until time: Timestamp) -> (port: PortIndex, bytes: [UInt8])? {
    guard place < pieces.count, pieces[place].time <= time else { return nil }
    defer { place += 1 }
    return (pieces[place].port, pieces[place].bytes)
  }

  /// Simulates a little further; whether there was more.
  @discardableResult
  mutating func extend(
    _ simulation: inout Simulation, _ reader: inout CaptureReader
  ) throws(Failure) -> Bool {
    pieces.removeFirst(place)
    place = 0
    var text: [UInt8] = []
    let hasMore = simulation.next(into: &text)
    do throws(CaptureError) {
      try reader.feed(text.span) { record, bytes in
        switch record.kind {
        case .port(let declaration): ports.append(declaration)
        case .read(let port):
          var copy: [UInt8] = []
          for index in bytes.indices { copy.append(bytes[index]) }
          pieces.append((record.time, port, copy))
        default: break
        }
      }
    } catch {
      throw Failure(.internalError, "the simulator wrote a damaged capture: \(error)")
    }
    return hasMore
  }
}
