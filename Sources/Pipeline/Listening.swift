import Probes

/// Finds out which probe is on a port, by listening at one line setting after the other.
///
/// Nothing is ever written, and the port is not opened anew: that alone would act on the probe.
struct Listening {
  /// A port of which nothing is known, or whose line the configuration gives.
  enum Step {
    /// Nothing to do.
    case goOn
    /// Exactly one kind of probe explains what was heard.
    case recognised(ProbeModel, evidence: String)
    /// Listen at this setting from now on.
    case change(LineSettings)
  }

  private let stops: [Detector.Stop]
  private var stop: Int
  private var since: Timestamp
  private var detector: Detector

  /// `line`: the one setting to listen at, where it is known; `first`: the one to begin with.
  init(line: LineSettings?, first: LineSettings? = nil, at now: Timestamp) {
    stops = line.map { [Detector.Stop(line: $0, seconds: 32)] } ?? Detector.round
    stop = stops.firstIndex { $0.line == first } ?? 0
    since = now
    detector = Detector(line: line == nil ? stops[stop].line : nil)
  }

  /// The setting of the moment.
  var line: LineSettings { stops[stop].line }

  mutating func hear(_ bytes: Span<UInt8>) -> Step {
    detector.listen(to: bytes)
    guard let model = detector.verdict else { return .goOn }
    let evidence = detector.evidence.first { $0.model.name == model.name }
    return .recognised(
      model,
      evidence: "\(model.name) recognised at \(line.text): \(evidence?.run ?? 0) in a row, "
        + "\(evidence?.percentExplained ?? 0) % of the bytes explained")
  }

  /// Time went by: after a while it is the next setting's turn.
  mutating func pass(to now: Timestamp) -> Step {
    guard now.since(since) >= Int64(stops[stop].seconds) * 1_000_000_000 else { return .goOn }
    since = now
    stop = (stop + 1) % stops.count
    if stops.count == 1 {
      detector.restart()
      return .goOn
    }
    detector = Detector(line: line)
    return .change(line)
  }
}
