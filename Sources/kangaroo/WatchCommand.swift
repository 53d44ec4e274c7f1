import EventStream
import LinuxIO

extension Kangaroo.Command {
  static let watch = Kangaroo.Command(
    name: "watch",
    synopsis: "[--socket P] [--types T,..] [--infants I,..] [--since STREAM:SEQ] [--fhir]",
    summary: "the daemon's event lines as they come", run: runWatch)
}

private func runWatch(_ arguments: inout Arguments) throws(Failure) {
  let types = try LineTypes(named: try arguments.takeOption("--types"))
  let infants = try arguments.takeOption("--infants")
  let since = try arguments.takeOption("--since")
  var interpreter = arguments.takeFlag("--fhir") ? FHIRWriter() : nil
  let path = try SocketPath.stream(&arguments)
  try arguments.finish()
  let request = try subscription(
    interpreter == nil ? types : try typesForFHIR(types), infants, since)

  var lines = try StreamLines(path)
  if let request {
    try lines.send(request)
    // What was sent before the request was understood is told again after it.
    while let line = lines.next() {
      guard let json = try? JSON(parsing: line.span) else { continue }
      if json["clock"] != nil { lines.waitForEver() }
      if json["type"]?.text == "reply" { break }
      if json["type"]?.text == "error" {
        throw Failure(.usage, json["message"]?.text ?? "the daemon refuses the request")
      }
    }
  }
  let isHeartbeatWanted = types?.contains(.heartbeat) ?? true
  var output = StandardOutput()
  while let line = lines.next() {
    if line.isLine(of: .heartbeat), !isHeartbeatWanted { continue }
    if line.isLine(of: .hello), let json = try? JSON(parsing: line.span), json["clock"] != nil {
      lines.waitForEver()
    }
    if interpreter == nil {
      try output.put(line)
    } else if let json = try? JSON(parsing: line.span) {
      var text: [UInt8] = []
      for resource in interpreter?.resources(of: json) ?? [] {
        resource.append(to: &text)
        text.append(UInt8(ascii: "\n"))
      }
      try output.put(text)
    }
    try output.putAway()
  }
  throw lines.failure
}

extension [UInt8] {
  /// Whether it begins as lines of that type do.
  fileprivate func isLine(of type: LineType) -> Bool {
    starts(with: "{\"type\":\"\(type.name)\"".utf8)
  }
}

/// What has to be asked for so that resources can be made of what is wanted.
private func typesForFHIR(_ types: LineTypes?) throws(Failure) -> LineTypes {
  let wanted = types ?? FHIRWriter.types
  guard wanted.isSubset(of: FHIRWriter.types) else {
    throw Failure(
      .usage,
      "found --types with \(wanted.subtracting(FHIRWriter.types).names.joined(separator: ", ")), "
        + "expected with --fhir some of \(FHIRWriter.types.names.joined(separator: ", "))")
  }
  // Ports tell which device sits where.
  return wanted.union(LineTypes(.port))
}

/// The request line, nil where nothing special is wanted.
private func subscription(
  _ types: LineTypes?, _ infants: String?, _ since: String?
) throws(Failure) -> String? {
  var parts: [String] = []
  if let types = types?.union(LineTypes(.heartbeat)) {
    // Without heartbeats a daemon that has nothing to say could not be told from one that hangs.
    parts.append("\"types\":[" + types.names.map(quoted).joined(separator: ",") + "]")
  }
  if let infants {
    let names = infants.split(separator: ",").map { quoted(String($0)) }
    parts.append("\"infants\":[" + names.joined(separator: ",") + "]")
  }
  if let since {
    let halves = since.split(separator: ":")
    guard halves.count == 2, let seq = Int(halves[1]), seq >= 0 else {
      throw Failure(.usage, "found --since “\(since)”, expected STREAM:SEQ")
    }
    parts.append("\"since\":{\"stream\":\(quoted(String(halves[0]))),\"seq\":\(seq)}")
  }
  if parts.isEmpty { return nil }
  return "{\"id\":1,\"subscribe\":{\(parts.joined(separator: ","))}}"
}
