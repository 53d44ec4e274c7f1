/// Turns one port's bytes into samples; the same samples for any chunking.
public protocol Decoder: Sendable {
  /// Decodes the next bytes of the stream, all of which arrived at `time`.
  ///
  /// Samples are appended to `batch` in frame order. At most `Deframing.sliceLimit` bytes a call.
  mutating func decode(
    _ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp, into batch: inout SampleBatch)

  /// Notes what was written to the port, for protocols whose answers mean nothing without the
  /// question. The others need not care.
  mutating func overhear(_ bytes: Span<UInt8>)

  /// What has been accepted and refused so far.
  var counts: FrameCounts { get }

  /// How evenly the frames arrive; nil where the protocol sends no clock to measure that by.
  ///
  /// It depends on the times of arrival, and so, unlike `counts`, on how the bytes were cut.
  var arrivals: ArrivalStatistics? { get }
}

extension Decoder {
  public var arrivals: ArrivalStatistics? { nil }
}

extension Decoder {
  public mutating func overhear(_ bytes: Span<UInt8>) {}
}

/// Why a candidate frame was refused. The names are those of `ports`, `heartbeat` and `decode`.
public enum Rejection: Int, CaseIterable, Sendable {
  /// Bytes that do not begin a frame.
  case noise
  case checksum
  /// Well framed, with contents that the protocol does not allow.
  case implausible
  case overlong
  /// A frame that was seen before.
  case outOfOrder

  public var name: String {
    switch self {
    case .noise: "noise"
    case .checksum: "checksum"
    case .implausible: "implausible"
    case .overlong: "overlong"
    case .outOfOrder: "out-of-order"
    }
  }
}

/// A decoder's account: every byte fed is in an accepted frame, skipped, or still pending.
public struct FrameCounts: BitwiseCopyable, Equatable, Sendable {
  /// Bytes fed.
  public var bytes = 0
  /// Frames accepted, whether or not they carried a value.
  public var frames = 0
  /// Bytes of accepted frames.
  public var framed = 0
  public var noise = 0
  public var checksum = 0
  public var implausible = 0
  public var overlong = 0
  public var outOfOrder = 0
  /// Frames that the probe numbered and that never arrived.
  public var lost = 0
  /// Times that the probe started anew.
  public var restarts = 0
  /// Frames accepted one directly after the other, up to now.
  public var run = 0
  /// The greatest that `run` has been.
  public var longestRun = 0
  /// Whole packets one directly after the other, where a protocol packs frames.
  public var packets = 0
  /// The greatest that `packets` has been.
  public var mostPackets = 0
  /// Bytes that separate frames: line ends.
  public var separators = 0
  /// Bytes that are kept until more arrive to decide about them.
  public var pending = 0

  public init() {}

  /// Bytes that are in no accepted frame, once the stream has ended.
  public var skipped: Int { bytes - framed }

  /// Bytes that the protocol accounts for, among those decided about.
  public var explained: Int { framed + separators }
  /// Bytes that have been decided about.
  public var decided: Int { bytes - pending }

  public subscript(_ rejection: Rejection) -> Int {
    get {
      switch rejection {
      case .noise: noise
      case .checksum: checksum
      case .implausible: implausible
      case .overlong: overlong
      case .outOfOrder: outOfOrder
      }
    }
    set {
      switch rejection {
      case .noise: noise = newValue
      case .checksum: checksum = newValue
      case .implausible: implausible = newValue
      case .overlong: overlong = newValue
      case .outOfOrder: outOfOrder = newValue
      }
    }
  }

  /// Candidates refused, for whatever reason.
  public var rejected: Int { noise + checksum + implausible + overlong + outOfOrder }

  mutating func count(frameOf length: Int, contiguous: Bool) {
    frames += 1
    framed += length
    run = contiguous ? run + 1 : 1
    if run > longestRun { longestRun = run }
  }

  mutating func countPacket(contiguous: Bool) {
    packets = contiguous ? packets + 1 : 1
    if packets > mostPackets { mostPackets = packets }
  }
}
