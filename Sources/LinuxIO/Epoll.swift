import CLinux

/// Waits for many descriptors at once; waking up allocates nothing.
///
///     let count = try epoll.wait(milliseconds: nil)
///     for index in 0..<count { serve(epoll[index]) }
public struct Epoll: ~Copyable, Sendable {
  /// Events told in one wake-up; those beyond it follow in the next.
  public static let greatestWake = Kernel.epollWaitLimit

  /// What a descriptor is ready for. Hang-ups and errors are reported unasked.
  public struct Readiness: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let input = Readiness(rawValue: EPOLLIN.rawValue)
    public static let output = Readiness(rawValue: EPOLLOUT.rawValue)
    public static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
    public static let error = Readiness(rawValue: EPOLLERR.rawValue)
  }

  /// One descriptor's readiness.
  public struct Event: Equatable, Sendable {
    /// The number under which the descriptor was added.
    public let token: UInt64
    public let readiness: Readiness

    public init(token: UInt64, readiness: Readiness) {
      self.token = token
      self.readiness = readiness
    }
  }

  private let descriptor: FileDescriptor
  private var events = [clinux_event](repeating: clinux_event(), count: Epoll.greatestWake)
  private var count = 0

  public init() throws(Errno) {
    self.descriptor = FileDescriptor(adopting: try Kernel.openEpoll())
  }

  /// Waits for `source` too, as long as its descriptor is open.
  public func add(
    _ source: borrowing some Pollable & ~Copyable, for readiness: Readiness, token: UInt64
  ) throws(Errno) {
    try Kernel.epollAdd(descriptor.fileNumber, source.fileNumber, readiness.rawValue, token)
  }

  public func modify(
    _ source: borrowing some Pollable & ~Copyable, for readiness: Readiness, token: UInt64
  ) throws(Errno) {
    try Kernel.epollModify(descriptor.fileNumber, source.fileNumber, readiness.rawValue, token)
  }

  /// Waits for it no longer. Closing a descriptor does so too.
  public func remove(_ source: borrowing some Pollable & ~Copyable) throws(Errno) {
    try Kernel.epollRemove(descriptor.fileNumber, source.fileNumber)
  }

  /// Returns how many events there are: 0 once the time is up. Nil waits for ever.
  ///
  /// A signal that interrupts starts the time anew.
  public mutating func wait(milliseconds: Int?) throws(Errno) -> Int {
    count = 0
    count = try Kernel.epollWait(descriptor.fileNumber, &events, milliseconds: milliseconds)
    return count
  }

  /// The events of the last wait.
  public subscript(index: Int) -> Event {
    precondition(index < count, "the last wake-up told of \(count) events")
    let event = events[index]
    return Event(token: event.token, readiness: Readiness(rawValue: event.readiness))
  }
}
