import Evaluation
import LinuxIO
import Simulator

extension Kangaroo.Command {
  static let evaluate = Kangaroo.Command(
    name: "evaluate",
    synopsis: "[--scenario NAME,..] [--runs N] [--days N] [--seed N] [--model NAME|both] "
      + "[--threads N] [--json | --tried] [-o DIR]",
    summary: "what the analyzer sees, how soon, and what it takes for what; "
      + "exit code 0 where every verdict holds, else 1",
    run: runEvaluate)
}

private func runEvaluate(_ arguments: inout Arguments) throws(Failure) {
  var options = Evaluation.Options()
  options.threads = Process.processors
  if let list = try arguments.takeOption("--scenario") {
    options.scenarios = try scenarios(named: list)
  }
  options.runs = try arguments.takeNumber("--runs", 1...10_000) ?? options.runs
  options.days = try arguments.takeNumber("--days", 0...10_000)
  if let seed = try arguments.takeNumber("--seed", 0...Int(Int32.max)) {
    options.seed = UInt64(seed)
  }
  if let name = try arguments.takeOption("--model") {
    options.models = name == "both" ? SignalModel.allCases : [try SignalModel(named: name)]
  }
  if let threads = try arguments.takeNumber("--threads", 1...256) { options.threads = threads }
  let isJSON = arguments.takeFlag("--json")
  let isAboutRules = arguments.takeFlag("--tried")
  let directory = try arguments.takeOption("-o")
  try arguments.finish()
  if isAboutRules {
    guard !isJSON, options.scenarios == nil else {
      throw Failure(
        .usage, "found --tried with --json or --scenario, expected it with neither")
    }
    return try compare(options, directory)
  }

  let bar = ProgressBar()
  let evaluation = Evaluation(options) { done, total in bar.show(done, of: total) }
  bar.end(evaluation.seconds)
  var output = StandardOutput()
  try output.put(isJSON ? evaluation.json : evaluation.text)
  try output.putAway()
  if let directory { try write(evaluation, to: directory) }
  if !evaluation.holds { Process.exit(1) }
}

/// What was tried instead of the adopted cooling rules.
private func compare(
  _ options: Evaluation.Options, _ directory: String?
) throws(Failure) {
  let bar = ProgressBar()
  let comparison = Comparison(options) { done, total in bar.show(done, of: total) }
  bar.end(comparison.seconds)
  var output = StandardOutput()
  try output.put(comparison.text)
  try output.putAway()
  guard let directory else { return }
  let text = Array(comparison.page(target: directory).utf8)
  do throws(Errno) {
    if !Files.exists(directory) { try Files.makeDirectory(directory) }
    try Files.replace("\(directory)/WhatWasTried.md", with: text.span)
  } catch {
    throw Failure(.cannotCreate, "\(directory) cannot be written: \(error)")
  }
}

/// The page and its drawings; in a documentation catalogue, where DocC looks for them.
private func write(_ evaluation: Evaluation, to directory: String) throws(Failure) {
  let isCatalogue = directory.hasSuffix(".docc") || directory.hasSuffix(".docc/")
  let page = isCatalogue ? "WhatItSees.md" : "evaluation.md"
  let drawings = isCatalogue ? "\(directory)/Resources" : directory
  do throws(Errno) {
    for folder in [directory, drawings] where !Files.exists(folder) {
      try Files.makeDirectory(folder)
    }
    let text = Array(evaluation.page(target: directory).utf8)
    try Files.replace("\(directory)/\(page)", with: text.span)
    for plot in evaluation.plots {
      let drawing = Array(plot.text.utf8)
      try Files.replace("\(drawings)/\(plot.name)", with: drawing.span)
    }
  } catch {
    throw Failure(.cannotCreate, "\(directory) cannot be written: \(error)")
  }
}

private func scenarios(named list: String) throws(Failure) -> [String] {
  var names: [String] = []
  for name in list.split(separator: ",") {
    guard Scenario.named(String(name)) != nil else {
      throw Failure(
        .usage, "found scenario “\(name)”, expected one that simulate --list names")
    }
    names.append(String(name))
  }
  return names
}

/// How far the work is, on a terminal: one line that is drawn over and over.
private struct ProgressBar: Sendable {
  private static let width = 40
  private let isTerminal = Terminal.isTerminal(2)
  private let start = BootClock.now

  func show(_ done: Int, of total: Int) {
    guard isTerminal, total > 0 else { return }
    let part = done * Self.width / total
    let bar = String(repeating: "█", count: part) + String(repeating: "░", count: Self.width - part)
    let elapsed = (BootClock.now - start) / 1_000_000_000
    let left = done > 0 ? elapsed * Int64(total - done) / Int64(done) : 0
    StandardError.write("\r\(bar) \(done * 100 / total) %, \(left) s left \u{1B}[K")
  }

  /// Clears the line, and says how fast it was.
  func end(_ seconds: Int) {
    guard isTerminal else { return }
    let elapsed = max((BootClock.now - start) / 1_000_000, 1)
    StandardError.write(
      "\r\(seconds / 3600) simulated hours in \(elapsed / 1000) s, "
        + "\(Int64(seconds) * 1000 / elapsed) times as fast as real time\u{1B}[K\n")
  }
}
