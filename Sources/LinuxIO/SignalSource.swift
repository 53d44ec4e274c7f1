import Glibc

/// A signal that a program can be sent.
public struct Signal: Hashable, Sendable, CustomStringConvertible {
  public let rawValue: CInt

  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  public static let hangUp = Signal(rawValue: SIGHUP)
  public static let interrupt = Signal(rawValue: SIGINT)
  public static let kill = Signal(rawValue: SIGKILL)
  public static let pipe = Signal(rawValue: SIGPIPE)
  public static let terminate = Signal(rawValue: SIGTERM)
  public static let child = Signal(rawValue: SIGCHLD)
  public static let user1 = Signal(rawValue: SIGUSR1)
  public static let user2 = Signal(rawValue: SIGUSR2)
  public static let windowChange = Signal(rawValue: SIGWINCH)

  /// Such as SIGTERM.
  public var description: String {
    switch self {
    case .hangUp: "SIGHUP"
    case .interrupt: "SIGINT"
    case .kill: "SIGKILL"
    case .pipe: "SIGPIPE"
    case .terminate: "SIGTERM"
    case .child: "SIGCHLD"
    case .user1: "SIGUSR1"
    case .user2: "SIGUSR2"
    case .windowChange: "SIGWINCH"
    default: "signal \(rawValue)"
    }
  }

  /// Makes the signal have no effect.
  ///
  /// Ignoring `pipe` turns writing to a closed pipe into the error `EPIPE`.
  public func ignore() {
    Kernel.ignoreSignal(rawValue)
  }

  /// Sends it to the calling thread alone.
  public func raise() throws(Errno) {
    try Kernel.raiseSignal(rawValue)
  }
}

/// Signals as events, to be waited for like any other.
///
/// They are blocked for the thread that makes the source and for all that it starts: make it first
/// in `main`, or another thread will take them by their old effect.
public struct SignalSource: ~Copyable, Sendable, Pollable {
  private let descriptor: FileDescriptor

  public var fileNumber: CInt { descriptor.fileNumber }

  public init(_ signals: [Signal]) throws(Errno) {
    self.descriptor = FileDescriptor(
      adopting: try Kernel.openSignals(signals.map(\.rawValue)))
  }

  /// The next signal that has arrived, nil where there is none.
  public func next() -> Signal? {
    Kernel.nextSignal(fileNumber).map(Signal.init)
  }
}
