/// Tells which kind of probe sends a stream of bytes, by listening alone.
///
/// Every candidate decodes the same bytes. One qualifies when enough of its frames touched each
/// other and its frames explain nine bytes in ten; exactly one must, else nothing is said. The
/// verdict depends on the bytes so far and not on how they were cut.
public struct Detector: Sendable {
  /// What speaks for one candidate.
  public struct Evidence: Sendable {
    public let model: ProbeModel
    /// Frames accepted.
    public let frames: Int
    /// The most frames, packets or lines that came one directly after the other.
    public let run: Int
    /// How many it takes.
    public let threshold: Int
    /// Bytes in its frames and between them, of those that it has decided about.
    public let explained: Int
    public let decided: Int

    /// Whether the candidate may be the one.
    public var qualifies: Bool { run >= threshold && explained * 10 >= decided * 9 }

    /// Explained bytes in a hundred.
    public var percentExplained: Int { decided == 0 ? 0 : explained * 100 / decided }
  }

  private struct Candidate {
    let model: ProbeModel
    let detection: Detection
    var decoder: any Decoder
  }

  private var candidates: [Candidate] = []
  private var batch = SampleBatch()

  /// Listens for the probes that use `line`; for every probe where the line is not known.
  public init(line: LineSettings? = nil) {
    for model in ProbeModel.all {
      guard let detection = model.detection else { continue }
      if let line, !detection.lines.contains(line) { continue }
      candidates.append(
        Candidate(model: model, detection: detection, decoder: model.makeDecoder()))
    }
  }

  /// Takes the next bytes of the stream, any number of them.
  public mutating func listen(to bytes: Span<UInt8>) {
    var start = 0
    while start < bytes.count {
      let end = Swift.min(start + Deframing.sliceLimit, bytes.count)
      for index in candidates.indices {
        candidates[index].decoder.decode(
          bytes.extracting(start..<end), port: 0, at: .zero, into: &batch)
        batch.removeAll()
      }
      start = end
    }
  }

  /// The one candidate that qualifies; nil where none does, or more than one.
  public var verdict: ProbeModel? {
    var found: ProbeModel?
    for evidence in evidence where evidence.qualifies {
      if found != nil { return nil }
      found = evidence.model
    }
    return found
  }

  /// What speaks for each candidate, in the order of the table.
  public var evidence: [Evidence] {
    candidates.map { candidate in
      let counts = candidate.decoder.counts
      return Evidence(
        model: candidate.model, frames: counts.frames, run: candidate.detection.longest(counts),
        threshold: candidate.detection.count, explained: counts.explained,
        decided: counts.decided)
    }
  }

  /// Forgets all that was heard: for another dwell, or when a probe was exchanged for another.
  public mutating func restart() {
    for index in candidates.indices {
      candidates[index].decoder = candidates[index].model.makeDecoder()
    }
  }

  /// One line setting to listen at, and for how long.
  public struct Stop: Sendable {
    public let line: LineSettings
    public let seconds: Int

    public init(line: LineSettings, seconds: Int) {
      self.line = line
      self.seconds = seconds
    }
  }

  /// The line settings to try in turn on a port of which nothing is known.
  ///
  /// At each setting as long as the slowest of its probes needs.
  public static let round: [Stop] = {
    var stops: [Stop] = []
    for detection in ProbeModel.all.compactMap(\.detection) {
      for line in detection.lines {
        let known = stops.firstIndex { $0.line == line }
        let seconds = Swift.max(detection.dwellSeconds, known.map { stops[$0].seconds } ?? 0)
        if let known { stops.remove(at: known) }
        stops.insert(Stop(line: line, seconds: seconds), at: known ?? stops.count)
      }
    }
    return stops
  }()
}
