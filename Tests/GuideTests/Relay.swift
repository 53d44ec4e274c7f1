import LinuxIO
import Programs

/// Stands between a subscriber and its daemon, passes everything on, and cuts where it is told.
///
/// It works only while it is asked to, in the test's own thread.
final class Relay {
  private final class Pair {
    let subscriber: UnixStream
    let daemon: UnixStream

    init(_ subscriber: consuming UnixStream, _ daemon: consuming UnixStream) {
      self.subscriber = subscriber
      self.daemon = daemon
    }
  }

  let path: String
  private let target: String
  private let listener: UnixListener
  private var pairs: [Pair] = []
  /// Connections that were taken so far.
  private(set) var connections = 0
  /// So many bytes more pass to the subscribers before all are cut off; nil for no end.
  private var bytesUntilCut: Int?
  private(set) var cuts = 0

  init(to target: String, at path: String) throws {
    self.path = path
    self.target = target
    listener = try UnixListener(path: path)
  }

  /// After so many bytes more, the connections end: most likely within a line.
  func cut(after bytes: Int) { bytesUntilCut = bytes }

  /// Passes on what there is.
  func work() throws {
    while let stream = try listener.accept() {
      guard let daemon = try? UnixStream.connect(to: target) else { continue }
      try daemon.setNonBlocking()
      connections += 1
      pairs.append(Pair(stream, daemon))
    }
    pairs = try pairs.filter { pair in
      guard try pass(pair.subscriber, to: pair.daemon, isCounted: false) else { return false }
      return try pass(pair.daemon, to: pair.subscriber, isCounted: true)
    }
  }

  /// Whether the connection goes on.
  private func pass(
    _ source: borrowing UnixStream, to target: borrowing UnixStream, isCounted: Bool
  ) throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: min(4096, isCounted ? bytesUntilCut ?? 4096 : 4096))
    var space = buffer.mutableSpan
    switch source.read(into: &space) {
    case .bytes(let count):
      var sent = 0
      while sent < count {
        switch target.write(buffer.span.extracting(sent..<count)) {
        case .bytes(let more): sent += more
        case .wouldBlock: BootClock.sleep(until: BootClock.now + 1_000_000)
        case .gone: return false
        }
      }
      guard isCounted, let rest = bytesUntilCut else { return true }
      bytesUntilCut = rest - count > 0 ? rest - count : nil
      if bytesUntilCut == nil { cuts += 1 }
      return bytesUntilCut != nil
    case .nothing: return true
    // A shell's pipe closes its side and goes on listening.
    case .gone(.endOfFile) where !isCounted:
      try? target.finishWriting()
      return true
    case .gone: return false
    }
  }
}
