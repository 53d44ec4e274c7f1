import Configuration
import EventStream
import LinuxIO
import Pipeline

extension Kangaroo.Command {
  static let ports = Kangaroo.Command(
    name: "ports", synopsis: "[--config F] [--socket P] [--udev-rule]",
    summary: "every serial port of this machine, and which section claims it", run: runPorts)
}

private func runPorts(_ arguments: inout Arguments) throws(Failure) {
  let socket = try arguments.takeOption("--socket")
  let configuration = try readConfiguration(try arguments.takeOption("--config"))
  let isRule = arguments.takeFlag("--udev-rule")
  try arguments.finish()
  let devices = DeviceEnumerator.serialDevices()
  if isRule { return try printRules(devices) }
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

/// The line for udev's rules that makes each plugged device ours.
private func printRules(_ devices: [SerialDevice]) throws(Failure) {
  var output = StandardOutput()
  for device in devices { try output.put(device.rule + "\n") }
  if devices.isEmpty { try output.put("# no serial ports: plug in the probe and ask again\n") }
  try output.putAway()
}

/// Whose the device is, or why nobody's.
private func claim(
  on device: SerialDevice, by configuration: Configuration, among devices: [SerialDevice]
) -> String {
  let sections = configuration.probes.filter { device.fits($0) || $0.path == device.node }
  guard let section = sections.first else {
    if device.role == "probe" {
      return configuration.probes.isEmpty
        ? "tagged by udev" : "unclaimed: tagged by udev, but no section fits it"
    }
    return "unclaimed: no section fits it, and no udev rule tags it"
  }
  if section.path != nil { return "[probe \(section.name)]" }
  let binding = Binding(section, among: devices, beside: configuration.probes)
  return binding.refusal.map { "refused: \($0)" } ?? "[probe \(section.name)]"
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

extension SerialDevice {
  /// A rule that tags this device and no other of its kind, as far as it can be told apart.
  fileprivate var rule: String {
    let tag = "ENV{KANGAROOD}=\"probe\""
    if let vendorID, let modelID, let serialNumber {
      let interface = interfaceNumber.map { "ENV{ID_USB_INTERFACE_NUM}==\"\($0)\", " } ?? ""
      return "# \(node): \(identity ?? "")\n"
        + "SUBSYSTEM==\"tty\", ENV{ID_VENDOR_ID}==\"\(vendorID)\", "
        + "ENV{ID_MODEL_ID}==\"\(modelID)\", ENV{ID_SERIAL_SHORT}==\"\(serialNumber)\", "
        + interface + tag
    }
    if let path {
      return "# \(node): no serial number, so whatever is plugged in at this place\n"
        + "SUBSYSTEM==\"tty\", ENV{ID_PATH}==\"\(path)\", " + tag
    }
    return "# \(node): neither serial number nor place; name it by “path =” in its section"
  }
}
