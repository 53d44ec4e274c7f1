import Probes

/// The keys of `[probe NAME]`.
extension ConfigurationParser {
  mutating func setProbe(_ index: Int, _ key: String, _ value: String) {
    switch key {
    case "device": setDevice(index, value)
    case "path": setPath(index, value)
    case "protocol":
      guard value == "auto" || ProbeModel.named(value) != nil else {
        refuse(
          "found protocol “\(value.shown)”, expected auto, "
            + ProbeModel.all.map(\.name).joined(separator: ", "))
        return
      }
      configuration.probes[index].protocolName = value
    case "line":
      guard let line = LineSettings(value) else {
        refuse(
          "found line “\(value.shown)”, expected one such as 9600-8n1: "
            + "bits a second, data bits, parity (n, e or o), stop bits")
        return
      }
      configuration.probes[index].line = line
    case "write":
      guard value == "yes" || value == "no" else {
        refuse("found write “\(value.shown)”, expected yes or no")
        return
      }
      configuration.probes[index].mayWrite = value == "yes"
    case "infant":
      if let infant = identifier(key, value) { configuration.probes[index].infant = infant }
    case "parent":
      if let parent = identifier(key, value) { configuration.probes[index].parent = parent }
    case "site":
      if let site = site(key, value) { configuration.probes[index].site = site }
    case _ where key.hasPrefix("sensor-"): setSensor(index, key, value)
    case _ where key.hasPrefix("offset-"): setOffset(index, key, value)
    default: setChannel(index, key, value)
    }
  }

  private mutating func setSensor(_ index: Int, _ key: String, _ value: String) {
    guard let place = sensor(index, key), let site = site(key, value) else { return }
    configuration.probes[index].sensors[place].site = site
  }

  private mutating func setOffset(_ index: Int, _ key: String, _ value: String) {
    guard let place = sensor(index, key) else { return }
    guard let offset = value.thousandths, (-1000...1000).contains(offset) else {
      refuse(
        "found \(key) “\(value.shown)”, expected degrees Celsius such as -0.12, -1 to 1, "
          + "with at most 3 decimals")
      return
    }
    configuration.probes[index].sensors[place].offsetThousandths = Int32(offset)
  }

  /// The place of the sensor that a key names, among those of its probe.
  private mutating func sensor(_ index: Int, _ key: String) -> Int? {
    let name = key.dropFirst("sensor-".utf8.count)
    guard let rom = ROM(name), rom.isThermometer else {
      refuse(
        "found \(key.shown), expected the ROM of a DS18B20 or DS18S20 such as 28-0000000fcb07")
      return nil
    }
    if let known = configuration.probes[index].sensors.firstIndex(where: { $0.rom == rom }) {
      return known
    }
    guard configuration.probes[index].sensors.count < Sensor.limit else {
      refuse("found \(key), expected at most \(Sensor.limit) sensors")
      return nil
    }
    configuration.probes[index].sensors.append(Sensor(rom: rom))
    return configuration.probes[index].sensors.count - 1
  }

  private mutating func setDevice(_ index: Int, _ value: String) {
    let links = "/dev/serial/by-id/"
    guard value.first != "/" else {
      refuse(
        value.hasPrefix(links)
          ? "found device “\(value.shown)”, expected only what follows \(links)"
          : "found device “\(value.shown)”, expected a stable identity such as "
            + "usb-FTDI_FT232R_A50285BI-if00, as “kangaroo ports” shows them")
      return
    }
    configuration.probes[index].device = value
  }

  private mutating func setPath(_ index: Int, _ value: String) {
    guard value.hasPrefix("/") else {
      refuse("found path “\(value.shown)”, expected a path that begins with “/”")
      return
    }
    guard !value.hasPrefix("/dev/ttyUSB"), !value.hasPrefix("/dev/ttyACM") else {
      refuse(
        "found path “\(value.shown)”, a number that changes with every plugging; "
          + "expected “device =” and its identity, as “kangaroo ports” shows it")
      return
    }
    configuration.probes[index].path = value
  }

  private mutating func setChannel(_ index: Int, _ key: String, _ value: String) {
    guard let channel = (1...16).first(where: { key == "channel-\($0)" }) else {
      refuse(
        "found the unknown key “\(key.shown)” in [probe], expected device, path, protocol, "
          + "line, write, infant, parent, site, channel-1 to channel-16, sensor-ROM or offset-ROM")
      return
    }
    guard let site = site(key, value) else { return }
    while configuration.probes[index].channelSites.count < channel {
      configuration.probes[index].channelSites.append(.unknown)
    }
    configuration.probes[index].channelSites[channel - 1] = site
  }

  private mutating func site(_ key: String, _ value: String) -> Site? {
    if let site = Site(configured: value) { return site }
    refuse(
      "found \(key) “\(value.shown)”, expected one of "
        + Site.allCases.filter { $0 != .unknown }.map(\.name).joined(separator: ", "))
    return nil
  }
}
