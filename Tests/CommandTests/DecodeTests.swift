import EventStream
import LinuxIO
import Probes
import Programs
import Simulator
import Testing

@Suite("kangaroo decode")
struct DecodeTests {
  @Test("understands what the simulator puts on the wire", arguments: EncoderModel.all.map(\.name))
  func named(_ name: String) throws {
    let bytes = wire(name, seconds: 60)
    let outcome = try Program.kangaroo.run("decode", "--protocol", name, input: bytes)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try outcome.lines.map { try JSON(parsing: $0) }
    let hasValues = lines.contains { $0.type == "sample" && $0["value"] != nil }
    #expect(hasValues == !ProbeModel.named(name)!.quantities.isEmpty)
    #expect(lines.last?.type == "summary")
    #expect(lines.last?["bytes"]?.integer == bytes.count)
  }

  @Test(
    "finds out which protocol it is, where that can be told at all",
    arguments: EncoderModel.all.map(\.name))
  func found(_ name: String) throws {
    let bytes = wire(name, seconds: 60)
    let outcome = try Program.kangaroo.run("decode", "--protocol", "auto", input: bytes)
    let verdict = try outcome.lines.map { try JSON(parsing: $0) }.first { $0.type == "detected" }
    let isTold = ProbeModel.named(name)!.detection != nil
    #expect(outcome.code == (isTold ? 0 : 65))
    #expect(verdict?.shown("protocol") == (isTold ? name : "none"))
    guard isTold else { return }
    // From there on it is as if it had been named.
    let named = try Program.kangaroo.run("decode", "--protocol", name, input: bytes)
    #expect(outcome.output.hasSuffix(named.output))
  }

  @Test("refuses to guess where no protocol can be told")
  func none() throws {
    let noise = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3) }
    for bytes in [noise, []] {
      let outcome = try Program.kangaroo.run("decode", "--protocol", "auto", input: bytes)
      #expect(outcome.code == 65)
      #expect(outcome.output.contains("\"protocol\":\"none\""))
      #expect(outcome.sentences.count == 1)
    }
  }

  @Test("takes noise as noise, and counts it")
  func noise() throws {
    for model in ProbeModel.all {
      let outcome = try Program.kangaroo.run(
        "decode", "--protocol", model.name, input: [UInt8](repeating: 0xFF, count: 10_000))
      #expect(outcome.code == 0)
      let summary = try #require(try outcome.lines.last.map { try JSON(parsing: $0) })
      #expect(summary["skipped"]?.integer == 10_000, "\(model.name)")
    }
  }

  /// What a simulated probe of that protocol sends.
  private func wire(_ name: String, seconds: Int64) -> [UInt8] {
    var encoder = EncoderModel.named(name)!.makeEncoder("unit-1")
    let vitals = Vitals(
      temperatures: [Vitals.Temperature(site: .axilla, thousandths: 36_900)],
      heart: Vitals.Heart(rate: 148))
    var bytes: [UInt8] = []
    var time: Int64 = 0
    while time < seconds * 1_000_000_000 {
      encoder.encode(vitals, at: Timestamp(nanoseconds: time), into: &bytes)
      time += encoder.period
    }
    return bytes
  }
}
