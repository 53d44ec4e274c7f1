import EventStream
import LinuxIO
import Probes

extension Kangaroo.Command {
  static let decode = Kangaroo.Command(
    name: "decode", synopsis: "--protocol NAME|auto [FILE]",
    summary: "raw bytes of a probe to sample lines and a summary", run: runDecode)
}

private func runDecode(_ arguments: inout Arguments) throws(Failure) {
  guard let name = try arguments.takeOption("--protocol") else {
    throw Failure(.usage, "decode needs --protocol, one of auto, \(protocolNames)")
  }
  let path = arguments.next() ?? "-"
  try arguments.finish()
  if name == "auto" { return try decodeUnknown(path) }
  guard let model = ProbeModel.named(name) else {
    throw Failure(.usage, "found protocol “\(name)”, expected one of auto, \(protocolNames)")
  }
  var printer = SamplePrinter(model)
  var input = try InputFile(path)
  while case let count = try input.next(), count > 0 {
    let bytes = input.bytes
    try printer.take(bytes.span.extracting(0..<count))
  }
  try printer.finish()
}

private var protocolNames: String { ProbeModel.all.map(\.name).joined(separator: ", ") }

/// Listens to the whole file first; what it heard stays in memory, up to a bound.
private func decodeUnknown(_ path: String) throws(Failure) {
  var detector = Detector()
  var input = try InputFile(path)
  var heard: [UInt8] = []
  while case let count = try input.next(), count > 0 {
    let bytes = input.bytes
    detector.listen(to: bytes.span.extracting(0..<count))
    heard.append(contentsOf: bytes[0..<count])
    guard heard.count <= 1 << 28 else {
      throw Failure(.damagedInput, "\(input.name) has more than 256 MiB, expected less for auto")
    }
  }
  var writer = LineWriter()
  var output = StandardOutput()
  for evidence in detector.evidence where evidence.frames > 0 {
    writer.begin("evidence")
    writer.word("protocol", evidence.model.name)
    writer.integer("frames", evidence.frames)
    writer.integer("run", evidence.run)
    writer.integer("threshold", evidence.threshold)
    writer.integer("percent_explained", evidence.percentExplained)
    writer.flag("qualifies", evidence.qualifies)
    writer.end()
    try output.put(writer.line)
  }
  writer.begin("detected")
  writer.word("protocol", detector.verdict?.name ?? "none")
  writer.end()
  try output.put(writer.line)
  try output.putAway()
  guard let model = detector.verdict else {
    throw Failure(.damagedInput, "\(input.name) holds no protocol that can be told for certain")
  }
  var printer = SamplePrinter(model)
  try printer.take(heard.span)
  try printer.finish()
}

/// Prints the samples of one decoder, and in the end its account.
private struct SamplePrinter: ~Copyable {
  private var decoder: any Decoder
  private var batch = SampleBatch()
  private var writer = LineWriter()
  private var output = StandardOutput()

  init(_ model: ProbeModel) { decoder = model.makeDecoder() }

  mutating func take(_ bytes: Span<UInt8>) throws(Failure) {
    var start = 0
    while start < bytes.count {
      let end = min(start + Deframing.sliceLimit, bytes.count)
      decoder.decode(bytes.extracting(start..<end), port: 0, at: .zero, into: &batch)
      for place in 0..<batch.count {
        let sample = batch.samples[place]
        writer.begin("sample")
        writer.integer("offset", batch.offsets[place])
        if sample.site != .unknown { writer.word("site", sample.site.name) }
        writer.describe(sample, mdc: nil)
        writer.end()
        try output.put(writer.line)
      }
      batch.removeAll()
      start = end
    }
  }

  mutating func finish() throws(Failure) {
    let counts = decoder.counts
    writer.begin("summary")
    writer.integer("bytes", counts.bytes)
    writer.integer("frames", counts.frames)
    writer.integer("skipped", counts.skipped)
    writer.beginObject("rejected")
    for reason in Rejection.allCases where counts[reason] > 0 {
      writer.integer(reason.name, counts[reason])
    }
    writer.endObject()
    if counts.lost > 0 { writer.integer("lost", counts.lost) }
    if counts.restarts > 0 { writer.integer("restarts", counts.restarts) }
    if counts.outOfOrder > 0 { writer.integer("duplicates", counts.outOfOrder) }
    writer.end()
    try output.put(writer.line)
    try output.putAway()
  }
}
