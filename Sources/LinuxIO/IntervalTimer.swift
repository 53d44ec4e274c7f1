/// Becomes ready at times of the boot clock, which goes on while the machine is suspended.
public struct IntervalTimer: ~Copyable, Sendable, Pollable {
  private let descriptor: FileDescriptor

  public var fileNumber: CInt { descriptor.fileNumber }

  /// A timer that is not set.
  public init() throws(Errno) {
    self.descriptor = FileDescriptor(adopting: try Kernel.openTimer())
  }

  /// Expires at `first` on the boot clock and then every `interval`, both in nanoseconds.
  ///
  /// A `first` that is past expires at once, together with the intervals since. An interval of 0
  /// expires once only.
  public func start(first: Int64, interval: Int64) throws(Errno) {
    precondition(first > 0 && interval >= 0, "a timer expires after the boot, and then later")
    try Kernel.setTimer(fileNumber, first: first, interval: interval)
  }

  public func stop() throws(Errno) {
    try Kernel.setTimer(fileNumber, first: 0, interval: 0)
  }

  /// Makes the timer quiet and says how many expirations there were since the last call.
  @discardableResult
  public func expirations() -> UInt64 {
    Kernel.readCount(fileNumber)
  }
}
