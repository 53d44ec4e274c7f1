import Captures
import Probes
import Testing

@Suite struct CaptureWriterTests {
  @Test func `what is written is read, and written again byte for byte`() throws {
    let original = """
      #kangaroo-capture 1
      #recorded 2026-11-21T10:00:00.000Z
      #port 0 device=usb-FTDI protocol=kmc1 empty=
      #port 65535
      #infant bed-3a parent=mother-3
      #note free text
      0.000000000 0 +
      0.012345678 0 < 00010f1099ffab
      0.800000000 65535 > 3031
      60.000000000 0 -
      70.000000000 ! {"mark":"transfer","infant":"bed-3a"}
      80.000000000 ~ 3600.000
      80.000000000 ~ -0.500
      80.000000000 ~ 0.000000001
      8999999999.999999999 .

      """
    let outcome = Outcome(original)
    #expect(outcome.error == nil)
    #expect(String(decoding: rewritten(outcome), as: UTF8.self) == original)
  }

  @Test func `names and texts cannot break the line`() {
    var text: [UInt8] = []
    let writer = CaptureWriter()
    writer.port(
      PortDeclaration(number: 3, attributes: ["device": "a b\nc", "site": "back"]), into: &text)
    writer.note("one\ntwo", into: &text)
    #expect(
      String(decoding: text, as: UTF8.self)
        == "#port 3 device=a_b_c site=back\n#note one two\n")
  }

  @Test func `the largest record fits the longest line`() {
    var text: [UInt8] = []
    var writer = CaptureWriter()
    writer.begin(recorded: .epoch, into: &text)
    writer.port(PortDeclaration(number: 65535, attributes: [:]), into: &text)
    let bytes = [UInt8](repeating: 0xA5, count: CaptureLimits.bytesPerRecord)
    let late = Timestamp(nanoseconds: 8_999_999_999_999_999_999)
    writer.read(bytes.span, from: 65535, at: late, into: &text)
    let outcome = Outcome(text)
    #expect(outcome.error == nil)
    #expect(outcome.entries.last?.bytes == bytes)
  }

  private func rewritten(_ outcome: Outcome) -> [UInt8] {
    var text: [UInt8] = []
    var writer = CaptureWriter()
    for entry in outcome.entries {
      let time = entry.record.time
      let bytes = entry.bytes.span
      switch entry.record.kind {
      case .recorded(let wall): writer.begin(recorded: wall, into: &text)
      case .port(let port): writer.port(port, into: &text)
      case .infant(let infant): writer.infant(infant, into: &text)
      case .note: writer.note(String(decoding: entry.bytes, as: UTF8.self), into: &text)
      case .attached(let port): writer.attached(port, at: time, into: &text)
      case .detached(let port): writer.detached(port, at: time, into: &text)
      case .read(let port): writer.read(bytes, from: port, at: time, into: &text)
      case .written(let port): writer.written(bytes, to: port, at: time, into: &text)
      case .command: writer.command(bytes, at: time, into: &text)
      case .clockStep(let step): writer.clockStep(nanoseconds: step, at: time, into: &text)
      case .passed: writer.passed(at: time, into: &text)
      }
    }
    return text
  }
}
