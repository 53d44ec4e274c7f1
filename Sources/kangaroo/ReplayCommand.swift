import Captures
import Configuration
import EventStream
import LinuxIO
import Pipeline
import Probes

extension Kangaroo.Command {
  static let replay = Kangaroo.Command(
    name: "replay", synopsis: "FILE [--config F] [--speed N|max] [--types ..] [--pty]",
    summary: "a capture through the daemon's own path; “-” is standard input", run: runReplay)
}

private func runReplay(_ arguments: inout Arguments) throws(Failure) {
  let configPath = try arguments.takeOption("--config")
  let speed = try arguments.takeOption("--speed") ?? "max"
  let types = try LineTypes(named: try arguments.takeOption("--types")) ?? .events
  let isPty = arguments.takeFlag("--pty")
  guard let path = arguments.next() else { throw Failure(.usage, "replay needs a FILE") }
  try arguments.finish()
  let pace = try Pace(speed)
  if isPty { return try play(path, pace) }

  var configuration: Configuration?
  if let configPath { configuration = try readConfiguration(configPath) }
  var replay = Replay(configuration: configuration, types: types)
  var input = try InputFile(path)
  var output = StandardOutput()
  if let pace { replay.pace = { time in pace.wait(until: time) } }
  var lines: [UInt8] = []
  do throws(CaptureError) {
    // A replay that takes its time shows each line when it is due.
    let piece = pace == nil ? input.bytes.count : 256
    while true {
      let count = try nextOrEnd(&input)
      if count == 0 { break }
      let bytes = input.bytes
      var start = 0
      while start < count {
        let end = min(start + piece, count)
        defer { start = end }
        do throws(CaptureError) {
          try replay.feed(bytes.span.extracting(start..<end), into: &lines)
        } catch {
          try? output.put(lines)
          try? output.putAway()
          throw error
        }
        putOrEnd(&output, &lines, isPaced: pace != nil)
      }
    }
    if let warning = try replay.finish() {
      StandardError.writeLine("kangaroo: \(path): \(warning)")
    }
  } catch {
    try output.putAway()
    throw Failure(.damagedInput, "\(path):\(error.line): \(error.message)")
  }
  try output.putAway()
}

private func nextOrEnd(_ input: inout InputFile) -> Int {
  do throws(Failure) {
    return try input.next()
  } catch {
    error.end()
  }
}

private func putOrEnd(_ output: inout StandardOutput, _ lines: inout [UInt8], isPaced: Bool) {
  do throws(Failure) {
    try output.put(lines)
    if isPaced { try output.putAway() }
    lines.removeAll(keepingCapacity: true)
  } catch {
    error.end()
  }
}

func readConfiguration(_ path: String?) throws(Failure) -> Configuration {
  do throws(ConfigurationFailure) {
    return try ConfigurationFiles.read(path)
  } catch {
    for sentence in error.sentences.dropLast() { StandardError.writeLine(sentence) }
    throw Failure(error.exitCode == 66 ? .noInput : .configuration, error.sentences.last ?? "")
  }
}

extension LineTypes {
  /// The types of a list such as `alarm,port`; nil where there is none.
  init?(named list: String?) throws(Failure) {
    guard let list else { return nil }
    self = []
    for name in list.split(separator: ",") {
      guard let type = LineType(name: String(name)), LineType.choosable.contains(type) else {
        throw Failure(
          .usage,
          "found type “\(name)”, expected one of "
            + LineType.choosable.map(\.name).joined(separator: ", "))
      }
      insert(LineTypes(type))
    }
  }
}

/// Lets stream time pass at a multiple of real time.
struct Pace: Sendable {
  private let rate: Double
  private let start = BootClock.now

  /// Nil for `max`: as fast as it goes.
  init?(_ speed: String) throws(Failure) {
    if speed == "max" { return nil }
    guard let rate = Double(speed), rate > 0, rate <= 1_000_000 else {
      throw Failure(.usage, "found --speed “\(speed)”, expected max or a number above 0")
    }
    self.rate = rate
  }

  func wait(until time: Timestamp) {
    BootClock.sleep(until: start + Int64(Double(time.nanoseconds) / rate))
  }
}
