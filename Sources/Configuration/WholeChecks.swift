import Probes
import Thermoregulation

/// What can be judged only when all files have been read.
extension ConfigurationParser {
  mutating func settleLimits() {
    for index in configuration.infants.indices {
      let infant = configuration.infants[index]
      var settled = Limits(gestationalAgeWeeks: infant.gestationalAgeWeeks)
      for limit in limits[index] { settled[keyPath: limit.key.path] = limit.value }
      if let contradiction = settled.contradiction {
        place = infantPlaces[index]
        refuse("the limits of infant “\(infant.name)” contradict each other: \(contradiction)")
      }
      configuration.infants[index].limits = settled
    }
  }

  mutating func check(_ probe: ProbeSection) {
    place = Place(file: probe.file, line: probe.lineNumber)
    switch (probe.device, probe.path) {
    case (nil, nil): refuse("found neither device nor path for probe “\(probe.name)”, expected one")
    case (_?, _?): refuse("found both device and path for probe “\(probe.name)”, expected one")
    default: break
    }
    let names = configuration.infants.map(\.name)
    if let infant = probe.infant {
      if !names.isEmpty, !names.contains(infant) {
        refuse(
          "found infant “\(infant)” for probe “\(probe.name)”, "
            + "expected a section [infant \(infant)] or one of "
            + names.joined(separator: ", "))
      }
    } else if probe.parent == nil, names.count > 1 {
      refuse(
        "found no infant for probe “\(probe.name)”, expected “infant =” and one of "
          + names.joined(separator: ", "))
    }
    if let model = ProbeModel.named(probe.protocolName), model.mustWrite, !probe.mayWrite {
      refuse(
        "found no “write = yes” for probe “\(probe.name)”, expected it: "
          + "\(model.name) stays silent until it is written to")
    }
    checkSensors(probe)
  }

  private mutating func checkSensors(_ probe: ProbeSection) {
    guard let sensor = probe.sensors.first else { return }
    if ProbeModel.named(probe.protocolName)?.isBus != true {
      refuse(
        "found the sensor \(sensor.rom) for probe “\(probe.name)”, expected sensors only where "
          + "protocol is "
          + ProbeModel.all.filter(\.isBus).map(\.name).joined(separator: " or "))
    }
    let homeless = probe.sensors.first { $0.site == .unknown }
    if let homeless, probe.sensors.contains(where: { $0.site != .unknown }) {
      refuse(
        "found no sensor-\(homeless.rom) for probe “\(probe.name)”, expected its site, "
          + "since others have one")
    }
  }

  /// Two sections that would read one node would steal each other's bytes.
  mutating func checkNodes() {
    var seen: [String: String] = [:]
    for probe in configuration.probes {
      guard let node = probe.path ?? probe.device else { continue }
      if let other = seen[node] {
        place = Place(file: probe.file, line: probe.lineNumber)
        refuse(
          "found “\(node.shown)” for both probes “\(other)” and “\(probe.name)”, "
            + "expected it for one")
      }
      seen[node] = probe.name
    }
    if configuration.socketPath == configuration.controlSocketPath {
      place = socketPlace
      refuse("found the same path for socket-path and control-socket-path, expected two")
    }
  }

  /// Without any section for infants, those that the probes name are the infants.
  mutating func implyInfants() {
    guard configuration.infants.isEmpty else { return }
    for probe in configuration.probes {
      guard let name = probe.infant ?? (probe.parent == nil ? Configuration.defaultInfant : nil),
        !configuration.infants.contains(where: { $0.name == name })
      else { continue }
      configuration.infants.append(InfantProfile(name: name))
    }
  }
}
