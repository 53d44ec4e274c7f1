/// A Unix stream socket that others connect to; its path is removed at the end of its life.
public struct UnixListener: ~Copyable, Sendable, Pollable {
  /// Bytes that a socket's path may have: the kernel keeps 108, with the closing NUL.
  public static let greatestPath = 107

  /// What a listener of our own is made with, and made anew.
  private struct Plan {
    let path: String
    let mode: UInt32
    let group: String?
  }

  private let descriptor: FileDescriptor
  /// Nil where another process, such as systemd, has made the socket and keeps it.
  private let plan: Plan?
  private var place: SocketPlace?

  public var fileNumber: CInt { descriptor.fileNumber }

  /// Listens at `path` with the permissions `mode`, for the members of `group` if one is named.
  ///
  /// A socket that a dead daemon left is taken over; a live one's, or what is no socket, is left
  /// alone. `path` + ".lock" keeps two that start at once from taking it from each other.
  public init(
    path: String, mode: UInt32 = 0o660, group: String? = nil
  ) throws(UnixListenerError) {
    guard path.utf8.count <= UnixListener.greatestPath else { throw .pathTooLong(path) }
    let lock = try SocketLock(for: path)
    try UnixListener.clear(path)
    let descriptor = try attempt(path, "made") { () throws(Errno) in
      FileDescriptor(adopting: try Kernel.openStreamSocket(blocking: false))
    }
    let place = try SocketPlace(binding: descriptor, to: path, lock: lock)
    try UnixListener.admit(to: path, mode: mode, group: group)
    try attempt(path, "listened at") { () throws(Errno) in
      try Kernel.listen(descriptor.fileNumber)
    }
    self.plan = Plan(path: path, mode: mode, group: group)
    self.place = consume place
    self.descriptor = descriptor
  }

  /// How the socket's path is found to be.
  public enum Standing: Equatable, Sendable {
    /// Ours, or not ours to look after.
    case inPlace
    case missing
    /// Something else is there.
    case replaced
  }

  /// Whether those who connect to the path still come to this socket.
  public var standing: Standing {
    guard let plan else { return .inPlace }
    guard let now = try? Kernel.status(ofPath: plan.path) else { return .missing }
    return place?.isIt(now) == true ? .inPlace : .replaced
  }

  /// Makes the socket anew at its path; what comes to the old one is lost, so accept that before.
  ///
  /// Where that cannot be, the old one goes on, and this can be tried again.
  public mutating func restore() throws(UnixListenerError) {
    guard let plan else { return }
    // The lock goes with it: a new one is taken like anybody else's.
    place = nil
    self = try UnixListener(path: plan.path, mode: plan.mode, group: plan.group)
  }

  /// Takes over a listening socket that was inherited, such as by socket activation.
  ///
  /// Its path stays: it is not ours to remove. Nil where the descriptor is no such socket.
  public init?(adopting descriptor: consuming FileDescriptor) throws(Errno) {
    let descriptor = descriptor
    guard Kernel.isStreamListener(descriptor.fileNumber) else { return nil }
    try Kernel.setNonBlocking(descriptor.fileNumber, true)
    try Kernel.setCloseOnExec(descriptor.fileNumber)
    self.plan = nil
    self.place = nil
    self.descriptor = descriptor
  }

  /// The next connection, nil where none waits.
  ///
  /// Throws `tooManyOpen` and its kin while descriptors are short: the connection goes on waiting,
  /// so stop waiting for the listener for a while.
  public func accept() throws(Errno) -> UnixStream? {
    while true {
      do throws(Errno) {
        return UnixStream(adopting: FileDescriptor(adopting: try Kernel.accept(fileNumber)))
      } catch .wouldBlock {
        return nil
      } catch .connectionAborted {
        continue
      }
    }
  }

  /// Removes the socket that a dead daemon left at `path`.
  private static func clear(_ path: String) throws(UnixListenerError) {
    let status: FileStatus
    do throws(Errno) {
      status = try Kernel.status(ofPath: path)
    } catch .noSuchFile {
      return
    } catch {
      throw UnixListenerError(error, path: path, doing: "examined")
    }
    guard status.kind == .socket else { throw .notASocket(path) }
    do throws(Errno) {
      let probe = FileDescriptor(adopting: try Kernel.openStreamSocket(blocking: false))
      try Kernel.connect(probe.fileNumber, to: path)
    } catch .connectionRefused {
      return try attempt(path, "taken over") { () throws(Errno) in try Kernel.unlink(path) }
    } catch .noSuchFile {
      return
    } catch .wouldBlock, .wrongSocketType {
      // Someone's queue is full, or someone speaks in datagrams: in either case, someone lives.
      throw .inUse(path)
    } catch {
      throw UnixListenerError(error, path: path, doing: "examined")
    }
    throw .inUse(path)
  }

  /// Opens the socket, which so far its owner alone can connect to, to those it is meant for.
  private static func admit(
    to path: String, mode: UInt32, group: String?
  ) throws(UnixListenerError) {
    if let group {
      let number = try attempt(path, "given to group \(group)") { () throws(Errno) in
        try Kernel.group(named: group)
      }
      guard let number else { throw .groupUnknown(path, group: group) }
      do throws(Errno) {
        try Kernel.setGroup(number, ofPath: path)
      } catch .notPermitted {
        throw .groupRefused(path, group: group)
      } catch {
        throw UnixListenerError(error, path: path, doing: "given to group \(group)")
      }
    }
    try attempt(path, "given its permissions") { () throws(Errno) in
      try Kernel.setMode(mode, ofPath: path)
    }
  }
}

/// Why a socket cannot be listened at, as one sentence.
public enum UnixListenerError: Error, Equatable, Sendable, CustomStringConvertible {
  case pathTooLong(String)
  case directoryMissing(String)
  case denied(String)
  case inUse(String)
  case notASocket(String)
  case groupUnknown(String, group: String)
  case groupRefused(String, group: String)
  case failed(String, doing: String, Errno)

  init(_ error: Errno, path: String, doing act: String) {
    switch error {
    case .noSuchFile, .notADirectory: self = .directoryMissing(path)
    case .accessDenied, .notPermitted: self = .denied(path)
    case .addressInUse: self = .inUse(path)
    default: self = .failed(path, doing: act, error)
    }
  }

  public var description: String {
    switch self {
    case .pathTooLong(let path):
      "the socket path \(path) has \(path.utf8.count) bytes: "
        + "at most \(UnixListener.greatestPath) were expected"
    case .directoryMissing(let path):
      "the socket \(path) cannot be made: its directory \(Files.parent(of: path)) does not exist"
    case .denied(let path):
      "the socket \(path) may not be made by this user: write permission was expected in "
        + Files.parent(of: path)
    case .inUse(let path):
      "the socket \(path) is in use by a running program: a path of our own was expected"
    case .notASocket(let path):
      "\(path) is not a socket: it is left alone, and a path that is free was expected"
    case .groupUnknown(let path, let group):
      "the socket \(path) cannot be given to the group \(group): there is no such group"
    case .groupRefused(let path, let group):
      "the socket \(path) may not be given to the group \(group): "
        + "this user was expected to be a member"
    case .failed(let path, let act, let error):
      "the socket \(path) cannot be \(act): \(error)"
    }
  }
}

/// Does `body`, with its error told as one of the socket at `path`.
func attempt<Result: ~Copyable>(
  _ path: String, _ act: String, _ body: () throws(Errno) -> Result
) throws(UnixListenerError) -> Result {
  do throws(Errno) {
    return try body()
  } catch {
    throw UnixListenerError(error, path: path, doing: act)
  }
}
