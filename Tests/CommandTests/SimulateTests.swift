import LinuxIO
import Programs
import Testing

@Suite("kangaroo simulate")
struct SimulateTests {
  @Test("writes the same bytes for the same seed, into a file or not")
  func determinism() throws {
    let scratch = try Scratch()
    let words = ["simulate", "--scenario", "moderate-cooling", "--hours", "0.2"]
    let first = try Program.kangaroo.run(words + ["--seed", "7"])
    #expect(first.code == 0)
    #expect(first.output.hasPrefix("#kangaroo-capture 1\n"))
    #expect(try Program.kangaroo.run(words + ["--seed", "7"]).output == first.output)
    #expect(try Program.kangaroo.run(words + ["--seed", "8"]).output != first.output)
    let file = scratch.path("capture")
    let written = try Program.kangaroo.run(words + ["--seed", "7", "-o", file])
    #expect(written.code == 0)
    #expect(written.output.isEmpty)
    #expect(try scratch.read("capture") == first.output)
  }

  @Test("names its scenarios, each of which it can play")
  func list() throws {
    let list = try Program.kangaroo.run("simulate", "--list")
    #expect(list.code == 0)
    #expect(list.lines.count > 30)
    for line in list.lines.prefix(5) {
      let name = String(line.prefix { $0 != " " })
      let outcome = try Program.kangaroo.run("simulate", "--scenario", name, "--hours", "0.01")
      #expect(outcome.code == 0)
    }
  }

  @Test("makes what replay can read, from whatever probes")
  func replayed() throws {
    let outcome = try shell(
      "\"$0\" simulate --scenario twins --hours 0.1 --heart-probe nonin-df2 --copies 3 "
        + "| \"$0\" replay - --types sample", [Program.kangaroo.path])
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.lines.count > 1000)
  }
}
