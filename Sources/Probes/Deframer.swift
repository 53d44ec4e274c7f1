/// What a candidate frame at the head of the pending bytes turned out to be.
enum Finding {
  /// It may become a frame; more bytes are needed to say.
  case incomplete
  /// A whole frame of so many bytes.
  case frame(length: Int)
  /// Refused: so many bytes are given up, the rest is looked at again.
  case rejected(Rejection, length: Int)
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
protocol Format: Sendable {
  /// No frame, nor any candidate that `examine` calls incomplete, is longer than this.
  static var longestFrame: Int { get }

  /// Judges the candidate that begins at the first of `bytes`, which holds all that has arrived.
  mutating func examine(_ bytes: Span<UInt8>) -> Finding

  /// Takes a whole frame, which `examine` found.
  mutating func accept(
    _ frame: Span<UInt8>, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch)
}

/// Limits that every decoder keeps.
public enum Deframing {
  /// The most bytes that one call of `decode` takes.
  public static let sliceLimit = SampleBatch.capacity
}

/// Cuts a byte stream into the frames of one format: the loop that all decoders share.
///
/// A refused candidate gives back all its bytes but those that the format says can begin nothing.
/// Bytes are kept only until their candidate is decided, at most `longestFrame` of them.
struct Deframer<F: Format>: Decoder {
  private var format: F
  private var pending: [UInt8]
  private var filled = 0
  /// Stream offset of `pending[0]`.
  private var origin = 0
  /// Stream offset at which the last accepted frame ended, separators included.
  private var frameEnd = -1
  private(set) var counts = FrameCounts()

  init(_ format: F) {
    self.format = format
    pending = [UInt8](repeating: 0, count: F.longestFrame + Deframing.sliceLimit)
  }

  mutating func decode(
    _ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp, into batch: inout SampleBatch
  ) {
    precondition(bytes.count <= Deframing.sliceLimit, "fed more than a slice at once")
    append(bytes)
    counts.bytes += bytes.count
    // Copies: the span borrows all of self, and state in registers is a quarter faster.
    var format = format
    var counts = counts
    var frameEnd = frameEnd
    let head = scan(&format, &counts, &frameEnd, port: port, at: time, into: &batch)
    self.format = format
    self.counts = counts
    self.frameEnd = frameEnd
    discard(head)
  }

  /// Decides every candidate that can be decided; returns the place of the first that cannot.
  private func scan(
    _ format: inout F, _ counts: inout FrameCounts, _ frameEnd: inout Int, port: PortIndex,
    at time: Timestamp, into batch: inout SampleBatch
  ) -> Int {
    let bytes = pending.span
    var head = 0
    while head < filled {
      let offset = origin + head
      switch format.examine(bytes.extracting(head..<filled)) {
      case .incomplete:
        precondition(filled - head <= F.longestFrame, "a candidate outgrew its format's bound")
        return head
      case .frame(let length):
        let context = FrameContext(
          port: port, time: time, offset: offset, contiguous: offset == frameEnd)
        counts.frames += 1
        counts.framed += length
        counts.run = context.contiguous ? counts.run + 1 : 1
        format.accept(
          bytes.extracting(head..<(head + length)), context, counts: &counts, into: &batch)
        head += length
        frameEnd = offset + length
      case .rejected(let reason, let length):
        counts[reason] += 1
        head += length
      case .separator(let length):
        if frameEnd == offset { frameEnd += length }
        head += length
      }
    }
    return head
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
    origin += count
  }
}
