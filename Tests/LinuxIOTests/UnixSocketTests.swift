import Glibc
import LinuxIO
import Testing

@testable import struct LinuxIO.PeerCredentials
@testable import enum LinuxIO.Supervisor
@testable import enum LinuxIO.SystemJournal

@Suite("A Unix socket")
struct UnixSocketTests {
  @Test("carries bytes both ways and says who is at the other end")
  func connection() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/stream.sock"
    let listener = try UnixListener(path: path)
    let near = try UnixStream.connect(to: path)
    try awaitReady(listener)
    let far = try present(try listener.accept())
    let isAlone = try listener.accept() == nil
    #expect(isAlone)

    #expect(readOnce(from: far).0 == .nothing)
    try near.writeAll(Array("hello\n".utf8).span)
    try awaitReady(far)
    #expect(readOnce(from: far).1 == Array("hello\n".utf8))
    #expect(far.write([1, 2].span) == .bytes(2))
    #expect(readOnce(from: near).1 == [1, 2])

    let peer = try far.peer
    #expect(peer == PeerCredentials(process: getpid(), user: geteuid(), group: getegid()))
    try near.finishWriting()
    #expect(readOnce(from: far).0 == .gone(.endOfFile))
  }

  @Test("refuses bytes when its peer is slow, and knows when it has gone")
  func backPressure() throws {
    let pair = try UnixStreamPair()
    let block = [UInt8](repeating: 0x2A, count: 65_536)
    var taken = 0
    while case .bytes(let count) = pair.first.write(block.span) { taken += count }
    #expect(taken > 0)
    #expect(pair.first.write(block.span) == .wouldBlock)
    let near = pair.first
    _ = consume pair.second
    #expect(near.write([1].span) == .gone(.error(.brokenPipe)))
  }

  @Test("has the permissions that were asked for, whatever the umask")
  func mode() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/s"
    let listener = try UnixListener(path: path, mode: 0o666)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o666)
    _ = consume listener
  }

  @Test("is removed with its lock when its listener goes")
  func removal() throws {
    let scratch = try Scratch()
    do {
      let listener = try UnixListener(path: "\(scratch.path)/s")
      #expect(try Files.names(in: scratch.path) == ["s", "s.lock"])
      _ = consume listener
    }
    #expect(try Files.names(in: scratch.path) == [])
  }

  @Test("is left alone by its old listener once another has replaced it")
  func replaced() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/s"
    do {
      let listener = try UnixListener(path: path)
      try Files.unlink(path)
      try Files.write([1].span, to: path)
      _ = consume listener
    }
    #expect(Files.exists(path))
  }

  @Test("of a listener that lives is refused, with or without its lock")
  func inUse() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/s"
    let listener = try UnixListener(path: path)
    #expect(throws: UnixListenerError.inUse(path)) { _ = try UnixListener(path: path) }
    try Files.unlink(path + ".lock")
    #expect(throws: UnixListenerError.inUse(path)) { _ = try UnixListener(path: path) }
    #expect(throws: Never.self) { _ = try UnixStream.connect(to: path) }
    _ = consume listener
  }

  @Test("left by a listener that died is taken over")
  func takenOver() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/s"
    try leaveDeadSocket(at: path)
    #expect(throws: Errno.connectionRefused) { _ = try UnixStream.connect(to: path) }
    let listener = try UnixListener(path: path)
    #expect(throws: Never.self) { _ = try UnixStream.connect(to: path) }
    _ = consume listener
  }

  private func leaveDeadSocket(at path: String) throws {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(number >= 0)
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
  }

  @Test("never replaces what is no socket")
  func notASocket() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/precious"
    try Files.write([1, 2, 3].span, to: path)
    #expect(throws: UnixListenerError.notASocket(path)) { _ = try UnixListener(path: path) }
    #expect(try Files.read(path, atMost: 10) == [1, 2, 3])
    #expect(throws: UnixListenerError.notASocket(scratch.path)) {
      _ = try UnixListener(path: scratch.path)
    }
  }

  @Test("whose path cannot be is refused in a clear sentence")
  func paths() throws {
    let scratch = try Scratch()
    let long = scratch.path + "/" + String(repeating: "x", count: 107 - scratch.path.utf8.count)
    let error = #expect(throws: UnixListenerError.self) { _ = try UnixListener(path: long) }
    #expect(error == .pathTooLong(long))
    #expect(error?.description.hasSuffix("has 108 bytes: at most 107 were expected") == true)
    let longest = String(long.dropLast())
    #expect(throws: Never.self) { _ = try UnixListener(path: longest) }

    let lost = "\(scratch.path)/none/s"
    #expect(throws: UnixListenerError.directoryMissing(lost)) {
      _ = try UnixListener(path: lost)
    }
    let path = "\(scratch.path)/s"
    #expect(throws: UnixListenerError.groupUnknown(path, group: "no such group")) {
      _ = try UnixListener(path: path, group: "no such group")
    }
    #expect(try Files.names(in: scratch.path) == [])
  }

  @Test("inherited from a supervisor is adopted, and its path is not removed")
  func adopted() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/s"
    let made = try UnixListener(path: path)
    do {
      let listener = try present(
        UnixListener(adopting: FileDescriptor(duplicating: made.fileNumber)))
      let near = try UnixStream.connect(to: path)
      let isConnected = try listener.accept() != nil
      #expect(isConnected)
      _ = consume near
    }
    #expect(Files.exists(path))
    let pair = try UnixStreamPair()
    let isRefused =
      try UnixListener(
        adopting: FileDescriptor(duplicating: pair.first.fileNumber)) == nil
    #expect(isRefused)
  }

  @Test("activation is for the process that it names, with names where there are any")
  func activation() {
    typealias Inherited = Supervisor.Inherited
    func inherited(_ process: String?, _ count: String?, _ names: String?) -> [Inherited] {
      Supervisor.inherited(process: process, count: count, names: names, ownProcess: 42)
    }
    #expect(
      inherited("42", "2", "stream:control") == [
        Inherited(fileNumber: 3, name: "stream"), Inherited(fileNumber: 4, name: "control"),
      ])
    #expect(inherited("42", "1", nil) == [Inherited(fileNumber: 3, name: "")])
    #expect(inherited("41", "1", nil) == [])
    #expect(inherited(nil, "1", nil) == [])
    #expect(inherited("42", "0", nil) == [])
    #expect(inherited("42", "-1", nil) == [])
    #expect(inherited("42", "x", nil) == [])
    #expect(inherited("42", "1000000000", nil) == [])
  }

  @Test("watchdog is answered by the process that it names, within bounds")
  func watchdog() {
    func interval(_ microseconds: String?, _ process: String?) -> Int64? {
      Supervisor.watchdogInterval(microseconds: microseconds, process: process, ownProcess: 42)
    }
    #expect(interval("10000000", "42") == 10_000_000_000)
    #expect(interval("10000000", nil) == 10_000_000_000)
    #expect(interval("10000000", "41") == nil)
    for nonsense in ["0", "-1", "x", "", "99999999999999999999"] {
      #expect(interval(nonsense, nil) == nil)
    }
    #expect(interval(nil, "42") == nil)
  }

  @Test("journal's entries are a line a field, whatever a value holds")
  func journal() {
    let bytes = SystemJournal.entry([("MESSAGE", "one\ntwo = “three”"), ("PRIORITY", "4")])
    #expect(String(decoding: bytes, as: UTF8.self) == "MESSAGE=one two = “three”\nPRIORITY=4\n")
  }
}
