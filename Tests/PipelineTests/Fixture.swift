import Captures
import Configuration
import EventStream
import LinuxIO
import Pipeline
import Probes
import Testing

/// A capture of `fixtures/` with its golden event lines.
struct Fixture: CustomTestStringConvertible {
  let name: String
  let capture: [UInt8]

  var testDescription: String { name }

  /// The repository's folder of captures.
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/fixtures"
  }()

  static let all: [Fixture] = {
    let names = (try? Files.names(in: folder)) ?? []
    return names.filter { $0.hasSuffix(".capture") }.map { file in
      let bytes = (try? Files.read("\(folder)/\(file)", atMost: 1 << 26)) ?? []
      return Fixture(name: String(file.dropLast(8)), capture: bytes)
    }
  }()

  var goldenPath: String { "\(Self.folder)/\(name).events" }

  /// What a golden holds: everything that happened but the regular assessments.
  static let goldenTypes: LineTypes = [
    LineTypes(.alarm), LineTypes(.session), LineTypes(.mark), LineTypes(.port), LineTypes(.clock),
  ]
}

/// Replays a capture that is fed in pieces of so many bytes, and returns its lines.
func replay(
  _ capture: [UInt8], types: LineTypes, configuration: Configuration? = nil,
  pieces: Int = .max
) throws -> [UInt8] {
  var replay = Replay(configuration: configuration, types: types)
  var lines: [UInt8] = []
  var start = 0
  while start < capture.count {
    let end = pieces < capture.count - start ? start + pieces : capture.count
    try replay.feed(capture.span.extracting(start..<end), into: &lines)
    start = end
  }
  _ = try replay.finish()
  return lines
}

/// The same capture with every read cut into reads of so many bytes, at the same time.
func cutReads(_ capture: [UInt8], into pieces: Int) throws -> [UInt8] {
  try cutReads(capture) { pieces }
}

/// The same, where each piece has a length of its own.
func cutReads(_ capture: [UInt8], _ length: () -> Int) throws -> [UInt8] {
  var reader = CaptureReader()
  var writer = CaptureWriter()
  var text: [UInt8] = []
  try reader.feed(capture.span) { record, bytes in
    switch record.kind {
    case .recorded(let wall): writer.begin(recorded: wall, into: &text)
    case .port(let port): writer.port(port, into: &text)
    case .infant(let infant): writer.infant(infant, into: &text)
    case .note: break
    case .attached(let port): writer.attached(port, at: record.time, into: &text)
    case .detached(let port): writer.detached(port, at: record.time, into: &text)
    case .read(let port):
      var start = 0
      while start < bytes.count {
        let end = min(start + length(), bytes.count)
        writer.read(bytes.extracting(start..<end), from: port, at: record.time, into: &text)
        start = end
      }
    case .written(let port): writer.written(bytes, to: port, at: record.time, into: &text)
    case .command: writer.command(bytes, at: record.time, into: &text)
    case .clockStep(let step):
      writer.clockStep(nanoseconds: step, at: record.time, into: &text)
    case .passed: writer.passed(at: record.time, into: &text)
    }
  }
  return text
}

func lines(_ text: [UInt8]) -> [String] {
  String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
}
