import LinuxIO
import Probes
import Simulator

extension Kangaroo.Command {
  static let simulate = Kangaroo.Command(
    name: "simulate",
    synopsis: "--scenario NAME | --probe NAME [--heart-probe NAME] [--seed N] [--hours H] "
      + "[--copies N] [--sparseness N] [--model NAME] [-o FILE | --pty [--rate N]] "
      + "| --list | --list-probes",
    summary: "a capture from the infant-parent-probe simulator, or its probes on "
      + "pseudo-terminals", run: runSimulate)
}

private func runSimulate(_ arguments: inout Arguments) throws(Failure) {
  if arguments.takeFlag("--list") {
    try arguments.finish()
    return try list(Scenario.all.map { ($0.name, "\($0.title): \($0.verdict)") })
  }
  if arguments.takeFlag("--list-probes") {
    try arguments.finish()
    return try list(
      EncoderModel.all.map { ($0.name, ProbeModel.named($0.name)?.title ?? "") })
  }
  let isPty = arguments.takeFlag("--pty")
  let rate = try arguments.takeNumber("--rate", 1...1000)
  var options = try takeOptions(&arguments)
  let path = try arguments.takeOption("-o")
  try arguments.finish()
  if isPty {
    guard path == nil else { throw Failure(.usage, "found -o with --pty, expected one of them") }
    // Until somebody ends it.
    options.hours = options.hours ?? 24 * 365
    return try plug(try simulation(options), rate: rate ?? 1)
  }
  guard rate == nil else { throw Failure(.usage, "found --rate, which needs --pty") }
  try write(try simulation(options), to: path ?? "-")
}

/// Prints names and what they stand for.
private func list(_ rows: [(name: String, title: String)]) throws(Failure) {
  var output = StandardOutput()
  for row in rows {
    let gap = String(repeating: " ", count: max(1, 32 - row.name.count))
    try output.put("\(row.name)\(gap)\(row.title)\n")
  }
  try output.putAway()
}

private func takeOptions(_ arguments: inout Arguments) throws(Failure) -> Simulation.Options {
  let probe = try arguments.takeOption("--probe")
  let heartProbe = try arguments.takeOption("--heart-probe")
  guard let name = try arguments.takeOption("--scenario") ?? probe.map({ _ in "steady" }) else {
    throw Failure(.usage, "simulate needs --scenario NAME; --list names them")
  }
  guard let scenario = Scenario.named(name) else {
    throw Failure(.usage, "found scenario “\(name)”, expected one that --list names")
  }
  var options = Simulation.Options(scenario: scenario)
  if let seed = try arguments.takeNumber("--seed", 0...Int.max) { options.seed = UInt64(seed) }
  if let hours = try arguments.takeOption("--hours") {
    guard let number = Double(hours), number > 0, number <= 24 * 366 else {
      throw Failure(.usage, "found --hours “\(hours)”, expected a number above 0")
    }
    options.hours = number
  }
  if let sparseness = try arguments.takeNumber("--sparseness", 1...60) {
    options.sparseness = sparseness
  }
  if let copies = try arguments.takeNumber("--copies", 1...1000) { options.copies = copies }
  if let name = try arguments.takeOption("--model") {
    options.model = try SignalModel(named: name)
  }
  do throws(SimulationError) {
    if let probe { try options.useOnly(probe: probe) }
  } catch {
    throw Failure(.usage, "\(error)")
  }
  if let heartProbe {
    guard options.temperatureProtocol != nil else {
      throw Failure(
        .usage, "found --heart-probe beside the probe “\(probe ?? "")”, which is one already")
    }
    options.heartProtocol = heartProbe
  }
  return options
}

private func simulation(_ options: Simulation.Options) throws(Failure) -> Simulation {
  do throws(SimulationError) {
    return try Simulation(options)
  } catch {
    throw Failure(.usage, "\(error)")
  }
}

private func write(_ simulation: Simulation, to path: String) throws(Failure) {
  var simulation = simulation
  var text: [UInt8] = []
  guard path != "-" else {
    var output = StandardOutput()
    while simulation.next(into: &text) {
      try output.put(text)
      text.removeAll(keepingCapacity: true)
    }
    try output.put(text)
    return try output.putAway()
  }
  do throws(Errno) {
    let file = try FileDescriptor(writing: path)
    while simulation.next(into: &text) {
      guard text.count >= 1 << 20 else { continue }
      try file.writeAll(text.span)
      text.removeAll(keepingCapacity: true)
    }
    try file.writeAll(text.span)
  } catch {
    throw Failure(.cannotCreate, "\(path) cannot be written: \(error)")
  }
}

extension SignalModel {
  init(named name: String) throws(Failure) {
    guard let model = SignalModel(rawValue: name) else {
      let names = SignalModel.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, "found --model “\(name)”, expected one of \(names)")
    }
    self = model
  }
}
