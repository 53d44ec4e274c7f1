import Configuration
import LinuxIO
import Programs
import Testing

@testable import kangaroo

/// The doctor, in front of other systems' files and devices that were never plugged in.
@Suite("The doctor")
struct DoctorTests {
  private static func adapter(
    _ node: String, serial: String?, place: String, ignored: Bool = true
  ) -> SerialDevice {
    var device = SerialDevice()
    device.node = node
    device.isUSB = true
    device.vendorID = "0403"
    device.modelID = "6001"
    device.serialNumber = serial
    device.identity = "usb-FTDI_FT232R" + (serial.map { "_\($0)" } ?? "") + "-if00-port0"
    device.location = place
    device.driver = "ftdi_sio"
    device.isIgnoredByModemManager = ignored
    return device
  }

  /// A system that is as it should be, but for what `change` does to it.
  private static func troubles(
    of devices: [SerialDevice], device: String = "usb-FTDI*",
    _ change: (Scratch) throws -> Void = { _ in }
  ) throws -> [Doctor.Finding] {
    let scratch = try Scratch()
    for directory in [
      "run", "run/udev", "usr", "usr/sbin", "usr/lib", "usr/lib/udev", "usr/lib/udev/rules.d",
      "etc", "etc/udev", "etc/udev/rules.d", "sys", "sys/class", "sys/class/tty",
      "sys/class/tty/ttyUSB0", "sys/class/tty/ttyUSB0/device", "dev", "state",
    ] { try Files.makeDirectory(scratch.path(directory)) }
    try scratch.write("", to: "run/udev/control")
    try scratch.write("", to: "dev/ttyUSB0")
    try scratch.write("1\n", to: "sys/class/tty/ttyUSB0/device/latency_timer")
    try change(scratch)
    var configuration = Configuration()
    configuration.stateDirectory = "/state"
    var section = ProbeSection(name: "a")
    section.device = device
    configuration.probes = [section]
    var doctor = Doctor(root: scratch.path, configuration: configuration, devices: devices)
    doctor.lookAtEverything()
    // Groups and clock are this machine's own.
    return doctor.findings.filter {
      $0.remedy != nil && $0.subject != "group" && $0.subject != "clock"
    }
  }

  private static let ours = adapter("/dev/ttyUSB0", serial: "A1", place: "pci-1-port0")

  @Test("finds nothing where nothing is wrong")
  func health() throws {
    #expect(try Self.troubles(of: [Self.ours]) == [])
  }

  @Test("finds udevd missing")
  func udev() throws {
    let found = try Self.troubles(of: [Self.ours]) { try Files.unlink($0.path("run/udev/control")) }
    #expect(found.map(\.subject) == ["udev"])
  }

  @Test("finds ModemManager only where it may touch our ports")
  func modems() throws {
    let install = { (scratch: Scratch) in _ = try scratch.write("", to: "usr/sbin/ModemManager") }
    #expect(try Self.troubles(of: [Self.ours], install) == [])
    let exposed = Self.adapter("/dev/ttyUSB0", serial: "A1", place: "x", ignored: false)
    let found = try Self.troubles(of: [exposed], install)
    #expect(found.map(\.subject) == ["ModemManager"])
    #expect(found[0].what.contains("/dev/ttyUSB0"))
  }

  @Test(
    "finds rules that take bridge chips away, unless they are masked",
    arguments: ["brltty", "gpsd"])
  func rules(name: String) throws {
    let found = try Self.troubles(of: [Self.ours]) {
      try $0.write("x", to: "usr/lib/udev/rules.d/85-\(name).rules")
    }
    #expect(found.map(\.subject) == [name])
    let masked = try Self.troubles(of: [Self.ours]) {
      try $0.write("x", to: "usr/lib/udev/rules.d/85-\(name).rules")
      try $0.write("", to: "etc/udev/rules.d/85-\(name).rules")
    }
    #expect(masked == [])
  }

  @Test("finds two devices of one name, and says how to tell them apart")
  func doubles() throws {
    let other = Self.adapter("/dev/ttyUSB1", serial: "A1", place: "pci-2-port0")
    let found = try Self.troubles(of: [Self.ours, other])
    #expect(found.map(\.subject) == ["identity", "probe a"])
    #expect(found[0].what.contains("pci-1-port0") && found[0].what.contains("pci-2-port0"))
    #expect(found[0].remedy?.contains("device = pci-") == true)
    // Named by its place, the one is bound; that the other has its name is told all the same.
    let byPlace = try Self.troubles(of: [Self.ours, other], device: "pci-1-port0")
    #expect(byPlace.map(\.subject) == ["identity"])
  }

  @Test("finds an FTDI chip that holds bytes back")
  func latency() throws {
    let found = try Self.troubles(of: [Self.ours]) {
      try $0.write("16\n", to: "sys/class/tty/ttyUSB0/device/latency_timer")
    }
    #expect(found.map(\.subject) == ["latency"])
    #expect(found[0].what.contains("16 ms"))
  }

  @Test("finds the state directory missing")
  func state() throws {
    let found = try Self.troubles(of: [Self.ours]) { try Files.removeTree($0.path("state")) }
    #expect(found.map(\.subject) == ["state"])
  }

  @Test("says what to do, and exits with 1, on a machine without a daemon")
  func command() throws {
    let scratch = try Scratch()
    let file = try RunningDaemon.configure("[infant a]\ncolour = blue\n", in: scratch)
    let outcome = try Program.kangaroo.run("doctor", "--config", file)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("TROUBLE  configuration: \(file):"))
    #expect(outcome.output.contains("TROUBLE  daemon: none answers"))
    #expect(outcome.lines.last?.hasSuffix("things to mend") == true)
  }
}
