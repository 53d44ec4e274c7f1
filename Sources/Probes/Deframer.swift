/// What a candidate frame at the head of the undecided bytes turned out to be.
enum Finding<Content> {
  /// It may become a frame; more bytes are needed to say.
  case incomplete
  /// A whole frame of so many bytes, and what it says.
  case frame(length: Int, Content)
  /// Refused: so many bytes are given up, the rest is looked at again.
  case rejected(Rejection, length: Int)
  /// So many more bytes of what has been refused already.
  case skipped(length: Int)
  /// So many bytes that separate frames and mean nothing.
  case separator(length: Int)
}

/// Where and when a frame arrived.
struct FrameContext {
  var port: PortIndex
  var time: Timestamp
  /// Offset of the frame's first byte in the port's stream.
  var offset: Int
  /// Whether the frame before this one ended where this one begins, separators aside.
  var contiguous: Bool
}

/// One protocol: how its frames are told from other bytes, and what they say.
///
/// A new one is a file in `Formats` whose comment is its data sheet, a row in `ProbeModel.all`, its
/// name at `Deframer.decode`, and a stream among the fixtures of the tests.
protocol Format: Sendable {
  /// What one frame says, taken from its bytes.
  associatedtype Content

  /// No frame, nor any candidate that `examine` calls incomplete, is longer than this.
  static var longestFrame: Int { get }

  /// Judges the candidate that begins at the first of `bytes`, which holds all that has arrived.
  ///
  /// Called again with more bytes for as long as it answers `incomplete`.
  mutating func examine(_ bytes: Span<UInt8>) -> Finding<Content>

  /// Takes what a frame says, once for each frame that `examine` found.
  mutating func accept(
    _ content: Content, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch)

  /// How evenly frames arrive, where they carry a clock of the probe's own.
  var arrivals: ArrivalStatistics? { get }
}

extension Format {
  var arrivals: ArrivalStatistics? { nil }
}

/// Limits that every decoder keeps.
public enum Deframing {
  /// The most bytes that one call of `decode` takes.
  public static let sliceLimit = SampleBatch.capacity
}

/// Cuts a byte stream into the frames of one format: the loop that all decoders share.
///
/// A refused candidate gives back all its bytes but those that the format says can begin nothing.
/// Frames are looked for in the bytes as they arrive; only a candidate that is cut off by their
/// end is kept, at most `longestFrame` bytes of it.
struct Deframer<F: Format>: Decoder {
  private var format: F
  /// The undecided candidate, and room for the bytes that decide it.
  private var pending: [UInt8]
  private var filled = 0
  /// Stream offset of the first undecided byte.
  private var origin = 0
  /// Stream offset at which the last accepted frame ended, separators included.
  private var frameEnd = -1
  private(set) var counts = FrameCounts()
  var arrivals: ArrivalStatistics? { format.arrivals }

  init(_ format: F) {
    self.format = format
    pending = [UInt8](repeating: 0, count: 2 * F.longestFrame)
  }

  // Callers hold `any Decoder` and reach generic code, which is three to ten times slower than
  // code made for one format: every format of the table is named here.
  @specialized(where F == KMC1)
  @specialized(where F == ContecV7)
  @specialized(where F == Contec5)
  @specialized(where F == NoninPackets)
  @specialized(where F == NoninDF8)
  @specialized(where F == NoninDF13)
  @specialized(where F == Lines<NoninASCII>)
  @specialized(where F == Lines<MasimoASCII1>)
  @specialized(where F == Lines<Nellcor>)
  @specialized(where F == ANSARB)
  @specialized(where F == Lines<GiraffeIncubator>)
  @specialized(where F == Lines<GiraffeWarmer>)
  @specialized(where F == IsoletteC2000)
  @specialized(where F == Lines<PapouchTM>)
  @specialized(where F == Lines<TSM125>)
  @specialized(where F == TEMPerX232)
  mutating func decode(
    _ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp, into batch: inout SampleBatch
  ) {
    precondition(bytes.count <= Deframing.sliceLimit, "fed more than a slice at once")
    // A copy: state in registers is a quarter faster, and the spans below borrow all of self.
    var scan = Scan(
      format: format, counts: counts, origin: origin, frameEnd: frameEnd, port: port, time: time)
    scan.counts.bytes += bytes.count
    let taken = finishPending(bytes, &scan, &batch)
    if let taken {
      let head = scan.decide(bytes.extracting(taken...), startingBefore: .max, into: &batch)
      keep(bytes.extracting((taken + head)...))
    }
    format = scan.format
    origin = scan.origin
    frameEnd = scan.frameEnd
    scan.counts.pending = filled
    counts = scan.counts
  }

  /// Decides the candidates that begin in the pending bytes.
  ///
  /// Returns the place in `bytes` at which the next candidate begins, nil where all of `bytes` is
  /// not enough to decide and has become pending.
  private mutating func finishPending(
    _ bytes: Span<UInt8>, _ scan: inout Scan<F>, _ batch: inout SampleBatch
  ) -> Int? {
    guard filled > 0 else { return 0 }
    let before = filled
    let added = Swift.min(bytes.count, F.longestFrame)
    append(bytes.extracting(..<added))
    let head = scan.decide(
      pending.span.extracting(..<filled), startingBefore: before, into: &batch)
    if head >= before {
      filled = 0
      return head - before
    }
    precondition(added == bytes.count, "a candidate outgrew its format's bound")
    discard(head)
    return nil
  }

  private mutating func keep(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= F.longestFrame, "a candidate outgrew its format's bound")
    filled = 0
    append(bytes)
  }

  private mutating func append(_ bytes: Span<UInt8>) {
    let start = filled
    var storage = pending.mutableSpan
    for index in bytes.indices { storage[start &+ index] = bytes[index] }
    filled += bytes.count
  }

  private mutating func discard(_ count: Int) {
    guard count > 0 else { return }
    let rest = filled - count
    var storage = pending.mutableSpan
    for index in 0..<rest { storage[index] = storage[count &+ index] }
    filled = rest
  }
}

/// One pass over a slice of the stream.
private struct Scan<F: Format> {
  var format: F
  var counts: FrameCounts
  /// Stream offset of the first undecided byte.
  var origin: Int
  var frameEnd: Int
  let port: PortIndex
  let time: Timestamp

  /// Decides every candidate that begins before `limit` and can be decided.
  ///
  /// Returns the place of the first that is left.
  mutating func decide(
    _ bytes: Span<UInt8>, startingBefore limit: Int, into batch: inout SampleBatch
  ) -> Int {
    let limit = Swift.min(limit, bytes.count)
    var head = 0
    while head < limit {
      switch format.examine(bytes.extracting(head...)) {
      case .incomplete:
        return head
      case .frame(let length, let content):
        let context = FrameContext(
          port: port, time: time, offset: origin, contiguous: origin == frameEnd)
        counts.count(frameOf: length, contiguous: context.contiguous)
        format.accept(content, context, counts: &counts, into: &batch)
        head += length
        origin += length
        frameEnd = origin
      case .rejected(let reason, let length):
        counts[reason] += 1
        head += length
        origin += length
      case .skipped(let length):
        head += length
        origin += length
      case .separator(let length):
        counts.separators += length
        if frameEnd == origin { frameEnd += length }
        head += length
        origin += length
      }
    }
    return head
  }
}
