import Testing

@testable import LinuxIO

@Suite("Standard output")
struct StandardOutputTests {
  @Test("is written in large pieces, in order, and whole at the end")
  func pieces() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/out"
    let large = [UInt8](repeating: 0x2A, count: StandardOutput.bufferBytes)
    do {
      let file = try FileDescriptor(writing: path)
      var output = StandardOutput(fileNumber: file.fileNumber)
      try output.write("one\n")
      #expect(try Files.size(of: path) == 0)
      try output.flush()
      #expect(try Files.size(of: path) == 4)
      try output.write("two\n")
      try output.write(large.span)
      #expect(try Files.size(of: path) == 8 + large.count)
      try output.write("three\n")
      _ = consume output
      _ = consume file
    }
    let expected = Array("one\ntwo\n".utf8) + large + Array("three\n".utf8)
    #expect(try Files.read(path, atMost: 100_000) == expected)
  }

  @Test("tells when its reader has gone")
  func brokenPipe() throws {
    let pair = try UnixStreamPair()
    let near = pair.first
    _ = consume pair.second
    var output = StandardOutput(fileNumber: near.fileNumber)
    try output.write("lost\n")
    #expect(throws: Errno.brokenPipe) { try output.flush() }
    #expect(throws: Never.self) { try output.flush() }
  }
}
