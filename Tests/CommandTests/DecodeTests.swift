import EventStream
import LinuxIO
import Probes
import Programs
import Simulator
import Testing

@Suite("kangaroo decode")
struct DecodeTests {
  @Test(
    "finds what the simulator has put on the wire",
    arguments: EncoderModel.all.map(\.name), ["named", "auto"])
  func protocols(_ name: String, _ way: String) throws {
    let bytes = wire(name, seconds: 60)
    let outcome = try Program.kangaroo.run(
      "decode", "--protocol", way == "auto" ? "auto" : name, input: bytes)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try outcome.lines.map { try JSON(parsing: $0) }
    let samples = lines.filter { $0.type == "sample" }
    #expect(samples.count > 50)
    #expect(samples.contains { $0["value"] != nil })
    let summary = try #require(lines.last)
    #expect(summary.type == "summary")
    #expect(summary["bytes"]?.integer == bytes.count)
    if way == "auto" {
      let verdict = lines.first { $0.type == "detected" }
      #expect(verdict?.shown("protocol") == name)
    }
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
