import Configuration
import EventStream
import LinuxIO
import Pipeline
import Probes

extension Kangaroo.Command {
  static let events = Kangaroo.Command(
    name: "events",
    synopsis: "[--since STREAM:SEQ|TIME|SPAN] [--infant I] [--types T,..] [--follow] "
      + "[--state-directory D]",
    summary: "the journal's events, whether the daemon runs or not", run: runEvents)
}

private func runEvents(_ arguments: inout Arguments) throws(Failure) {
  let since = try arguments.takeOption("--since").map { text throws(Failure) in try Since(text) }
  let wanted = Wanted(
    types: try keptTypes(try arguments.takeOption("--types")),
    infants: try arguments.takeOption("--infant")?.split(separator: ",").map(String.init),
    since: since)
  let isFollowing = arguments.takeFlag("--follow")
  let directory = try stateDirectory(&arguments) + "/journal"
  try arguments.finish()

  var reader = try open(directory, since)
  var output = StandardOutput()
  var hasDamage = false
  while true {
    switch try next(&reader, directory) {
    case .record(let stream, let seq):
      let line = reader.line
      guard wanted.includes(line.span, stream, seq) else { continue }
      var bytes: [UInt8] = []
      JournalLine.append(line.span, stream: stream, to: &bytes)
      try output.put(bytes)
    case .damage(let file, let offset):
      hasDamage = true
      StandardError.writeLine("\(file):\(offset): found bytes that are no record, left out")
    case .torn(let file, let offset):
      StandardError.writeLine("\(file):\(offset): an unfinished record was left out")
    case .nothing:
      try output.putAway()
      if isFollowing {
        BootClock.sleep(until: BootClock.now + followInterval)
        continue
      }
      if let (file, offset) = reader.unfinished {
        StandardError.writeLine("\(file):\(offset): an unfinished record was left out")
      }
      // After all that could be read.
      if hasDamage { Process.exit(Failure.Code.damagedInput.rawValue) }
      return
    }
  }
}

/// Nanoseconds between two looks for what is new.
private let followInterval: Int64 = 200_000_000

private func open(_ directory: String, _ since: Since?) throws(Failure) -> JournalReader {
  do throws(Errno) {
    if case .place(let stream, _) = since {
      return try JournalReader(directory: directory, first: stream)
    }
    return try JournalReader(directory: directory)
  } catch {
    if error == .noSuchFile, Files.exists(directory), case .place(let stream, _) = since {
      throw Failure(.noInput, "the journal in \(directory) does not hold the stream “\(stream)”")
    }
    throw Failure(.noInput, "the journal in \(directory) cannot be read: \(error)")
  }
}

private func next(
  _ reader: inout JournalReader, _ directory: String
) throws(Failure) -> JournalReader.Finding {
  do throws(Errno) {
    return try reader.next()
  } catch {
    throw Failure(.inputOutput, "the journal in \(directory) cannot be read: \(error)")
  }
}

private func stateDirectory(_ arguments: inout Arguments) throws(Failure) -> String {
  if let path = try arguments.takeOption("--state-directory") { return path }
  return try readConfiguration(try arguments.takeOption("--config")).stateDirectory
}

private func keptTypes(_ text: String?) throws(Failure) -> LineTypes? {
  guard let types = try LineTypes(named: text) else { return nil }
  guard types.isSubset(of: JournalLine.types) else {
    throw Failure(
      .usage,
      "found --types “\(text ?? "")”, expected some of "
        + JournalLine.types.names.joined(separator: ", ") + ": the journal keeps no others")
  }
  return types
}

/// From where on events are wanted.
private enum Since {
  case place(stream: String, seq: Int)
  case time(WallTime)

  init(_ text: String) throws(Failure) {
    if let time = WallTime(rfc3339: text) {
      self = .time(time)
    } else if let seconds = Self.seconds(text) {
      self = .time(WallTime(nanoseconds: WallClock.now - seconds * 1_000_000_000))
    } else {
      let halves = text.split(separator: ":")
      guard halves.count == 2, let seq = Int(halves[1]), seq >= 0 else {
        throw Failure(
          .usage,
          "found --since “\(text)”, expected STREAM:SEQ, a time such as 2026-11-22T04:00:00Z, "
            + "or a span such as 90m, 24h or 7d")
      }
      self = .place(stream: String(halves[0]), seq: seq)
    }
  }

  /// A span of time back from now.
  private static func seconds(_ text: String) -> Int64? {
    guard let unit = text.last, let scale = ["s": 1, "m": 60, "h": 3600, "d": 86_400][unit],
      let number = Int64(text.dropLast()), (0...1_000_000).contains(number)
    else { return nil }
    return number * Int64(scale)
  }
}

/// What of the journal is to be shown.
private struct Wanted {
  let types: LineTypes?
  let infants: [String]?
  let since: Since?

  func includes(_ line: Span<UInt8>, _ stream: String, _ seq: Int) -> Bool {
    // A note says how many events are missing; the journal's other notes are its own business.
    guard let type = JournalLine.type(of: line), type == .gap || JournalLine.types.contains(type)
    else { return false }
    if let types, !types.contains(type) { return false }
    switch since {
    case .place(let first, let last):
      if stream == first, seq <= last { return false }
    case .time(let time):
      guard let json = try? JSON(parsing: line), let text = json["time"]?.text,
        let at = WallTime(rfc3339: text), at >= time
      else { return false }
    case nil: break
    }
    guard let infants else { return true }
    guard let json = try? JSON(parsing: line), let infant = json["infant"]?.text else {
      return false
    }
    return infants.contains(infant)
  }
}
