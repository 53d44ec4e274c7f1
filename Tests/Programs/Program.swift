import Glibc
public import LinuxIO

/// A program of this package, as it was built beside the tests.
public enum Program: String, Sendable {
  case kangaroo, kangarood

  public var path: String { "\(Self.directory)/\(rawValue)" }

  /// Beside the test bundle; else, where another runner has loaded that, in the source tree.
  private static let directory: String = {
    let beside = (try? Process.executablePath).map(parent) ?? "."
    if Files.exists("\(beside)/kangarood") { return beside }
    var tree = #filePath
    while tree.count > 1 {
      tree = parent(tree)
      if Files.exists("\(tree)/.build/debug/kangarood") { return "\(tree)/.build/debug" }
    }
    preconditionFailure("kangarood is built before the tests run")
  }()

  private static func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}

/// How a program ended, and what it printed.
public struct Outcome: Sendable {
  public let ending: ChildProcess.Ending
  public let output: String
  public let errors: String

  public var code: Int32? {
    if case .exited(let code) = ending { code } else { nil }
  }

  public var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// What it complained of.
  public var sentences: [String] { errors.split(separator: "\n").map(String.init) }
}

extension Program {
  /// Runs the program to its end.
  public func run(_ arguments: String..., input: [UInt8] = []) throws -> Outcome {
    try run(arguments, input: input)
  }

  public func run(_ arguments: [String], input: [UInt8] = []) throws -> Outcome {
    let scratch = try Scratch()
    try scratch.write(input, to: "input")
    return try shell("exec \"$@\" < \"$0\"", [scratch.path("input"), path] + arguments)
  }
}

/// Runs a line of shell to its end; `$0`, `$1` … are the arguments.
public func shell(_ script: String, _ arguments: [String]) throws -> Outcome {
  let scratch = try Scratch()
  var child = try ChildProcess(
    path: "/bin/sh", arguments: ["-c", script] + arguments,
    output: .file(scratch.path("output")), error: .file(scratch.path("errors")))
  let ending = try awaited("the end of \(arguments)") { try child.poll() }
  return Outcome(
    ending: ending, output: try scratch.read("output"), errors: try scratch.read("errors"))
}

/// What was awaited did not happen.
public struct TooLate: Error, CustomStringConvertible {
  public let description: String

  public init(_ event: String) { description = "in \(deadlineSeconds) s there was not \(event)" }
}

/// So long a test waits for what usually takes milliseconds: the machine may be busy.
public let deadlineSeconds = 60

/// Looks again and again, until there is something.
public func awaited<Result>(
  _ event: @autoclosure () -> String, _ look: () throws -> Result?
) throws -> Result {
  let deadline = BootClock.now + Int64(deadlineSeconds) * 1_000_000_000
  while BootClock.now < deadline {
    if let result = try look() { return result }
    BootClock.sleep(until: BootClock.now + 2_000_000)
  }
  throw TooLate(event())
}

/// A directory of one test's own, removed with all that is in it.
public final class Scratch: Sendable {
  public let path: String

  public init() throws {
    // A daemon that has gone must not take the tests with it.
    Signal.pipe.ignore()
    path = try Files.makeTemporaryDirectory(prefix: "kangaroo-test-")
  }

  deinit { try? Files.removeTree(path) }

  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file; returns its path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Files.write(bytes.span, to: path(name))
    return path(name)
  }

  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  public func read(_ name: String) throws -> String {
    String(decoding: try Files.read(path(name), atMost: 1 << 28), as: UTF8.self)
  }

  /// Makes `name` a symbolic link to `target`, instead of what it was.
  @discardableResult
  public func link(_ name: String, to target: String) throws -> String {
    _ = unlink(path(name))
    guard symlink(target, path(name)) == 0 else { throw Errno(rawValue: errno) }
    return path(name)
  }

  /// Makes a named pipe, and holds it open so that neither side ever finds it deserted.
  public func pipe(_ name: String) throws -> FileDescriptor {
    guard mkfifo(path(name), 0o600) == 0 else { throw Errno(rawValue: errno) }
    let number = open(path(name), O_RDWR | O_CLOEXEC)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    return FileDescriptor(adopting: number)
  }
}

/// The recordings that come with the sources.
public enum Fixture {
  public static func path(_ name: String) -> String {
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(tests)/fixtures/\(name)"
  }
}
