/// Wakes the thread that waits for it: the side that listens.
///
/// However often it was rung since it was last answered, it is ready once.
public struct Doorbell: ~Copyable, Sendable, Pollable {
  private let descriptor: FileDescriptor

  public var fileNumber: CInt { descriptor.fileNumber }

  public init() throws(Errno) {
    self.descriptor = FileDescriptor(adopting: try Kernel.openEventCount())
  }

  /// A button for another thread to press.
  public func makeButton() throws(Errno) -> DoorbellButton {
    DoorbellButton(descriptor: try FileDescriptor(duplicating: fileNumber))
  }

  /// Makes the bell quiet and says how often it was rung.
  ///
  /// Look for work only afterwards: what is rung for while working then rings again.
  @discardableResult
  public func answer() -> UInt64 {
    Kernel.readCount(fileNumber)
  }
}

/// The side of a `Doorbell` that rings.
public struct DoorbellButton: ~Copyable, Sendable {
  fileprivate let descriptor: FileDescriptor

  /// Never waits: a bell that rings already goes on ringing.
  public func press() {
    Kernel.addToCount(descriptor.fileNumber)
  }
}
