import LinuxIO
import Programs
import Testing

@Suite("kangaroo demo", .serialized)
struct DemoTests {
  @Test("shows an infant cooling and the alarm rising, and leaves nothing behind")
  func whole() throws {
    let scratch = try Scratch()
    let outcome = try shell(
      "TMPDIR=\"$1\" exec \"$0\" demo --rate 1000", [Program.kangaroo.path, scratch.path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("cooling"))
    #expect(try Files.names(in: scratch.path) == [])
    #expect(try processes(naming: scratch.path) == [])
  }

  @Test("leaves nothing behind when it is interrupted", arguments: [0, 1, 2])
  func interrupted(_ stage: Int) throws {
    let scratch = try Scratch()
    var demo = try ChildProcess(
      path: "/bin/sh",
      arguments: [
        "-c", "TMPDIR=\"$1\" exec \"$0\" demo", Program.kangaroo.path, scratch.path,
      ], output: .file(scratch.path("output")), error: .file(scratch.path("errors")))
    // As soon as it has a directory, then a daemon, then a socket.
    _ = try awaited("the demonstration") { () -> Bool? in
      let names = try Files.names(in: scratch.path).filter { $0.hasPrefix("kangaroo-demo-") }
      guard let name = names.first else { return nil }
      switch stage {
      case 0: return true
      case 1: return Files.exists(scratch.path("\(name)/kangarood.log")) ? true : nil
      default: return Files.exists(scratch.path("\(name)/control.sock")) ? true : nil
      }
    }
    try demo.send(.interrupt)
    let ending = try awaited("the end of the demonstration") { try demo.poll() }
    #expect(ending == .exited(0), "\((try? scratch.read("errors")) ?? "")")
    #expect(try Files.names(in: scratch.path) == ["errors", "output"])
    #expect(try processes(naming: scratch.path) == [])
  }

  /// The processes whose arguments name that directory.
  private func processes(naming path: String) throws -> [String] {
    try Files.names(in: "/proc").filter { name in
      guard Int(name) != nil,
        let words = try? Files.read("/proc/\(name)/cmdline", atMost: 1 << 20)
      else { return false }
      return String(decoding: words, as: UTF8.self).contains(path)
    }
  }
}
