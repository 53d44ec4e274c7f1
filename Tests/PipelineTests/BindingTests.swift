import Configuration
import LinuxIO
import Pipeline
import Testing

/// Which device a section is bound to: one row a case.
@Suite("A section is bound to a device")
struct BindingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let what: String
    /// The patterns of all sections; the first one is looked at.
    let patterns: [String]
    /// Serial number and place of each device of one kind.
    let devices: [(serial: String?, place: String)]
    var place: String?
    let expected: String

    var testDescription: String { what }
  }

  static let cases = [
    Case(
      what: "that is not there: not", patterns: ["usb-X_A1-*"], devices: [], expected: "missing"),
    Case(
      what: "by its serial number, wherever it is", patterns: ["usb-X_A1-*"],
      devices: [("A1", "p1"), ("A2", "p2")], place: "p9", expected: "/dev/0 serial"),
    Case(
      what: "by its place", patterns: ["p2"], devices: [("A1", "p1"), ("A1", "p2")],
      expected: "/dev/1 path"),
    Case(
      what: "without serial number: by its place", patterns: ["usb-X-*"], devices: [(nil, "p1")],
      expected: "/dev/0 path"),
    Case(
      what: "without serial number, one of two: not", patterns: ["usb-X-*"],
      devices: [(nil, "p1"), (nil, "p2")], expected: "several devices"),
    Case(
      what: "without serial number, one of two, bound before: the one that was",
      patterns: ["usb-X-*"], devices: [(nil, "p1"), (nil, "p2")], place: "p2",
      expected: "/dev/1 path"),
    Case(
      what: "without serial number, elsewhere than before: not", patterns: ["usb-X-*"],
      devices: [(nil, "p1")], place: "p2", expected: "moved"),
    Case(
      what: "of which there are two with one serial number: not", patterns: ["usb-X_A1-*"],
      devices: [("A1", "p1"), ("A1", "p2")], expected: "several devices"),
    Case(
      what: "by a pattern that fits two: not", patterns: ["usb-X_*"],
      devices: [("A1", "p1"), ("A2", "p2")], expected: "several devices"),
    Case(
      what: "that another section claims too: not", patterns: ["usb-X_A1-*", "usb-X_*"],
      devices: [("A1", "p1")], expected: "several sections"),
    Case(
      what: "that another section claims by its place: not", patterns: ["usb-X_A1-*", "p1"],
      devices: [("A1", "p1")], expected: "several sections"),
  ]

  @Test(arguments: cases)
  func binding(_ row: Case) {
    let sections = row.patterns.enumerated().map { place, pattern in
      var section = ProbeSection(name: "probe-\(place)")
      section.device = pattern
      return section
    }
    let devices = row.devices.enumerated().map { number, description in
      var device = SerialDevice()
      device.node = "/dev/\(number)"
      device.serialNumber = description.serial
      device.identity = "usb-X" + (description.serial.map { "_\($0)" } ?? "") + "-if00"
      device.location = description.place
      return device
    }
    let binding = Binding(sections[0], among: devices, beside: sections, place: row.place)
    let found =
      switch binding {
      case .missing: "missing"
      case .bound(let device, let isByPath): "\(device.node) \(isByPath ? "path" : "serial")"
      case .severalDevices: "several devices"
      case .severalSections: "several sections"
      case .moved: "moved"
      }
    #expect(found == row.expected)
    if case .severalDevices(let devices) = binding {
      // Whoever must choose has to be able to tell them apart.
      for device in devices { #expect(binding.refusal?.contains(device.location!) == true) }
    }
  }
}
