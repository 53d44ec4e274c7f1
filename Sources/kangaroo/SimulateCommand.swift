import LinuxIO
import Simulator

extension Kangaroo.Command {
  static let simulate = Kangaroo.Command(
    name: "simulate",
    synopsis: "--scenario NAME [--seed N] [--hours H] [--copies N] [--probe NAME] "
      + "[--heart-probe NAME] [--sparseness N] [--model NAME] [-o FILE] | --list",
    summary: "a capture from the infant-parent-probe simulator", run: runSimulate)
}

private func runSimulate(_ arguments: inout Arguments) throws(Failure) {
  var output = StandardOutput()
  if arguments.takeFlag("--list") {
    try arguments.finish()
    for scenario in Scenario.all {
      let gap = String(repeating: " ", count: max(1, 32 - scenario.name.count))
      try output.put("\(scenario.name)\(gap)\(scenario.title): \(scenario.verdict)\n")
    }
    return try output.putAway()
  }
  guard let name = try arguments.takeOption("--scenario") else {
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
  if let name = try arguments.takeOption("--probe") { options.temperatureProtocol = name }
  options.heartProtocol = try arguments.takeOption("--heart-probe")
  if let sparseness = try arguments.takeNumber("--sparseness", 1...60) {
    options.sparseness = sparseness
  }
  if let copies = try arguments.takeNumber("--copies", 1...1000) { options.copies = copies }
  if let name = try arguments.takeOption("--model") {
    options.model = try SignalModel(named: name)
  }
  let path = try arguments.takeOption("-o")
  try arguments.finish()

  var simulation: Simulation
  do throws(SimulationError) {
    simulation = try Simulation(options)
  } catch {
    throw Failure(.usage, "\(error)")
  }
  var text: [UInt8] = []
  guard let path, path != "-" else {
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
