/// Talks with a probe that stays silent unless it is asked.
///
/// A value without clock or descriptor: whoever owns the port tells it what is heard, and does what
/// `next` says until that is to wait. It yields no samples. Those come from the probe's decoder,
/// which overhears both sides of the conversation, live and in a replay alike.
///
/// A dialogue lasts as long as its port is open. Nothing in it allocates, and nothing in it waits
/// for an answer without end.
public protocol Dialogue: Sendable {
  /// Takes what the probe said.
  mutating func hear(_ bytes: Span<UInt8>, at time: Timestamp)

  /// What is to be done now; asked again, once that is done, until it is to wait.
  mutating func next(at time: Timestamp) -> Act

  /// Last words, before a port is closed in good order; nil where there are none.
  func farewell() -> Utterance?

  /// What has gone wrong so far.
  var failures: Failures { get }
}

/// What a dialogue wants done.
public enum Act: Sendable {
  /// Change the line's settings; what was heard and not told yet is void.
  case change(LineSettings)
  /// Write this, all of it, before anything else.
  case say(Utterance)
  /// Nothing before this time, unless something is heard.
  case wait(until: Timestamp)
}

/// Bytes to be written at once, at most 160 of them.
public struct Utterance: BitwiseCopyable, Sendable {
  /// 19 bytes of 1-Wire, a character a bit, are 152.
  public static let capacity = 160

  /// Only the first `count` mean anything.
  public private(set) var bytes = InlineArray<160, UInt8>(repeating: 0)
  public private(set) var count = 0

  public init() {}

  init(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    precondition(count < Self.capacity, "an utterance holds \(Self.capacity) bytes")
    bytes[count] = byte
    count += 1
  }

  subscript(_ index: Int) -> UInt8 {
    precondition(index < count, "an utterance of \(count) bytes has no byte \(index)")
    return bytes[index]
  }
}

/// Why a question got no useful answer.
public enum Failure: Int, CaseIterable, Sendable, CustomStringConvertible {
  case silence, nobody, shortCircuit, echo, loopBack, adapter, checksum, implausible, absent
  case refused

  /// Whether the others on the same bus can be well.
  var isOfOneSensor: Bool {
    switch self {
    case .checksum, .implausible, .absent: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .silence: "no answer"
    case .nobody: "no thermometer on the bus"
    case .shortCircuit: "the bus is shorted"
    case .echo: "the bus does not say what was written: a broken line, or another master"
    case .loopBack: "the adapter only echoes: not a DS2480B"
    case .adapter: "the adapter answers as no DS2480B does"
    case .checksum: "answers arrive damaged"
    case .implausible: "answers are impossible"
    case .absent: "a thermometer does not answer"
    case .refused: "the probe refuses or has stopped"
    }
  }
}

/// A dialogue's account of what went wrong.
public struct Failures: Sendable {
  private var counts = InlineArray<10, Int>(repeating: 0)
  /// What is wrong now; nil once the probe has answered well.
  public private(set) var present: Failure?

  public init() {}

  public subscript(_ failure: Failure) -> Int { counts[failure.rawValue] }

  public var total: Int {
    var total = 0
    for index in counts.indices { total += counts[index] }
    return total
  }

  mutating func count(_ failure: Failure) {
    counts[failure.rawValue] += 1
    // Of several sensors with troubles of their own the first is told, and not all in turn.
    if let present, present.isOfOneSensor, failure.isOfOneSensor { return }
    present = failure
  }

  mutating func end() { present = nil }
}

/// How long to leave a probe alone that has failed: 1, 2, 4, then 8 seconds.
struct BackOff: Sendable {
  private static let longest: Int64 = 8000
  private var milliseconds: Int64 = 1000

  mutating func lengthen() -> Int64 {
    defer { milliseconds = Swift.min(2 * milliseconds, Self.longest) }
    return milliseconds
  }

  mutating func end() { self = BackOff() }
}

extension Timestamp {
  func after(milliseconds: Int64) -> Timestamp { advanced(by: milliseconds &* 1_000_000) }
}
