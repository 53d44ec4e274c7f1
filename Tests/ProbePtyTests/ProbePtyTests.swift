import LinuxIO
import Probes
import Simulator
import Testing

/// `kangaroo simulate --pty`, and the files that it tells its paths in.
private struct Plugged: ~Copyable {
  let paths: [String]
  private var program: ChildProcess
  private let directory: String

  init(_ arguments: [String], ports: Int = 1) throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "probe-pty-")
    let test = try Process.executablePath
    let slash = test.lastIndex(of: "/") ?? test.startIndex
    let output = "\(directory)/paths"
    var program = try ChildProcess(
      path: "\(test[..<slash])/kangaroo", arguments: ["simulate", "--pty"] + arguments,
      output: .file(output), error: .discarded)
    let deadline = BootClock.now + 20_000_000_000
    var paths: [String] = []
    while paths.count < ports, BootClock.now < deadline, try program.poll() == nil {
      BootClock.sleep(until: BootClock.now + 5_000_000)
      let text = String(decoding: try Files.read(output, atMost: 4096), as: UTF8.self)
      // The last line may not be whole yet.
      paths = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map(String.init)
    }
    try #require(paths.count == ports)
    self.paths = paths
    self.program = program
    self.directory = directory
  }

  mutating func interrupt() throws -> ChildProcess.Ending {
    try program.send(.interrupt)
    return try program.wait()
  }

  deinit { try? Files.removeTree(directory) }
}

/// What a port's decoder made of the bytes until it had accepted so many frames.
private func listen(_ path: String, to name: String, frames: Int) throws -> (
  samples: [Sample], counts: FrameCounts, rejectedAtFirst: Int
) {
  let model = try #require(ProbeModel.named(name))
  var port = try SerialPort(path: path, settings: SerialSettings(baud: model.line.baud))
  var epoll = try Epoll()
  try epoll.add(port, for: .input, token: 1)
  var decoder = model.makeDecoder()
  var batch = SampleBatch()
  var samples: [Sample] = []
  var rejectedAtFirst: Int?
  var buffer = [UInt8](repeating: 0, count: 512)
  // Packets take many frames to make a sample; the warmer's decoder makes none.
  while decoder.counts.frames < frames || samples.isEmpty && !model.quantities.isEmpty {
    let count = try epoll.wait(milliseconds: 20_000)
    try #require(count == 1, "nothing came in 20 s")
    var space = buffer.mutableSpan
    guard case .bytes(let count) = port.read(into: &space) else { continue }
    let time = Timestamp(nanoseconds: BootClock.now)
    decoder.decode(buffer.span.extracting(0..<count), port: 0, at: time, into: &batch)
    samples += batch.samples
    batch.removeAll()
    if decoder.counts.frames > 0 {
      rejectedAtFirst = rejectedAtFirst ?? decoder.counts.rejected
    }
  }
  return (samples, decoder.counts, rejectedAtFirst ?? 0)
}

@Suite struct ProbePtyTests {
  @Test(arguments: EncoderModel.all.map(\.name))
  func `a simulated probe speaks on a pseudo-terminal`(name: String) throws {
    let model = try #require(EncoderModel.named(name))
    let period = model.makeEncoder("u").period
    // Some twenty calls a second, however seldom the real unit speaks.
    let rate = min(max(20 * period / 1_000_000_000, 1), 1000)
    var plugged = try Plugged(["--probe", name, "--rate", "\(rate)"])
    let heard = try listen(plugged.paths[0], to: name, frames: 12)
    // Whoever opens the port late may find the end of a frame first, and nothing broken after it.
    #expect(heard.counts.rejected == heard.rejectedAtFirst)
    #expect(heard.counts.lost == 0)
    let temperatures = heard.samples.filter {
      $0.quantity == .temperature && $0.validity == .valid && $0.thousandths > 36_000
    }
    #expect(temperatures.isEmpty == (!model.carriesTemperature || name == "giraffe-warmer"))
    #expect(heard.samples.contains { $0.quantity == .spo2 } == model.carriesHeart)
    let ending = try plugged.interrupt()
    #expect(ending == .killed(.interrupt))
  }

  @Test func `two units of one infant are two ports`() throws {
    let arguments = ["--probe", "papouch-tm", "--heart-probe", "nonin-df8", "--rate", "50"]
    let plugged = try Plugged(arguments, ports: 2)
    let paths = plugged.paths
    #expect(try listen(paths[0], to: "papouch-tm", frames: 3).counts.frames >= 3)
    #expect(try listen(paths[1], to: "nonin-df8", frames: 3).counts.frames >= 3)
  }
}
