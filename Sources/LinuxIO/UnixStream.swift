/// One end of a connection over a Unix socket.
public struct UnixStream: ~Copyable, Sendable, Pollable {
  private let descriptor: FileDescriptor

  public var fileNumber: CInt { descriptor.fileNumber }

  init(adopting descriptor: consuming FileDescriptor) {
    self.descriptor = descriptor
  }

  /// Connects to the listener at `path`. The stream blocks, until `setNonBlocking`.
  public static func connect(to path: String) throws(Errno) -> UnixStream {
    let descriptor = FileDescriptor(adopting: try Kernel.openStreamSocket(blocking: true))
    try Kernel.connect(descriptor.fileNumber, to: path)
    return UnixStream(adopting: descriptor)
  }

  public func setNonBlocking() throws(Errno) {
    try Kernel.setNonBlocking(fileNumber, true)
  }

  /// Reads what has arrived, at most as many bytes as `buffer` holds.
  public func read(into buffer: inout MutableSpan<UInt8>) -> ReadOutcome {
    descriptor.read(into: &buffer)
  }

  /// Sends some of the bytes; no signal where the peer has gone.
  public func write(_ bytes: Span<UInt8>) -> WriteOutcome {
    do throws(Errno) {
      return .bytes(try Kernel.send(fileNumber, bytes))
    } catch .wouldBlock {
      return .wouldBlock
    } catch {
      precondition(error != .badDescriptor, "a write to a closed descriptor")
      return .gone(.error(error))
    }
  }

  /// Sends all bytes on a stream that blocks.
  public func writeAll(_ bytes: Span<UInt8>) throws(Errno) {
    var sent = 0
    while sent < bytes.count {
      sent += try Kernel.send(fileNumber, bytes.extracting(sent...))
    }
  }

  /// Says that no more will be sent: the peer reads the end of file.
  public func finishWriting() throws(Errno) {
    try Kernel.shutDownOutput(fileNumber)
  }

  /// Who connected, or who listens: the rights that it had at that moment.
  public var peer: PeerCredentials {
    get throws(Errno) { try Kernel.peer(fileNumber) }
  }
}

/// Who is at the other end of a Unix socket, by the kernel's word.
public struct PeerCredentials: Equatable, Sendable {
  public let process: Int32
  public let user: UInt32
  public let group: UInt32
}

/// Two connected ends that do not block. Frozen, so that its owner can take them apart.
@frozen public struct UnixStreamPair: ~Copyable, Sendable {
  public let first: UnixStream
  public let second: UnixStream

  public init() throws(Errno) {
    let (first, second) = try Kernel.openStreamPair()
    self.first = UnixStream(adopting: FileDescriptor(adopting: first))
    self.second = UnixStream(adopting: FileDescriptor(adopting: second))
  }
}
