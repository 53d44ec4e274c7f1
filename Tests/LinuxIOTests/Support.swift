import Glibc
import LinuxIO
import Testing

/// A directory of one test's own, removed with all that is in it.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    path = try Files.makeTemporaryDirectory(prefix: "linuxio-")
  }

  deinit {
    try? Files.removeTree(path)
  }
}

/// Waits for the source to become ready, and fails the test rather than hang.
func awaitReady(
  _ source: borrowing some Pollable & ~Copyable, for readiness: Epoll.Readiness = .input
) throws {
  var epoll = try Epoll()
  try epoll.add(source, for: readiness, token: 1)
  let count = try epoll.wait(milliseconds: 10_000)
  try #require(count == 1, "nothing happened in 10 s")
}

/// Reads until `count` bytes have come, or the other side has gone.
func read(_ count: Int, from port: inout SerialPort) throws -> [UInt8] {
  var bytes: [UInt8] = []
  while bytes.count < count {
    try awaitReady(port)
    switch readOnce(from: &port) {
    case (.bytes, let more): bytes += more
    case (.nothing, _): continue
    case (.gone, _): return bytes
    }
  }
  return bytes
}

/// One read, and the bytes that it brought.
func readOnce(from port: inout SerialPort) -> (ReadOutcome, [UInt8]) {
  var buffer = [UInt8](repeating: 0, count: 4096)
  var space = buffer.mutableSpan
  let outcome = port.read(into: &space)
  guard case .bytes(let count) = outcome else { return (outcome, []) }
  return (outcome, Array(buffer[..<count]))
}

func readOnce(from stream: borrowing UnixStream) -> (ReadOutcome, [UInt8]) {
  var buffer = [UInt8](repeating: 0, count: 4096)
  var space = buffer.mutableSpan
  let outcome = stream.read(into: &space)
  guard case .bytes(let count) = outcome else { return (outcome, []) }
  return (outcome, Array(buffer[..<count]))
}

func readOnce(from terminal: borrowing PseudoTerminal) -> (ReadOutcome, [UInt8]) {
  var buffer = [UInt8](repeating: 0, count: 4096)
  var space = buffer.mutableSpan
  let outcome = terminal.read(into: &space)
  guard case .bytes(let count) = outcome else { return (outcome, []) }
  return (outcome, Array(buffer[..<count]))
}

/// The settings of a terminal by the C library's own call, as a second witness.
func attributes(of path: String) throws -> termios {
  let number = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK)
  try #require(number >= 0)
  defer { close(number) }
  var attributes = termios()
  try #require(tcgetattr(number, &attributes) == 0)
  return attributes
}

/// The value, whose absence fails the test; `#require` takes copyable values only.
func present<Value: ~Copyable>(_ value: consuming Value?) throws -> Value {
  guard let value else { throw Absence() }
  return value
}

struct Absence: Error {}
