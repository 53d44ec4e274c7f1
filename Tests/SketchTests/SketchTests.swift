import LinuxIO
import Probes
import Testing

private let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
  .joined(separator: "/")

private func text(_ path: String) throws -> String {
  String(decoding: try Files.read("\(root)/\(path)", atMost: 1 << 20), as: UTF8.self)
}

private let building = "Sources/Probes/Probes.docc/BuildingAProbe.md"
private let adding = "Sources/Probes/Probes.docc/AddingAProbe.md"

/// The code blocks of a guide in that language.
private func blocks(_ language: String, in guide: String) -> [String] {
  guide.split(separator: "```\(language)\n", omittingEmptySubsequences: false).dropFirst().map {
    String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex))
  }
}

/// The system's C compiler: the first of the usual names in `PATH`.
private let compiler: String? = {
  let directories = (Environment.value("PATH") ?? "").split(separator: ":")
  for name in ["cc", "clang", "gcc"] {
    for directory in directories where (try? FileDescriptor(reading: "\(directory)/\(name)")) != nil
    { return "\(directory)/\(name)" }
  }
  return nil
}()

/// The sketch of the guide, compiled for this machine.
private struct Sketch: ~Copyable {
  private let directory: String

  init() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "sketch-")
    var compilation = try ChildProcess(
      path: try #require(compiler),
      arguments: [
        "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror",
        "-o", "\(directory)/sketch", "\(root)/Tests/SketchTests/kmc1_sketch.c",
      ])
    let ending = try compilation.wait()
    try #require(ending == .exited(0))
    self.directory = directory
  }

  deinit { try? Files.removeTree(directory) }

  /// What it prints for milliseconds, thousandths of a degree and a status, line by line.
  func run(sequence: Int, _ lines: [(UInt32, Int, UInt16)]) throws -> [UInt8] {
    let words = lines.flatMap { ["\($0.0)", "\($0.1)", String($0.2, radix: 16)] }
    var program = try ChildProcess(
      path: "\(directory)/sketch", arguments: ["\(sequence)"] + words,
      output: .file("\(directory)/lines"))
    let ending = try program.wait()
    try #require(ending == .exited(0))
    return try Files.read("\(directory)/lines", atMost: 1 << 20)
  }
}

private func decode(_ bytes: [UInt8]) throws -> (samples: [Sample], counts: FrameCounts) {
  var decoder = try #require(ProbeModel.named("kmc1")).makeDecoder()
  var batch = SampleBatch()
  var samples: [Sample] = []
  for start in stride(from: 0, to: bytes.count, by: 500) {
    let piece = bytes.span.extracting(start..<min(start + 500, bytes.count))
    decoder.decode(piece, port: 0, at: .zero, into: &batch)
    samples += batch.samples
    batch.removeAll()
  }
  return (samples, decoder.counts)
}

@Suite(.enabled("no C compiler is in PATH") { compiler != nil })
struct SketchTests {
  @Test func `the sketch's temperatures are those that it was given, below zero too`() throws {
    let sketch = try Sketch()
    let values = [-55_000, -10_005, -999, -1, 0, 1, 9, 36_512, 39_000, 99_999, 100_000, 125_000]
    let lines = values.enumerated().map { (UInt32(1000 * $0), $1, 0 as UInt16) }
    let decoded = try decode(try sketch.run(sequence: 7, lines))
    #expect(decoded.samples.map { Int($0.thousandths) } == values)
    #expect(decoded.samples.allSatisfy { $0.validity == .valid && $0.site == .axilla })
    #expect(decoded.samples.map(\.flags) == [.restarted] + values.dropFirst().map { _ in [] })
    #expect(decoded.counts.rejected == 0)
  }

  @Test func `its numbers and its milliseconds wrap and nothing is lost`() throws {
    let sketch = try Sketch()
    let lines = (0..<200).map { place -> (UInt32, Int, UInt16) in
      (4_294_900_000 &+ UInt32(place) * 1000, 36_000 + place, 0)
    }
    let decoded = try decode(try sketch.run(sequence: 65_436, lines))
    #expect(decoded.samples.map { Int($0.thousandths) } == lines.map(\.1))
    #expect(decoded.counts.frames == 200)
    #expect(decoded.counts.rejected == 0)
    #expect(decoded.counts.lost == 0)
    #expect(decoded.counts.restarts == 0)
    // The line ends are between the frames.
    #expect(decoded.counts.skipped == 400)
  }

  @Test func `a fault has no number`() throws {
    let sketch = try Sketch()
    let faults: [UInt16] = [0x0001, 0x0002, 0x0004, 0x0008, 0x0010]
    let lines = faults.enumerated().map { (UInt32(1000 * $0), 85_000, $1) }
    let bytes = try sketch.run(sequence: 0, lines)
    let decoded = try decode(bytes)
    #expect(decoded.samples.count == faults.count)
    #expect(decoded.samples.allSatisfy { $0.validity == .invalid })
    #expect(decoded.counts.rejected == 0)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("85"))
  }
}

@Suite struct GuideTests {
  @Test func `the guide quotes the sketch as it is compiled`() throws {
    #expect(try blocks("c", in: text(building)) == [text("Tests/SketchTests/kmc1_sketch.c")])
  }

  @Test func `the guide's example is a line`() throws {
    let lines = try text(building).split(separator: "\n").filter { $0.hasPrefix("    $KM") }
    let example = try #require(lines.first).dropFirst(4) + "\r\n"
    let decoded = try decode(Array(example.utf8))
    #expect(decoded.counts.frames == 1)
    #expect(decoded.samples.map(\.thousandths) == [36_512, 90_000])
  }

  @Test func `the guide's change is what stands in the files that it names`() throws {
    var files = 0
    for block in try blocks("diff", in: text(adding)) {
      for change in block.split(separator: "+++ b/").dropFirst() {
        let lines = change.split(separator: "\n", omittingEmptySubsequences: false)
        let file = try text(String(try #require(lines.first)))
        let added = lines.dropFirst().filter { $0.hasPrefix("+") }.map { $0.dropFirst() }
        #expect(!added.isEmpty)
        #expect(file.contains(added.joined(separator: "\n")), "\(lines[0])")
        files += 1
      }
    }
    #expect(files == 6)
  }
}
