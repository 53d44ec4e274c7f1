public import Probes

/// One line of a capture: what happened, when, and where in the file it stands.
///
/// The bytes that belong to it (those read or written, a command's or a note's text) travel beside
/// it in a span, so that a record costs no allocation.
public struct CaptureRecord: Equatable, Sendable {
  /// Stream time; a header line carries that of the record before it.
  public var time: Timestamp
  /// Line number in the file, from 1.
  public var line: Int
  public var kind: Kind

  public enum Kind: Equatable, Sendable {
    /// When the recording began: what stream time zero was on the wall clock.
    case recorded(WallTime)
    /// A port that the following records speak of.
    case port(PortDeclaration)
    case infant(InfantDeclaration)
    /// Free text.
    case note
    case attached(PortIndex)
    case detached(PortIndex)
    /// Bytes that came from the probe, in one read.
    case read(PortIndex)
    /// Bytes that went to the probe.
    case written(PortIndex)
    /// A command of the control socket, as JSON text.
    case command
    /// The wall clock moved against the monotonic clock.
    case clockStep(nanoseconds: Int64)
    /// Time went by: everything up to here has been recorded.
    case passed
  }

  public init(time: Timestamp, line: Int, kind: Kind) {
    self.time = time
    self.line = line
    self.kind = kind
  }
}

/// A `#port` line.
public struct PortDeclaration: Equatable, Sendable {
  public var number: PortIndex
  /// `device`, `protocol`, `line`, `infant`, `parent`, `site`, `channel-2`, and keys that no one
  /// here knows yet.
  public var attributes: CaptureAttributes

  public init(number: PortIndex, attributes: CaptureAttributes) {
    self.number = number
    self.attributes = attributes
  }
}

/// An `#infant` line.
public struct InfantDeclaration: Equatable, Sendable {
  public var name: String
  public var attributes: CaptureAttributes

  public init(name: String, attributes: CaptureAttributes) {
    self.name = name
    self.attributes = attributes
  }
}

/// The `key=value` pairs of a header line, in their order; no key occurs twice.
public struct CaptureAttributes: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Pair: Equatable, Sendable {
    public var key: String
    public var value: String
  }

  public private(set) var pairs: [Pair] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, String)...) {
    for (key, value) in elements { self[key] = value }
  }

  public subscript(key: String) -> String? {
    get { pairs.first { $0.key == key }?.value }
    set {
      let place = pairs.firstIndex { $0.key == key }
      switch (place, newValue) {
      case (let place?, let value?): pairs[place].value = value
      case (let place?, nil): pairs.remove(at: place)
      case (nil, let value?): pairs.append(Pair(key: key, value: value))
      case (nil, nil): break
      }
    }
  }
}

/// Limits of the capture format.
public enum CaptureLimits {
  /// The longest line, without its LF.
  public static let line = 65_536
  /// The most bytes that one `<` or `>` line can carry, with the longest time and port before them.
  public static let bytesPerRecord = (line - 32) / 2
}

/// A capture that is damaged: the line, and a sentence that says what was found and expected.
///
/// Whoever knows the file's name writes `FILE:LINE: message`.
public struct CaptureError: Error, Equatable, CustomStringConvertible {
  public var line: Int
  public var message: String

  public init(line: Int, message: String) {
    self.line = line
    self.message = message
  }

  public var description: String { "\(line): \(message)" }
}
