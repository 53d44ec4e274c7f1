/// A path at which a socket of ours is bound; removed at the end of its life, if still ours.
struct SocketPlace: ~Copyable, Sendable {
  private let path: String
  private let status: FileStatus
  private let lock: SocketLock

  /// Binds the socket so that at first only this user can connect.
  ///
  /// Linux gives the path the socket's own mode, less the umask: so there is no moment in which the
  /// permissions are wider than they will be.
  init(
    binding socket: borrowing FileDescriptor, to path: String, lock: consuming SocketLock
  ) throws(UnixListenerError) {
    let number = socket.fileNumber
    let status = try attempt(path, "bound") { () throws(Errno) in
      try Kernel.setMode(0o600, of: number)
      try Kernel.bind(number, to: path)
      return try Kernel.status(ofPath: path)
    }
    self.path = path
    self.status = status
    self.lock = lock
  }

  /// Whether what has that status is the socket that was bound.
  func isIt(_ now: FileStatus) -> Bool { now.isSame(as: status) }

  deinit {
    guard let now = try? Kernel.status(ofPath: path), now.isSame(as: status) else { return }
    try? Kernel.unlink(path)
  }
}

/// The right to make, take over or remove the socket at a path, held through its file's lock.
struct SocketLock: ~Copyable, Sendable {
  private let path: String
  private let descriptor: FileDescriptor

  /// Takes the right, or throws `inUse` where another process has it.
  init(for socketPath: String) throws(UnixListenerError) {
    let path = socketPath + ".lock"
    while true {
      let file = try attempt(socketPath, "locked") { () throws(Errno) in
        FileDescriptor(adopting: try Kernel.open(path, Kernel.forLocking, mode: 0o600))
      }
      let isLocked = try attempt(socketPath, "locked") { () throws(Errno) in
        try Kernel.lock(file.fileNumber)
      }
      guard isLocked else { throw .inUse(socketPath) }
      // Its last owner may have removed the file between our opening and locking it: then the lock
      // is on a file that nobody else will find, and worth nothing.
      let mine = try? Kernel.status(of: file.fileNumber)
      if let mine, let now = try? Kernel.status(ofPath: path), now.isSame(as: mine) {
        self.path = path
        self.descriptor = file
        return
      }
    }
  }

  /// The file goes before the lock does, so that whoever locks it next finds that it has gone.
  deinit {
    try? Kernel.unlink(path)
  }
}
