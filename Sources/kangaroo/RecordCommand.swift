import Captures
import EventStream
import LinuxIO
import Probes

extension Kangaroo.Command {
  static let record = Kangaroo.Command(
    name: "record", synopsis: "-o FILE [--ports P,..] [--socket P]",
    summary: "copies what the wires say into a capture, until Ctrl-C", run: runRecord)
}

private func runRecord(_ arguments: inout Arguments) throws(Failure) {
  guard let path = try arguments.takeOption("-o") else { throw Failure(.usage, "record needs -o") }
  let chosen = try arguments.takeOption("--ports")?.split(separator: ",").map(String.init)
  let socket = try SocketPath.stream(&arguments)
  try arguments.finish()

  var lines = try StreamLines(socket)
  try lines.send(
    "{\"id\":1,\"subscribe\":{\"types\":[\"port\",\"infant\",\"alarm\",\"mark\",\"clock\","
      + "\"heartbeat\",\"wire\"]}}")
  while let json = lines.nextObject(), json["type"]?.text != "reply" {}

  let file: FileDescriptor
  do throws(Errno) {
    file = try FileDescriptor(writing: path)
  } catch {
    throw Failure(.cannotCreate, "\(path) cannot be written: \(error)")
  }
  var recording = Recording(ports: chosen)
  while let json = lines.nextObject() {
    if json["clock"] != nil { lines.waitForEver() }
    recording.take(json)
    guard !recording.text.isEmpty else { continue }
    do throws(Errno) {
      try file.writeAll(recording.text.span)
    } catch {
      throw Failure(.inputOutput, "\(path) cannot be written: \(error)")
    }
    recording.text.removeAll(keepingCapacity: true)
  }
  if lines.isSilent { throw lines.failure }
  throw Failure(.unavailable, "the daemon has closed the connection; \(path) holds all until then")
}

/// Turns `wire` lines and those that explain them into a capture.
///
/// Its time zero is a whole minute before the beginning, so that bins lie as they did in the
/// daemon and a replay judges the same.
private struct Recording {
  private let chosen: [String]?
  private var writer = CaptureWriter()
  private var origin: Int64 = 0
  private var last: Int64 = 0
  private var hasBegun = false
  private var numbers: [String: PortIndex] = [:]
  private var infants: [InfantDeclaration] = []
  /// What was read or written, and goes on in the next line.
  private var passed: [UInt8] = []
  var text: [UInt8] = []

  init(ports: [String]?) { chosen = ports }

  mutating func take(_ json: JSON) {
    guard let type = json["type"]?.text else { return }
    if !hasBegun, type != "hello" { begin(json) }
    switch type {
    case "infant": declareInfant(json)
    case "port": declarePort(json)
    case "wire": takeWire(json)
    case "mark":
      guard let mark = json["mark"]?.text, let infant = json["infant"]?.text else { return }
      command(json, "{\"mark\":\(quoted(mark)),\"infant\":\(quoted(infant))\(by(json))}")
    case "alarm":
      guard json["event"]?.text == "acknowledged", let id = json["alarm"]?.integer else { return }
      command(json, "{\"ack\":\(id)\(by(json))}")
    case "clock":
      guard let step = json["step_s"]?.thousandths else { return }
      writer.clockStep(
        nanoseconds: Int64(step) * 1_000_000, at: time(ofLine: json), into: &text)
    case "heartbeat": writer.passed(at: time(ofLine: json), into: &text)
    case "gap":
      writer.note("\(json.shown("missed")) lines were missed: \(json.shown("reason"))", into: &text)
    default: break
    }
  }

  private mutating func begin(_ json: JSON) {
    hasBegun = true
    let minute: Int64 = 60_000_000_000
    let now = Int64(json["t"]?.thousandths ?? 0) * 1_000_000
    origin = now / minute * minute
    last = origin
    let wall = json["time"]?.text.flatMap { WallTime(rfc3339: $0) } ?? .epoch
    writer.begin(recorded: wall.advanced(by: origin - now), into: &text)
  }

  private mutating func declareInfant(_ json: JSON) {
    guard let name = json["infant"]?.text else { return }
    var attributes = CaptureAttributes()
    attributes["gestational-age-weeks"] = json["gestational_age_weeks"]?.integer.map(String.init)
    attributes["birth-weight-g"] = json["birth_weight_g"]?.integer.map(String.init)
    attributes["born"] = json["born"]?.text
    attributes["parent"] = json["parent"]?.text
    writer.infant(InfantDeclaration(name: name, attributes: attributes), into: &text)
  }

  private mutating func declarePort(_ json: JSON) {
    guard let name = json["port"]?.text, numbers[name] == nil, isChosen(name) else { return }
    let number = PortIndex(numbers.count)
    numbers[name] = number
    var attributes = CaptureAttributes()
    attributes["name"] = name
    for key in ["device", "protocol", "line", "infant", "parent", "site"] {
      attributes[key] = json[key]?.text
    }
    for channel in json["channels"]?.members ?? [] {
      attributes["channel-\(channel.key)"] = channel.value.text
    }
    for sensor in json["sensors"]?.members ?? [] {
      attributes["sensor-\(sensor.key)"] = sensor.value.text
    }
    for offset in json["offsets_c"]?.members ?? [] {
      if case .number(let number) = offset.value.value {
        attributes["offset-\(offset.key)"] = number
      }
    }
    writer.port(PortDeclaration(number: number, attributes: attributes), into: &text)
    if json["link"]?.text == "open" { writer.attached(number, at: time(ofLine: json), into: &text) }
  }

  private mutating func takeWire(_ json: JSON) {
    if let lost = json["lost"]?.integer {
      writer.note("\(lost) pieces of the wire were lost: recording could not keep up", into: &text)
      return
    }
    guard let name = json["port"]?.text, isChosen(name), let number = numbers[name],
      let nanoseconds = json["ns"]?.integer
    else { return }
    let time = time(Int64(nanoseconds))
    switch json["link"]?.text {
    case "attached": writer.attached(number, at: time, into: &text)
    case "detached": writer.detached(number, at: time, into: &text)
    default:
      passed.append(contentsOf: (json["read"] ?? json["written"])?.text?.hexBytes ?? [])
      guard json["continues"]?.value != .flag(true), !passed.isEmpty else { return }
      let bytes = passed
      passed = []
      if json["read"] == nil {
        writer.written(bytes.span, to: number, at: time, into: &text)
      } else {
        writer.read(bytes.span, from: number, at: time, into: &text)
      }
    }
  }

  private mutating func command(_ json: JSON, _ order: String) {
    let bytes = Array(order.utf8)
    writer.command(bytes.span, at: time(ofLine: json), into: &text)
  }

  private func by(_ json: JSON) -> String {
    json["by"]?.text.map { ",\"by\":\(quoted($0))" } ?? ""
  }

  private func isChosen(_ name: String) -> Bool { chosen?.contains(name) ?? true }

  private mutating func time(ofLine json: JSON) -> Timestamp {
    time(Int64(json["t"]?.thousandths ?? 0) * 1_000_000)
  }

  /// The capture's time of a time of the stream; never before the one before.
  private mutating func time(_ stream: Int64) -> Timestamp {
    last = max(last, stream)
    return Timestamp(nanoseconds: last - origin)
  }
}

extension String {
  fileprivate var hexBytes: [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in utf8 {
      let value = digit < 0x40 ? digit &- 0x30 : (digit | 0x20) &- 0x57
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}
