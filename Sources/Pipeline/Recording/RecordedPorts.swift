import Captures
import EventStream
import Probes
import Thermoregulation

/// Which ports a recording has declared, under which numbers, and which are attached.
///
/// A port is declared when it is known what it speaks; one that turns out to speak something else
/// gets another number in another file, since a capture names each port once.
struct RecordedPorts: Sendable {
  private struct Port {
    var isAttached = false
    /// As it was declared last, and whether this file has that.
    var declaration: PortDeclaration?
    var isDeclared = false

    /// Its number in this file.
    var number: PortIndex? { isDeclared ? declaration?.number : nil }
  }

  private var ports: [Port] = []
  private var nextNumber: PortIndex = 0
  /// Whether a port is no longer what this file says of it.
  private(set) var haveChanged = false

  mutating func note(_ chunk: WireChunk) {
    makeRoom(for: chunk.port)
    ports[Int(chunk.port)].isAttached = chunk.kind == .attached
  }

  /// Begins a file: declares all that are known, and attaches those that are there.
  mutating func declareAll(
    _ roster: Roster, _ writer: inout CaptureWriter, at time: Timestamp, into text: inout [UInt8]
  ) {
    haveChanged = false
    if !roster.ports.isEmpty { makeRoom(for: PortIndex(roster.ports.count - 1)) }
    for place in ports.indices { ports[place].isDeclared = false }
    for place in roster.ports.indices { declare(place, roster, &writer, &text) }
    for place in ports.indices where ports[place].isAttached {
      guard let number = ports[place].number else { continue }
      writer.attached(number, at: time, into: &text)
    }
  }

  /// Writes that a port has come or gone, where it is declared already.
  mutating func record(
    _ chunk: WireChunk, _ roster: Roster, _ writer: inout CaptureWriter, at time: Timestamp,
    into text: inout [UInt8]
  ) {
    guard let number = ports[Int(chunk.port)].number else { return }
    if chunk.kind == .attached {
      writer.attached(number, at: time, into: &text)
    } else {
      writer.detached(number, at: time, into: &text)
    }
  }

  /// Something is told of a port: what was declared of it may hold no longer.
  mutating func check(_ roster: Roster) {
    for place in ports.indices where ports[place].isDeclared {
      let attributes = roster.ports[place].attributes(roster)
      if ports[place].declaration?.attributes != attributes { haveChanged = true }
    }
  }

  /// The number under which the port stands in this file; nil where nobody knows what it speaks.
  mutating func number(
    of port: PortIndex, _ roster: Roster, _ writer: inout CaptureWriter, at time: Timestamp,
    into text: inout [UInt8]
  ) -> PortIndex? {
    makeRoom(for: port)
    let place = Int(port)
    guard roster.ports.indices.contains(place) else { return nil }
    if let number = ports[place].number { return number }
    declare(place, roster, &writer, &text)
    guard let number = ports[place].number else { return nil }
    ports[place].isAttached = true
    writer.attached(number, at: time, into: &text)
    return number
  }

  private mutating func declare(
    _ place: Int, _ roster: Roster, _ writer: inout CaptureWriter, _ text: inout [UInt8]
  ) {
    let entry = roster.ports[place]
    guard ProbeModel.named(entry.protocolName) != nil else { return }
    let attributes = entry.attributes(roster)
    // What is the same in each file of a run bears the same number in each.
    if ports[place].declaration?.attributes != attributes {
      ports[place].declaration = PortDeclaration(number: nextNumber, attributes: attributes)
      nextNumber += 1
    }
    ports[place].isDeclared = true
    writer.port(ports[place].declaration!, into: &text)
  }

  private mutating func makeRoom(for port: PortIndex) {
    while ports.count <= Int(port) { ports.append(Port()) }
  }
}

extension PortEntry {
  /// What a `#port` line says of it.
  fileprivate func attributes(_ roster: Roster) -> CaptureAttributes {
    var attributes = CaptureAttributes()
    attributes["name"] = name
    attributes["device"] = device
    attributes["protocol"] = protocolName
    attributes["line"] = line
    attributes["infant"] = roster.infantName(assignment.infant)
    attributes["parent"] = assignment.parent
    if assignment.site != .unknown { attributes["site"] = assignment.site.name }
    for (place, site) in assignment.channelSites.enumerated() where site != .unknown {
      attributes["channel-\(place + 1)"] = site.name
    }
    for sensor in sensors {
      if sensor.site != .unknown { attributes["sensor-\(sensor.rom)"] = sensor.site.name }
      if sensor.offsetThousandths != 0 {
        attributes["offset-\(sensor.rom)"] = Self.degrees(sensor.offsetThousandths)
      }
    }
    return attributes
  }

  /// Such as `-0.125`.
  private static func degrees(_ thousandths: Int32) -> String {
    let size = thousandths.magnitude
    let fraction = String(1_000 + size % 1_000).dropFirst()
    return "\(thousandths < 0 ? "-" : "")\(size / 1_000).\(fraction)"
  }
}

extension InfantDeclaration {
  /// What an `#infant` line says of it.
  init(_ profile: InfantProfile) {
    var attributes = CaptureAttributes()
    attributes["gestational-age-weeks"] = profile.gestationalAgeWeeks.map(String.init)
    attributes["birth-weight-g"] = profile.birthWeightGrams.map(String.init)
    attributes["born"] = profile.born.map { WallTime(nanoseconds: $0).description }
    attributes["parent"] = profile.parent
    self.init(name: profile.name, attributes: attributes)
  }
}
