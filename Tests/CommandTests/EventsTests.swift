import EventStream
import LinuxIO
import Programs
import Testing

@Suite("kangaroo events")
struct EventsTests {
  /// A daemon that has kept so many marks and was killed.
  private func journal(_ count: Int, in scratch: Scratch, keys: String = "") throws -> String {
    let daemon = try RunningDaemon(
      "[infant bed-1]\n[infant bed-2]", in: scratch, state: "state", keys: keys)
    let stream = try daemon.connect().next("hello").shown("stream")
    try mark(daemon, 0..<count)
    try daemon.send(.kill)
    _ = try daemon.end()
    return stream ?? ""
  }

  private func mark(_ daemon: RunningDaemon, _ numbers: Range<Int>, by name: String = "") throws {
    let control = try daemon.control()
    for number in numbers {
      let infant = "bed-\(number % 2 + 1)"
      let order = "{\"mark\":\"bath\",\"infant\":\"\(infant)\",\"by\":\"\(name)\(number)\"}"
      #expect(try control.ask(order).type == "reply")
    }
  }

  private func events(_ scratch: Scratch, _ arguments: String...) throws -> Outcome {
    try Program.kangaroo.run(
      ["events", "--state-directory", scratch.path("state")] + arguments)
  }

  private func who(_ outcome: Outcome) throws -> [String] {
    try outcome.lines.compactMap { try JSON(parsing: $0).shown("by") }
  }

  /// The newest segment's path and bytes.
  private func newest(_ scratch: Scratch) throws -> (path: String, bytes: [UInt8]) {
    let directory = scratch.path("state/journal")
    let names = try Files.names(in: directory).filter { $0.hasSuffix(".journal") }
    let path = "\(directory)/\(try #require(names.last))"
    return (path, try Files.read(path, atMost: 1 << 24))
  }

  @Test("shows what was kept, from where and of whom it is asked")
  func choice() throws {
    let scratch = try Scratch()
    let stream = try journal(6, in: scratch)
    let all = try events(scratch)
    #expect(all.code == 0)
    #expect(try who(all) == ["0", "1", "2", "3", "4", "5"])
    let lines = try all.lines.map { try JSON(parsing: $0) }
    #expect(lines.allSatisfy { $0.shown("stream") == stream })
    #expect(try who(try events(scratch, "--infant", "bed-2")) == ["1", "3", "5"])
    #expect(try who(try events(scratch, "--types", "alarm,port")) == [])
    let seq = try #require(lines[3].shown("seq"))
    #expect(try who(try events(scratch, "--since", "\(stream):\(seq)")) == ["4", "5"])
    let time = try #require(lines[0].shown("time"))
    #expect(try who(try events(scratch, "--since", time)) == ["0", "1", "2", "3", "4", "5"])
    #expect(try who(try events(scratch, "--since", "1h")).count == 6)
    #expect(try who(try events(scratch, "--since", "2100-01-01T00:00:00Z")) == [])
    #expect(try who(try events(scratch, "--since", "0s")) == [])
    // By the configuration the same directory is found.
    let file = scratch.path("kangarood.conf")
    #expect(try Program.kangaroo.run("events", "--config", file).output == all.output)
  }

  @Test("names damage by file and place, and shows everything else")
  func damage() throws {
    let scratch = try Scratch()
    _ = try journal(5, in: scratch)
    var (path, bytes) = try newest(scratch)
    let starts = bytes.indices.filter { $0 > 0 && bytes[$0 - 1] == UInt8(ascii: "\n") }
    bytes[starts[2] + 60] ^= 4
    // The same record once more, as after a disk's failure, and half of one.
    bytes += bytes[starts[4]...]
    let end = bytes.count
    bytes += bytes[starts[0]..<(starts[0] + 50)]
    try Files.write(bytes.span, to: path)
    let outcome = try events(scratch)
    #expect(outcome.code == 65)
    #expect(try who(outcome) == ["0", "1", "3", "4"])
    #expect(
      outcome.sentences == [
        "\(path):\(starts[2]): found bytes that are no record, left out",
        "\(path):\(end): an unfinished record was left out",
      ])
    // The next daemon cuts off what is unfinished, and touches nothing else.
    _ = try journal(1, in: scratch)
    #expect(try Files.read(path, atMost: 1 << 24) == Array(bytes[..<end]))
    #expect(try who(try events(scratch)) == ["0", "1", "3", "4", "0"])
  }

  @Test("follows a journal that is written, from segment to segment and from run to run")
  func follow() throws {
    let scratch = try Scratch()
    _ = try journal(3, in: scratch)
    var child = try ChildProcess(
      path: Program.kangaroo.path,
      arguments: ["events", "--follow", "--state-directory", scratch.path("state")],
      output: .file(scratch.path("followed")))
    let daemon = try RunningDaemon(
      "[infant bed-1]\n[infant bed-2]", in: scratch, state: "state", keys: "journal-size = 1M")
    // A segment is 64 KB then.
    try mark(daemon, 0..<600, by: String(repeating: "n", count: 100))
    let segments = try Files.names(in: scratch.path("state/journal")).count
    #expect(segments > 3)
    let lines = try awaited("all that was kept") { () -> [Substring]? in
      let lines = try scratch.read("followed").split(separator: "\n")
      return lines.count >= 603 ? lines : nil
    }
    #expect(lines.count == 603)
    #expect(lines.map(String.init) == (try events(scratch)).lines)
    #expect(try child.poll() == nil)
    try child.send(.terminate)
  }

  @Test(
    "refuses what it does not know in one sentence",
    arguments: [
      (["--since", "yesterday"], 64, "expected STREAM:SEQ, a time such as"),
      (["--since", "0123456789abcdef:5"], 66, "does not hold the stream “0123456789abcdef”"),
      (["--types", "sample"], 64, "the journal keeps no others"),
      (["--colour"], 64, "which is not expected here"),
      (["--state-directory", "/nowhere"], 66, "cannot be read: No such file or directory"),
    ])
  func refusals(_ arguments: [String], _ code: Int32, _ sentence: String) throws {
    let scratch = try Scratch()
    _ = try journal(1, in: scratch)
    let place =
      arguments[0] == "--state-directory" ? [] : ["--state-directory", scratch.path("state")]
    let outcome = try Program.kangaroo.run(["events"] + place + arguments)
    #expect(outcome.code == code)
    #expect(outcome.sentences.count == 1)
    #expect(outcome.errors.contains(sentence))
    #expect(outcome.output == "")
  }
}
