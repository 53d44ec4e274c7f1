import Captures
import Configuration
import Probes
import Thermoregulation

/// A `#port` line, understood, with what the configuration overrides.
struct CapturedPort {
  var name: String
  var device: String?
  var model: ProbeModel
  var line: LineSettings
  /// Nil only for a port that serves a parent alone.
  var infant: String?
  var parent: String?
  var site = Site.unknown
  var channelSites: [Site] = []
  var sensors: [Sensor] = []

  init(
    _ declaration: PortDeclaration, _ configuration: Configuration?, line: Int
  ) throws(CaptureError) {
    let attributes = declaration.attributes
    device = attributes["device"]
    name = attributes["name"] ?? device ?? "port-\(declaration.number)"
    let device = device
    let section = configuration?.probes.first { probe in
      device.map { probe.claims(device: $0) || probe.path == $0 } ?? false
    }
    if let section { name = section.name }

    var protocolName = attributes["protocol"] ?? "auto"
    if let chosen = section?.protocolName, chosen != "auto" { protocolName = chosen }
    guard let model = ProbeModel.named(protocolName) else {
      throw CaptureError(
        line: line,
        message: "found protocol “\(protocolName)”, expected one of "
          + ProbeModel.all.map(\.name).joined(separator: ", "))
    }
    self.model = model
    self.line = section?.line ?? attributes["line"].flatMap { LineSettings($0) } ?? model.line

    parent = section?.parent ?? attributes["parent"]
    infant = section?.infant ?? attributes["infant"]
    if infant == nil, parent == nil {
      infant = configuration?.onlyInfant ?? Configuration.defaultInfant
    }
    site = try Self.site(attributes["site"], line) ?? .unknown
    if let chosen = section?.site, chosen != .unknown { site = chosen }
    for pair in attributes.pairs where pair.key.hasPrefix("channel-") {
      guard let number = Int(pair.key.dropFirst(8)), (1...16).contains(number) else { continue }
      while channelSites.count < number { channelSites.append(.unknown) }
      channelSites[number - 1] = try Self.site(pair.value, line) ?? .unknown
    }
    if let chosen = section?.channelSites, !chosen.isEmpty { channelSites = chosen }
    for pair in attributes.pairs { try takeSensor(pair, line) }
    if let chosen = section?.sensors, !chosen.isEmpty { sensors = chosen }
  }

  /// `sensor-28-0000000fcb07=axilla`, or `offset-28-0000000fcb07=-0.12`.
  private mutating func takeSensor(
    _ pair: CaptureAttributes.Pair, _ line: Int
  ) throws(CaptureError) {
    let isOffset = pair.key.hasPrefix("offset-")
    guard isOffset || pair.key.hasPrefix("sensor-"), let rom = ROM(pair.key.dropFirst(7)) else {
      return
    }
    let known = sensors.firstIndex { $0.rom == rom }
    let place = known ?? sensors.count
    if known == nil { sensors.append(Sensor(rom: rom)) }
    if !isOffset {
      sensors[place].site = try Self.site(pair.value, line) ?? .unknown
    } else if let offset = pair.value.thousandths, (-1000...1000).contains(offset) {
      sensors[place].offsetThousandths = Int32(offset)
    } else {
      throw CaptureError(
        line: line, message: "found \(pair.key) “\(pair.value)”, expected degrees, -1 to 1")
    }
  }

  private static func site(_ name: String?, _ line: Int) throws(CaptureError) -> Site? {
    guard let name else { return nil }
    guard let site = Site(configured: name) else {
      throw CaptureError(
        line: line,
        message: "found site “\(name)”, expected one of "
          + Site.allCases.filter { $0 != .unknown }.map(\.name).joined(separator: ", "))
    }
    return site
  }
}

extension InfantProfile {
  /// An infant as an `#infant` line describes it; keys not known here are skipped.
  init(_ declaration: InfantDeclaration, line: Int) throws(CaptureError) {
    self.init(name: declaration.name)
    for pair in declaration.attributes.pairs {
      switch pair.key {
      case "gestational-age-weeks":
        gestationalAgeWeeks = try Self.number(pair, line)
      case "birth-weight-g":
        birthWeightGrams = try Self.number(pair, line)
      case "born":
        guard let time = WallTime(rfc3339: pair.value) else {
          throw CaptureError(
            line: line,
            message: "found born “\(pair.value)”, expected a time such as 2026-11-20T04:10:00Z")
        }
        born = time.nanoseconds
      case "parent": parent = pair.value
      default: break
      }
    }
    limits = Limits(gestationalAgeWeeks: gestationalAgeWeeks)
  }

  private static func number(
    _ pair: CaptureAttributes.Pair, _ line: Int
  ) throws(CaptureError) -> Int {
    guard let number = Int(pair.value), (1...10_000).contains(number) else {
      throw CaptureError(
        line: line, message: "found \(pair.key) “\(pair.value)”, expected a whole number")
    }
    return number
  }
}
