import EventStream
import LinuxIO
import Programs
import Testing

/// A program of the page, ready to run.
struct Example: Sendable, CustomTestStringConvertible {
  let language: String
  let file: String
  /// The program that makes it run, and its arguments before `alarms…`'s own.
  let compiler: String?
  let arguments: [String]
  let interpreter: String?

  var testDescription: String { language }

  static let all = [
    Example(language: "sh", file: "alarms.sh", compiler: nil, arguments: [], interpreter: "sh"),
    Example(
      language: "python", file: "alarms.py", compiler: nil, arguments: [], interpreter: "python3"),
    Example(
      language: "swift", file: "alarms.swift", compiler: "swiftc",
      arguments: ["-warnings-as-errors"],
      interpreter: nil),
    Example(
      language: "c", file: "alarms.c", compiler: "cc",
      arguments: ["-std=c11", "-Wall", "-Wextra", "-Werror"], interpreter: nil),
  ]

  /// The file in which it keeps its place, where it does.
  func places(in scratch: Scratch) -> [String] { language == "sh" ? [scratch.path("place")] : [] }

  /// Puts it into the directory; the words that start it.
  func prepare(in scratch: Scratch) throws -> [String] {
    let blocks = try Guide("Subscribers").blocks(language)
    try #require(blocks.count == 1)
    let source = try scratch.write(blocks[0], to: file)
    if let interpreter { return ["/usr/bin/env", interpreter, source] }
    let program = scratch.path("alarms")
    let outcome = try shell(
      "exec \"$@\"", ["sh", compiler!] + arguments + ["-o", program, source])
    try #require(outcome.code == 0, "\(outcome.errors)")
    return [program]
  }
}

@Suite("The page on subscribers")
struct SubscribersGuideTests {
  @Test(
    "shows programs that miss no alarm, though they are cut off again and again",
    arguments: Example.all)
  func alarms(example: Example) throws {
    let ward = try AlarmingDaemon()
    let words = try example.prepare(in: ward.scratch)
    let relay = try Relay(to: ward.daemon.socket, at: ward.scratch.path("relay.sock"))
    let output = ward.scratch.path("alarms.out")
    var program = try ChildProcess(
      path: words[0],
      arguments: words.dropFirst() + [relay.path] + example.places(in: ward.scratch),
      output: .file(output), error: .file(ward.scratch.path("alarms.err")))
    func lines() throws -> [JSON] {
      try ward.scratch.read("alarms.out").split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map { try JSON(parsing: String($0)) }
    }
    func follow(_ what: String, _ condition: () throws -> Bool) throws {
      _ = try awaited("\(what); \((try? ward.scratch.read("alarms.err")) ?? "")") { () -> Bool? in
        try relay.work()
        if let ending = try program.poll() { throw TooLate("a program but \(ending)") }
        return try condition() ? true : nil
      }
    }
    try follow("the alarm that stands") { try lines().contains { $0.shown("event") == "active" } }
    for round in 1...4 {
      try ward.acknowledge(50)
      // Within this line, or a later one: never at the same place.
      relay.cut(after: 700 + round * 331)
      try follow("cut \(round)") { relay.cuts == round }
      // What happens while nobody listens.
      try ward.acknowledge(20)
      try follow("everybody after cut \(round)") {
        try lines().last?.shown("by") == ward.told.last
      }
    }
    // Each of them, in order, and nearly none twice: the place is known.
    var names = try lines().compactMap { $0.shown("by") }
    #expect(names.count < ward.told.count + 4 * 4)
    var newest = 0
    names.removeAll { name in
      let number = Int(name.dropFirst(6)) ?? 0
      defer { newest = max(newest, number) }
      return number <= newest
    }
    #expect(names == ward.told)
    #expect(relay.connections >= 5)

    try ward.restart()
    try follow("the alarm of the next run") {
      try lines().last { $0.shown("event") == "active" || $0.shown("event") == "raised" }?["alarm"]
        != nil && lines().last?.shown("by") == nil
    }
    try ward.acknowledge(3)
    try follow("those after the restart") { try lines().last?.shown("by") == ward.told.last }
  }
}
