import Configuration
import LinuxIO
import Pipeline

/// Looks for what is known to break installations of this kind. Looks only: opens no port, changes
/// nothing.
struct Doctor {
  /// One thing that was looked at; `remedy` is nil where nothing is wrong with it.
  struct Finding: Equatable {
    let subject: String
    let what: String
    let remedy: String?
  }

  /// Before every path, to look at another system's files.
  let root: String
  let configuration: Configuration
  let devices: [SerialDevice]

  private(set) var findings: [Finding] = []

  init(root: String, configuration: Configuration, devices: [SerialDevice]) {
    self.root = root
    self.configuration = configuration
    self.devices = devices
  }

  mutating func lookAtEverything() {
    lookAtUdev()
    lookAtRivals()
    lookAtSerialNumbers()
    lookAtPorts()
    lookAtLatency()
    lookAtStateDirectory()
    lookAtGroups()
    lookAtClock()
  }

  mutating func note(_ subject: String, _ what: String, remedy: String? = nil) {
    findings.append(Finding(subject: subject, what: what, remedy: remedy))
  }

  /// The devices that are ours to read: by a section, or by a tag where there are no sections.
  private var claimed: [SerialDevice] {
    devices.filter { device in
      configuration.probes.contains { device.fits($0) || $0.path == device.node }
        || (configuration.probes.isEmpty && device.role == "probe")
    }
  }

  private mutating func lookAtUdev() {
    guard Files.exists(root + "/run/udev/control") else {
      note(
        "udev", "udevd does not run: probes that are plugged in later are not noticed",
        remedy: "systemctl start systemd-udevd")
      return
    }
    note("udev", "runs; \(devices.count) serial ports, \(claimed.count) of them claimed")
  }

  /// Programs that open, probe or take over serial ports that are not theirs.
  private mutating func lookAtRivals() {
    let adapters = claimed.filter(\.isUSB)
    let exposed = adapters.filter { !$0.isIgnoredByModemManager }.map(\.node)
    if exists("/usr/sbin/ModemManager"), !exposed.isEmpty {
      note(
        "ModemManager", "may write modem commands to \(exposed.joined(separator: ", "))",
        remedy: "tag the ports by a udev rule (kangaroo ports --udev-rule), "
          + "which also sets ID_MM_DEVICE_IGNORE")
    } else {
      note("ModemManager", "leaves our ports alone")
    }
    for (name, remedy) in [
      ("brltty", "apt-get remove brltty, unless a braille display is in use"),
      ("gpsd", "apt-get remove gpsd, unless a satellite receiver is in use"),
    ] {
      let rules = rules(mentioning: name)
      if !rules.isEmpty, adapters.contains(where: \.isGenericBridge) {
        note(
          name, "its rules claim bridge chips such as ours (\(rules.joined(separator: ", ")))",
          remedy: remedy)
      } else {
        note(name, rules.isEmpty ? "not installed" : "installed, but claims none of our ports")
      }
    }
  }

  /// Rules in force of that name; one in /etc that is a link to /dev/null masks the others.
  private func rules(mentioning name: String) -> [String] {
    for directory in ["/etc/udev/rules.d", "/run/udev/rules.d"] {
      let names = (try? Files.names(in: root + directory)) ?? []
      let masks = names.filter { $0.contains(name) }
      if masks.contains(where: {
        (try? Files.read("\(root)\(directory)/\($0)", atMost: 1 << 20)) == []
      }) {
        return []
      }
      if !masks.isEmpty { return masks.map { "\(directory)/\($0)" } }
    }
    for directory in ["/usr/lib/udev/rules.d", "/lib/udev/rules.d"] {
      let names = (try? Files.names(in: root + directory)) ?? []
      let found = names.filter { $0.contains(name) && $0.hasSuffix(".rules") }
      if !found.isEmpty { return found.map { "\(directory)/\($0)" } }
    }
    return []
  }

  private mutating func lookAtSerialNumbers() {
    let named = devices.filter { $0.identity != nil }
    let names = Set(named.compactMap(\.identity)).sorted()
    let doubled = names.filter { name in named.count { $0.identity == name } > 1 }
    for name in doubled {
      let nodes = named.filter { $0.identity == name }.map(\.described)
      note(
        "identity", "several devices have one name: \(nodes.joined(separator: ", "))",
        remedy: "name each by its place: device = pci-…, as kangaroo ports shows it")
    }
    if doubled.isEmpty { note("identity", "no two devices have the same name") }
  }

  private mutating func lookAtPorts() {
    for probe in configuration.probes {
      let subject = "probe \(probe.name)"
      if let path = probe.path {
        if path.hasPrefix("/dev/ttyUSB") || path.hasPrefix("/dev/ttyACM") {
          note(
            subject, "is named by \(path), which another device may have after the next boot",
            remedy: "name it by device = …, as kangaroo ports shows it")
        } else if !exists(path) {
          note(subject, "\(path) does not exist", remedy: "check the path, or plug the probe in")
        } else {
          lookAtRights(subject, path)
        }
        continue
      }
      let binding = Binding(probe, among: devices, beside: configuration.probes)
      if case .bound(let device, _) = binding {
        lookAtRights(subject, device.node)
      } else if binding != .missing {
        note(
          subject, binding.refusal ?? "",
          remedy: "make its “device =” fit one device, by serial number or place")
      } else {
        note(subject, "waits for \(probe.device ?? "")")
      }
    }
  }

  private mutating func lookAtRights(_ subject: String, _ node: String) {
    // Root may everything, which says nothing of the daemon's user.
    if Process.user == 0 || Host.mayReadAndWrite(root + node) {
      note(subject, "is there, at \(node)")
    } else {
      note(
        subject, "\(node) may not be opened by this user",
        remedy: "tag it by a udev rule (kangaroo ports --udev-rule), or join its group")
    }
  }

  private mutating func lookAtLatency() {
    for device in claimed where device.driver == "ftdi_sio" {
      let name = device.node.split(separator: "/").last.map(String.init) ?? ""
      let path = "\(root)/sys/class/tty/\(name)/device/latency_timer"
      guard let bytes = try? Files.read(path, atMost: 64) else { continue }
      let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      if let milliseconds = Int(text), milliseconds > 1 {
        note(
          "latency", "\(device.node) holds bytes back for up to \(milliseconds) ms",
          remedy: "tag it by a udev rule (kangaroo ports --udev-rule), which sets 1 ms")
      } else {
        note("latency", "\(device.node) holds bytes back for 1 ms at most")
      }
    }
  }

  private func exists(_ path: String) -> Bool { Files.exists(root + path) }
}

extension SerialDevice {
  /// A bridge chip of which thousands of other instruments are made.
  fileprivate var isGenericBridge: Bool {
    ["0403", "067b", "10c4", "1a86"].contains(vendorID)
  }
}
