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
  // A replay that takes its time shows each line when it is due.
  let piece = pace == nil ? input.bytes.count : 128
  var damage: CaptureError?
  while damage == nil, case let count = try input.next(), count > 0 {
    let bytes = input.bytes
    for start in stride(from: 0, to: count, by: piece) where damage == nil {
      let span = bytes.span.extracting(start..<min(start + piece, count))
      do throws(CaptureError) { try replay.feed(span, into: &lines) } catch { damage = error }
      // What came before the damage is told first.
      try output.put(lines)
      if pace != nil { try output.putAway() }
      lines.removeAll(keepingCapacity: true)
    }
  }
  try output.putAway()
  if let damage { throw Failure(path, damage) }
  do throws(CaptureError) {
    guard let warning = try replay.finish() else { return }
    StandardError.writeLine("kangaroo: \(path): \(warning)")
  } catch {
    throw Failure(path, error)
  }
}

extension Failure {
  /// A capture that is damaged.
  init(_ path: String, _ damage: CaptureError) {
    self.init(.damagedInput, "\(path):\(damage.line): \(damage.message)", isPlaced: true)
  }
}

func readConfiguration(_ path: String?) throws(Failure) -> Configuration {
  do throws(ConfigurationFailure) {
    return try ConfigurationFiles.read(path)
  } catch {
    switch error {
    case .unreadable(let sentence): throw Failure(.noInput, sentence)
    case .wrong(let problems):
      for problem in problems.dropLast() { StandardError.writeLine("\(problem)") }
      throw Failure(.configuration, "\(problems.last!)", isPlaced: true)
    }
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
final class Pace {
  private let rate: Double
  private let start = BootClock.now
  /// What the daemon has recorded itself bears the stream's time: it begins late, and is not waited
  /// for.
  private var origin: Timestamp?
  private static let lateStart = Timestamp(seconds: 60)

  /// Nil for `max`: as fast as it goes.
  init?(_ speed: String) throws(Failure) {
    if speed == "max" { return nil }
    guard let rate = Double(speed), rate > 0, rate <= 1_000_000 else {
      throw Failure(.usage, "found --speed “\(speed)”, expected max or a number above 0")
    }
    self.rate = rate
  }

  func wait(until time: Timestamp) {
    guard time > .zero else { return }
    let origin = origin ?? (time >= Self.lateStart ? time : .zero)
    self.origin = origin
    BootClock.sleep(until: start + Int64(Double(time.since(origin)) / rate))
  }
}
