import Configuration
import EventStream
import Probes
import Thermoregulation

/// The sections that ports are to be read by from now on: from the serving to the reading thread.
struct PortOrders: Sendable {
  var sections: [ProbeSection]
}

/// What the reading thread has made of new orders; no port's number is ever given to another.
struct PortChanges: Sendable {
  /// Ports whose section is no longer there, or says something else.
  var retired: [PortIndex] = []
  /// New ports, by the place of their section in the orders.
  var added: [(port: PortIndex, section: Int)] = []
}

extension ProbeSection {
  /// The section without where it stands: what a port is read by.
  var substance: ProbeSection {
    var section = self
    section.file = ""
    section.lineNumber = 0
    return section
  }
}

extension PortEntry {
  /// A port as a section describes it.
  init(_ section: ProbeSection, infant: InfantIndex?, at now: Timestamp) {
    self.init(
      name: section.name, protocolName: section.protocolName, line: section.lineSettings.text,
      assignment: PortAssignment(
        infant: infant, parent: section.parent, site: section.site,
        channelSites: section.channelSites))
    sensors = section.sensors
    since = now
  }
}
