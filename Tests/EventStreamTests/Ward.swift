import EventStream
import Probes
import Testing

@testable import Thermoregulation

/// A ward of one infant and two probes, whose lines the tests write.
enum Ward {
  static let roster = {
    var roster = Roster()
    roster.infants = [
      InfantProfile(
        name: "bed-3a", gestationalAgeWeeks: 31, birthWeightGrams: 1480,
        born: WallTime(rfc3339: "2026-11-20T04:10:00Z")?.nanoseconds, parent: "mother-3")
    ]
    roster.ports = [
      PortEntry(
        name: "axilla-3a", protocolName: "kmc1", line: "9600-8n1",
        assignment: PortAssignment(infant: 0, site: .axilla), device: "usb-FTDI_A50285BI-if00"),
      PortEntry(
        name: "chest-3a", protocolName: "auto", line: "9600-8n1",
        assignment: PortAssignment(infant: 0, site: .parentChest)),
      PortEntry(
        name: "mother", protocolName: "auto", line: "9600-8n1",
        assignment: PortAssignment(parent: "mother-3")),
    ]
    return roster
  }()

  /// 83.25 s after ten in the morning.
  static let stamp = stamp(seq: 7)
  static let unnumbered = stamp(seq: nil)

  static func stamp(seq: Int?) -> LineWriter.Stamp {
    LineWriter.Stamp(
      seq: seq, time: Timestamp(nanoseconds: 83_250_000_000),
      wall: WallTime(rfc3339: "2026-11-21T10:01:23.250Z")!)
  }

  /// The line that `write` writes, with its LF cut off.
  static func line(_ write: (inout LineWriter) -> Void) -> String {
    var writer = LineWriter()
    write(&writer)
    #expect(writer.line.last == UInt8(ascii: "\n"))
    return String(decoding: writer.line.dropLast(), as: UTF8.self)
  }

  /// How a line of that type begins.
  static func opening(_ type: String) -> String {
    "{\"type\":\"\(type)\",\"seq\":7,\"t\":83.250,\"time\":\"2026-11-21T10:01:23.250Z\""
  }

  /// How a line of that type begins where it is made for one subscriber.
  static func unnumberedOpening(_ type: String) -> String {
    "{\"type\":\"\(type)\",\"t\":83.250,\"time\":\"2026-11-21T10:01:23.250Z\""
  }
}
