import Configuration
import LinuxIO
import Thermoregulation

extension Kangaroo.Command {
  static let check = Kangaroo.Command(
    name: "check", synopsis: "[FILE]",
    summary: "the configuration, and what each section would bind to now", run: runCheck)
}

private func runCheck(_ arguments: inout Arguments) throws(Failure) {
  let configuration = try readConfiguration(arguments.next())
  try arguments.finish()
  let devices = DeviceEnumerator.serialDevices()
  var output = StandardOutput()
  let infants = configuration.infants.map(\.name)
  try output.put(
    "infants: \(infants.isEmpty ? Configuration.defaultInfant : infants.joined(separator: ", "))\n")
  for probe in configuration.probes {
    try output.put("[probe \(probe.name)] \(binding(of: probe, among: devices))\n")
  }
  if configuration.probes.isEmpty { try output.put("no probes\n") }
  try output.putAway()
}

private func binding(of probe: ProbeSection, among devices: [SerialDevice]) -> String {
  if let path = probe.path {
    return Files.exists(path) ? "binds to \(path)" : "waits for \(path), which does not exist"
  }
  let fitting = devices.filter { device in
    device.identity.map { probe.claims(device: $0) } ?? false
  }
  switch fitting.count {
  case 0: return "waits for \(probe.device ?? ""), which is not plugged in"
  case 1: return "binds to \(fitting[0].identity ?? "") at \(fitting[0].node)"
  default:
    return "is refused: it fits "
      + fitting.map { $0.identity ?? $0.node }.joined(separator: " and ")
  }
}
