/// The kinds of line in the event stream (contract, section 2).
public enum LineType: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case hello, port, infant, sample, assessment, alarm, session, mark, heartbeat, clock, gap, live
  case reply, error, bye, wire

  public var name: String {
    switch self {
    case .hello: "hello"
    case .port: "port"
    case .infant: "infant"
    case .sample: "sample"
    case .assessment: "assessment"
    case .alarm: "alarm"
    case .session: "session"
    case .mark: "mark"
    case .heartbeat: "heartbeat"
    case .clock: "clock"
    case .gap: "gap"
    case .live: "live"
    case .reply: "reply"
    case .error: "error"
    case .bye: "bye"
    case .wire: "wire"
    }
  }

  public init?(name: String) {
    guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }

  /// What a subscriber can choose; the others are made for it alone, as they are needed.
  public static let choosable: [LineType] = [
    .port, .infant, .sample, .assessment, .alarm, .session, .mark, .heartbeat, .clock, .wire,
  ]
}

/// A set of line types.
public struct LineTypes: OptionSet, BitwiseCopyable, Hashable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(_ type: LineType) { rawValue = 1 << UInt32(type.rawValue) }

  public func contains(_ type: LineType) -> Bool { contains(LineTypes(type)) }

  /// What a subscriber gets that asks for nothing: all but the probes' own traffic.
  public static let usual: LineTypes = LineType.choosable.reduce(into: []) { types, type in
    switch type {
    case .sample, .wire, .infant: break
    default: types.insert(LineTypes(type))
    }
  }

  /// What a replay prints: what happened, not what keeps a connection alive.
  public static let events: LineTypes = usual.subtracting(LineTypes(.heartbeat))

  /// Lines that are never dropped for a slow subscriber.
  public static let vital: LineTypes = [
    LineTypes(.alarm), LineTypes(.session), LineTypes(.mark),
  ]

  public var names: [String] {
    LineType.allCases.filter { contains($0) }.map(\.name)
  }
}
