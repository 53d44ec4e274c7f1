import LinuxIO
import Programs
import Testing

/// One wrong way to call a program.
struct Misuse: CustomTestStringConvertible, Sendable {
  let program: Program
  let arguments: [String]
  let code: Int32

  init(_ code: Int32, _ program: Program = .kangaroo, _ arguments: String...) {
    self.program = program
    self.arguments = arguments
    self.code = code
  }

  var testDescription: String { ([program.rawValue] + arguments).joined(separator: " ") }

  static let all = [
    Misuse(64, .kangaroo, "dance"), Misuse(64, .kangaroo, "replay"),
    Misuse(64, .kangaroo, "replay", "a", "b"), Misuse(64, .kangaroo, "replay", "a", "--colour"),
    Misuse(64, .kangaroo, "replay", "a", "--speed", "0"),
    Misuse(64, .kangaroo, "replay", "a", "--speed", "soon"),
    Misuse(64, .kangaroo, "replay", "a", "--speed", "nan"),
    Misuse(64, .kangaroo, "replay", "a", "--types", "weather"),
    Misuse(64, .kangaroo, "decode"), Misuse(64, .kangaroo, "decode", "--protocol", "morse"),
    Misuse(64, .kangaroo, "decode", "--protocol"), Misuse(64, .kangaroo, "simulate"),
    Misuse(64, .kangaroo, "simulate", "--scenario", "weather"),
    Misuse(64, .kangaroo, "simulate", "--scenario", "steady", "--hours", "-1"),
    Misuse(64, .kangaroo, "simulate", "--scenario", "steady", "--hours", "nan"),
    Misuse(64, .kangaroo, "simulate", "--scenario", "steady", "--seed", "x"),
    Misuse(64, .kangaroo, "simulate", "--scenario", "steady", "--probe", "morse"),
    Misuse(64, .kangaroo, "demo", "--rate", "0"), Misuse(64, .kangaroo, "demo", "--scenario", "x"),
    Misuse(64, .kangaroo, "record"), Misuse(64, .kangaroo, "mark", "bath"),
    Misuse(64, .kangaroo, "ack", "one", "--by", "rn-4"), Misuse(64, .kangaroo, "ack", "1"),
    Misuse(64, .kangaroo, "watch", "--types", "weather", "--socket", "/nowhere"),
    Misuse(64, .kangaroo, "watch", "--since", "x", "--socket", "/nowhere"),
    Misuse(66, .kangaroo, "replay", "/nowhere"), Misuse(66, .kangaroo, "replay", "/"),
    Misuse(66, .kangaroo, "replay", "--pty", "/nowhere"),
    Misuse(66, .kangaroo, "decode", "--protocol", "kmc1", "/nowhere"),
    Misuse(66, .kangaroo, "check", "/nowhere"),
    Misuse(66, .kangaroo, "replay", "--config", "/nowhere", "/dev/null"),
    Misuse(69, .kangaroo, "watch", "--socket", "/nowhere"),
    Misuse(69, .kangaroo, "status", "--socket", "/nowhere"),
    Misuse(69, .kangaroo, "record", "-o", "/nowhere/x", "--socket", "/nowhere"),
    Misuse(69, .kangaroo, "mark", "bath", "--infant", "x", "--socket", "/nowhere"),
    Misuse(69, .kangaroo, "ack", "1", "--by", "x", "--socket", "/nowhere"),
    Misuse(73, .kangaroo, "simulate", "--scenario", "steady", "-o", "/nowhere/x"),
    Misuse(64, .kangarood, "--dance"), Misuse(64, .kangarood, "--config"),
    Misuse(66, .kangarood, "--config", "/nowhere"),
    Misuse(66, .kangarood, "--config", "/nowhere", "--check"),
  ]
}

@Suite("Programs")
struct UsageTests {
  @Test("that are called wrongly say so in one sentence", arguments: Misuse.all)
  func misuse(_ misuse: Misuse) throws {
    let outcome = try misuse.program.run(misuse.arguments)
    #expect(outcome.code == misuse.code)
    #expect(outcome.sentences.count == 1, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("explain themselves", arguments: [Program.kangaroo, .kangarood])
  func help(_ program: Program) throws {
    let help = try program.run("--help")
    #expect(help.code == 0)
    #expect(help.errors.isEmpty)
    #expect(help.output.contains("Not a certified medical device"))
    let version = try program.run("--version")
    #expect(version.code == 0)
    #expect(version.output.hasPrefix("\(program.rawValue) "))
    #expect(version.lines.count == 1)
  }

  @Test("explain every command that the help names")
  func commands() throws {
    let help = try Program.kangaroo.run("--help")
    let names = help.lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.count >= 11)
    for name in names {
      let outcome = try Program.kangaroo.run(name, "--help")
      #expect(outcome.code == 0)
      #expect(outcome.output.hasPrefix("kangaroo \(name) "))
    }
  }

  @Test("tell every error of a configuration, each with its place")
  func configuration() throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      """
      stray = 1
      [daemon]
      socket-path = relative
      colour = blue
      [infant bed-1]
      bradycardia = fast
      [probe a]
      protocol = morse
      [probe b]
      path = /dev/ttyUSB0
      infant = nobody
      [weather]
      """, to: "bad.conf")
    for outcome in try [
      Program.kangarood.run("--check", "--config", file),
      Program.kangarood.run("--config", file), Program.kangaroo.run("check", file),
      Program.kangaroo.run("replay", "--config", file, "/dev/null"),
    ] {
      #expect(outcome.code == 78)
      #expect(outcome.output.isEmpty)
      #expect(outcome.sentences.count >= 8)
      var lines: Set<Int> = []
      for sentence in outcome.sentences {
        #expect(sentence.hasPrefix("\(file):"), "\(sentence)")
        #expect(sentence.contains("expected"), "\(sentence)")
        let number = sentence.dropFirst(file.count + 1).prefix { $0 != ":" }
        lines.insert(Int(number) ?? -1)
      }
      #expect(lines.isSuperset(of: [1, 3, 4, 6, 7, 8, 10, 12]))
    }
  }

  @Test("take a configuration that is right, and need none at all")
  func rightConfiguration() throws {
    let scratch = try Scratch()
    let file = try RunningDaemon.configure(
      "[infant bed-1]\n[probe axilla]\npath = /nowhere\nprotocol = kmc1\n", in: scratch)
    #expect(try Program.kangarood.run("--check", "--config", file).code == 0)
    #expect(try Program.kangarood.run("--check").code == 0)
    let check = try Program.kangaroo.run("check", file)
    #expect(check.code == 0)
    #expect(check.output.contains("[probe axilla] waits for /nowhere, which does not exist"))
  }

  @Test("list serial ports, whether there are any and whether a daemon runs")
  func ports() throws {
    let outcome = try Program.kangaroo.run("ports", "--socket", "/nowhere")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("no daemon answers at /nowhere"))
    let wire = "[probe axilla]\npath = /nowhere\nprotocol = kmc1\n"
    let daemon = try RunningDaemon(wire, in: try Scratch())
    let live = try Program.kangaroo.run("ports", "--socket", daemon.socket)
    #expect(live.code == 0)
    #expect(live.output.contains("axilla  detached"))
  }
}
