import Configuration
import LinuxIO
import Pipeline
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
    try output.put(
      "[probe \(probe.name)] \(binding(of: probe, among: devices, beside: configuration.probes))\n")
  }
  if configuration.probes.isEmpty { try output.put("no probes\n") }
  try output.putAway()
}

private func binding(
  of probe: ProbeSection, among devices: [SerialDevice], beside sections: [ProbeSection]
) -> String {
  if let path = probe.path {
    return Files.exists(path) ? "binds to \(path)" : "waits for \(path), which does not exist"
  }
  let binding = Binding(probe, among: devices, beside: sections)
  switch binding {
  case .missing: return "waits for \(probe.device ?? ""), which is not plugged in"
  case .bound(let device, let isByPath):
    return "binds to \(device.identity ?? device.location ?? "") at \(device.node), "
      + (isByPath ? "by its place: it has no serial number" : "by its serial number")
  default: return "is refused: \(binding.refusal ?? "")"
  }
}
