import Glibc
import LinuxIO
import Testing

@Suite("Files")
struct FileTests {
  @Test("are written, extended, replaced and read back, within a bound")
  func contents() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/f"
    try Files.write([1, 2].span, to: path)
    try FileDescriptor(appendingTo: path).writeAll([3].span)
    #expect(try Files.read(path, atMost: 3) == [1, 2, 3])
    #expect(throws: Errno.fileTooLarge) { _ = try Files.read(path, atMost: 2) }
    try Files.replace(path, with: [9].span)
    #expect(try Files.read(path, atMost: 3) == [9])
    #expect(try Files.names(in: scratch.path) == ["f"])
    #expect(try Files.size(of: path) == 1)
    let large = [UInt8](repeating: 7, count: 200_000)
    try Files.write(large.span, to: path)
    #expect(try Files.read(path, atMost: 200_000) == large)
  }

  @Test("in a directory are listed in order, and removed with it")
  func trees() throws {
    let root = try Files.makeTemporaryDirectory(prefix: "linuxio-")
    let outside = try Scratch()
    try Files.write([1].span, to: "\(outside.path)/kept")
    try Files.makeDirectory("\(root)/b")
    for name in ["c", "a", "10", "9", "b/x"] {
      try Files.write([0].span, to: "\(root)/\(name)")
    }
    #expect(symlink(outside.path, "\(root)/link") == 0)
    #expect(try Files.names(in: root) == ["10", "9", "a", "b", "c", "link"])
    try Files.removeTree(root)
    #expect(!Files.exists(root))
    #expect(Files.exists("\(outside.path)/kept"))
  }

  @Test("that are not there say so")
  func missing() {
    let error = #expect(throws: Errno.self) { _ = try Files.read("/nowhere/f", atMost: 1) }
    #expect(error?.description == "No such file or directory (ENOENT)")
    #expect(error == .noSuchFile)
    #expect(Errno(rawValue: 9999).description == "unknown error (error 9999)")
  }
}

@Suite("A process")
struct ProcessTests {
  @Test("knows its own program")
  func own() throws {
    #expect(Files.exists(try Process.executablePath))
    #expect(Process.identifier == getpid())
    #expect(Environment.value("PATH") != nil)
    #expect(Environment.value("NO_SUCH_VARIABLE") == nil)
  }

  @Test("starts another, whose output goes where it should")
  func spawn() throws {
    let scratch = try Scratch()
    var child = try ChildProcess(
      path: "/bin/sh", arguments: ["-c", "echo out; echo err >&2; exit 3"],
      output: .file("\(scratch.path)/out"), error: .file("\(scratch.path)/err"))
    let ending = try child.wait()
    #expect(ending == .exited(3))
    let again = try child.poll()
    #expect(again == .exited(3))
    #expect(try Files.read("\(scratch.path)/out", atMost: 9) == Array("out\n".utf8))
    #expect(try Files.read("\(scratch.path)/err", atMost: 9) == Array("err\n".utf8))
    #expect(throws: Errno.noSuchFile) {
      _ = try ChildProcess(path: "/no/such/program", arguments: [])
    }
  }

  @Test("ends another by a signal, which it does not inherit blocked or ignored")
  func signals() throws {
    _ = try SignalSource([.user2])
    Signal.pipe.ignore()
    var child = try ChildProcess(
      path: "/bin/sh", arguments: ["-c", "grep -E 'Sig(Blk|Ign)' /proc/self/status; sleep 60"],
      output: .discarded)
    let early = try child.poll()
    #expect(early == nil)
    try child.send(.terminate)
    let ending = try child.wait()
    #expect(ending == .killed(.terminate))

    let scratch = try Scratch()
    var witness = try ChildProcess(
      path: "/bin/grep", arguments: ["-E", "Sig(Blk|Ign)", "/proc/self/status"],
      output: .file("\(scratch.path)/masks"))
    _ = try witness.wait()
    let masks = try String(
      decoding: Files.read("\(scratch.path)/masks", atMost: 200), as: UTF8.self)
    // Signals 32 and 33 belong to the C library, which ignores them in what it starts.
    #expect(masks.split(separator: "\n").count == 2)
    for mask in masks.split(separator: "\n") {
      let bits = try #require(mask.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
      #expect(bits & 0x7FFF_FFFF == 0)
    }
  }

  @Test("does not leave another behind")
  func owned() throws {
    let identifier: Int32
    do {
      let child = try ChildProcess(path: "/bin/sleep", arguments: ["60"])
      identifier = child.identifier
      _ = consume child
    }
    #expect(kill(identifier, 0) == -1)
  }
}
