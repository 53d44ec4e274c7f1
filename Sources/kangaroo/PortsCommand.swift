import Configuration
import EventStream
import LinuxIO
import Pipeline

extension Kangaroo.Command {
  static let ports = Kangaroo.Command(
    name: "ports", synopsis: "[--config F] [--socket P]",
    summary: "every serial port of this machine, and which section claims it", run: runPorts)
}

private func runPorts(_ arguments: inout Arguments) throws(Failure) {
  let socket = try arguments.takeOption("--socket")
  let configuration = try readConfiguration(try arguments.takeOption("--config"))
  try arguments.finish()
  let devices = DeviceEnumerator.serialDevices()
  let rows = devices.map { device in
    [
      device.node, device.identity ?? device.location ?? "-", device.level,
      device.vendorID.map { "\($0):\(device.modelID ?? "")" } ?? "-",
      [device.vendorName, device.modelName].compactMap(\.self).joined(separator: " ").orDash,
      device.driver ?? "-", claim(on: device, by: configuration, among: devices),
    ]
  }
  var output = StandardOutput()
  try output.put(
    table(
      ["NODE", "IDENTITY", "MATCH", "USB ID", "DEVICE", "DRIVER", "CLAIM"], rows,
      none: "no serial ports") + "\n")
  try output.put("\n" + livePorts(socket ?? configuration.socketPath) + "\n")
  try output.putAway()
}

/// Whose the device is, or why nobody's.
private func claim(
  on device: SerialDevice, by configuration: Configuration, among devices: [SerialDevice]
) -> String {
  let sections = configuration.probes.filter { probe in
    device.identity.map { probe.claims(device: $0) } ?? (probe.path == device.node)
  }
  guard let section = sections.first else {
    return device.role == "probe" ? "tagged by udev" : "unclaimed: no section fits it"
  }
  guard sections.count == 1 else {
    return "refused: fits " + sections.map(\.name).joined(separator: " and ")
  }
  let rivals = devices.filter { other in
    other != device && (other.identity.map { section.claims(device: $0) } ?? false)
  }
  guard rivals.isEmpty else {
    return "refused: [probe \(section.name)] also fits "
      + rivals.map(\.node).joined(separator: " and ")
  }
  return "[probe \(section.name)]"
}

/// What a running daemon says of its ports.
private func livePorts(_ socket: String) -> String {
  guard var lines = try? StreamLines(socket) else { return "no daemon answers at \(socket)" }
  var rows: [[String]] = []
  while let json = lines.nextObject(), json["type"]?.text != "live" {
    guard json["type"]?.text == "port" else { continue }
    rows.append([
      json.shown("port"), json.shown("link"), json.shown("data"),
      json.shown("age_s", unit: " s"), json.shown("flaps"),
      json.shown("jitter_us", unit: " µs"), json.shown("protocol"),
      json.shown("path"), json.shown("detail"),
    ])
  }
  return table(
    ["PORT", "LINK", "DATA", "AGE", "FLAPS", "JITTER", "PROTOCOL", "NODE", ""], rows,
    none: "no ports")
}

extension SerialDevice {
  /// What the device can be bound by.
  fileprivate var level: String {
    if serialNumber != nil { return "serial" }
    return path != nil ? "path" : "none"
  }
}

extension String {
  fileprivate var orDash: String { isEmpty ? "-" : self }
}
