import EventStream
import LinuxIO
import Programs
import Testing

@Suite("kangaroo replay")
struct ReplayTests {
  private let capture = Fixture.path("data-gap.capture")

  @Test("reads standard input as it reads a file, and prints what the golden holds")
  func standardInput() throws {
    let bytes = try Files.read(capture, atMost: 1 << 26)
    let types = "port,alarm,session,mark,clock"
    let piped = try Program.kangaroo.run("replay", "-", "--types", types, input: bytes)
    #expect(piped.code == 0)
    #expect(try Program.kangaroo.run("replay", capture, "--types", types).output == piped.output)
    let golden = try Files.read(Fixture.path("data-gap.events"), atMost: 1 << 26)
    #expect(Array(piped.output.utf8) == golden)
  }

  @Test("prints the types that are asked for, numbered from 1")
  func types() throws {
    let outcome = try Program.kangaroo.run("replay", capture, "--types=sample,alarm")
    let lines = try outcome.lines.map { try JSON(parsing: $0) }
    #expect(Set(lines.map(\.type)) == ["sample", "alarm"])
    #expect(lines.map { $0["seq"]?.integer } == Array(1...lines.count))
    let usual = try Program.kangaroo.run("replay", capture).lines
    #expect(try Set(usual.map { try JSON(parsing: $0).type }) == ["port", "assessment", "alarm"])
  }

  @Test("tells what came before the damage, and then its place", arguments: [100, 101, 1443])
  func damage(_ number: Int) throws {
    let scratch = try Scratch()
    let rows = try rows()
    let broken = rows[..<(number - 1)] + ["1.0 0 < zz"] + rows[(number - 1)...]
    let file = try scratch.write(broken.joined(separator: "\n"), to: "damaged")
    let outcome = try Program.kangaroo.run("replay", file, "--types", "sample")
    #expect(outcome.code == 65)
    #expect(outcome.sentences.count == 1)
    #expect(outcome.errors.contains("\(file):\(number): "))
    let before = try scratch.write(rows[..<(number - 1)].joined(separator: "\n") + "\n", to: "ok")
    #expect(
      outcome.output == (try Program.kangaroo.run("replay", before, "--types", "sample").output))
    #expect(!outcome.output.isEmpty)
  }

  @Test(
    "refuses what is no capture",
    arguments: ["", "\n", "#kangaroo-capture 2\n", "hello\n", "\u{0}\u{1}"])
  func foreign(_ text: String) throws {
    let outcome = try Program.kangaroo.run("replay", "-", input: Array(text.utf8))
    #expect(outcome.code == 65)
    #expect(outcome.sentences.count == 1)
    #expect(outcome.output.isEmpty)
  }

  @Test("drops a last line that was cut off, with a warning")
  func truncated() throws {
    let scratch = try Scratch()
    let rows = try rows()
    let whole = rows[..<400].joined(separator: "\n") + "\n"
    let cut = try scratch.write(whole + rows[400].prefix(30), to: "cut")
    let outcome = try Program.kangaroo.run("replay", cut)
    #expect(outcome.code == 0)
    #expect(outcome.sentences.count == 1)
    #expect(outcome.errors.contains("line 401 has no end and was dropped"))
    let clean = try Program.kangaroo.run("replay", "-", input: Array(whole.utf8))
    #expect(clean.output == outcome.output)
    #expect(clean.errors.isEmpty)
  }

  @Test("takes names, infants and limits from a configuration that is given")
  func configuration() throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      """
      [infant bed-9]
      cold-stress = 37.1
      [probe nine]
      device = sim-kmc1-*
      infant = bed-9
      protocol = kmc1
      site = abdomen
      """, to: "nine.conf")
    let outcome = try Program.kangaroo.run("replay", capture, "--config", file)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try outcome.lines.map { try JSON(parsing: $0) }
    let port = lines.first { $0.type == "port" }
    #expect(port?.shown("port") == "nine")
    #expect(port?.shown("infant") == "bed-9")
    #expect(port?.shown("site") == "abdomen")
    #expect(lines.contains { $0.shown("rule") == "cold-stress" })
  }

  @Test("takes its time when told to")
  func speed() throws {
    let head = try rows().prefix(while: { !$0.hasPrefix("2.") })
    let text = (head + ["3.000000000 ."]).joined(separator: "\n") + "\n"
    let begin = BootClock.now
    let outcome = try Program.kangaroo.run(
      "replay", "-", "--speed", "10", input: Array(text.utf8))
    #expect(outcome.code == 0)
    #expect(BootClock.now - begin >= 300_000_000)
    #expect(
      outcome.output == (try Program.kangaroo.run("replay", "-", input: Array(text.utf8)).output))
  }

  @Test("does not wait for a day that was not recorded")
  func lateStart() throws {
    let rows = try rows().prefix(while: { !$0.hasPrefix("2.") })
    let late = rows.map { row in
      row.first?.isNumber == true ? "8640" + row : String(row)
    }
    let outcome = try Program.kangaroo.run(
      "replay", "-", "--speed", "10", input: Array((late.joined(separator: "\n") + "\n").utf8))
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("\"t\":8640"))
  }

  @Test("ends quietly when its reader has seen enough")
  func closedPipe() throws {
    let scratch = try Scratch()
    let outcome = try shell(
      "{ \"$0\" replay \"$1\" --types sample,assessment; echo $? > \"$2\"; } | head -n 1",
      [Program.kangaroo.path, capture, scratch.path("code")])
    #expect(outcome.lines.count == 1)
    #expect(outcome.errors.isEmpty)
    let code = try awaited("the exit code") { () -> String? in
      let text = (try? scratch.read("code")) ?? ""
      return text.isEmpty ? nil : text
    }
    #expect(code == "0\n")
  }

  @Test("plays a capture into a pseudo-terminal, byte for byte")
  func pseudoTerminal() throws {
    let scratch = try Scratch()
    let head = try rows().prefix(60)
    // A second of silence in the end: what is not read is lost with the terminal.
    let file = try scratch.write(
      (head + ["400.000000000 ."]).joined(separator: "\n") + "\n", to: "head")
    let expected = head.filter { $0.contains(" < ") }
      .map { $0.split(separator: " ").last!.count / 2 }.reduce(0, +)
    let output = scratch.path("paths")
    var player = try ChildProcess(
      path: Program.kangaroo.path, arguments: ["replay", file, "--pty", "--speed", "100"],
      output: .file(output), error: .discarded)
    let path = try awaited("the path of a pseudo-terminal") { () -> String? in
      let text = (try? scratch.read("paths")) ?? ""
      return text.hasSuffix("\n") ? String(text.dropLast()) : nil
    }
    // Lest what has been played already be thrown away, it is read as it is.
    let reader = try FileDescriptor(reading: path)
    var bytes = [UInt8](repeating: 0, count: 4096)
    var read = 0
    reading: while read < expected {
      var storage = bytes.mutableSpan
      switch reader.read(into: &storage) {
      case .bytes(let count): read += count
      case .nothing: continue
      case .gone: break reading
      }
    }
    #expect(read == expected)
    #expect(try awaited("the player's end") { try player.poll() } == .exited(0))
  }

  private func rows() throws -> [String] {
    let bytes = try Files.read(capture, atMost: 1 << 26)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
