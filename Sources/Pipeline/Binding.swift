public import Configuration
public import LinuxIO

/// Which of the devices that are plugged in a section means.
public enum Binding: Equatable, Sendable {
  case missing
  /// Bound by its serial number, or by the place where it is plugged in.
  case bound(SerialDevice, isByPath: Bool)
  /// Several devices fit: none is read, since one of them is another infant's.
  case severalDevices([SerialDevice])
  /// The one device that fits is claimed by other sections too.
  case severalSections(SerialDevice, others: [String])
  /// A device without serial number was bound to its place, and one like it is elsewhere.
  case moved(SerialDevice, from: String)

  /// Finds the device for `section`. `place` is where a device without serial number was when it
  /// was first bound: such devices are bound by their place.
  public init(
    _ section: ProbeSection, among devices: [SerialDevice], beside sections: [ProbeSection],
    place: String? = nil
  ) {
    var fitting = devices.filter { $0.fits(section) }
    if fitting.count > 1, let place { fitting.removeAll { $0.location != place } }
    guard let device = fitting.first else {
      self = .missing
      return
    }
    guard fitting.count == 1 else {
      self = .severalDevices(fitting.sorted { $0.node < $1.node })
      return
    }
    let others = sections.filter { $0.name != section.name && device.fits($0) }.map(\.name)
    guard others.isEmpty else {
      self = .severalSections(device, others: others)
      return
    }
    let isByPath = device.serialNumber == nil || !device.isNamed(in: section)
    if isByPath, let place, device.location != place {
      self = .moved(device, from: place)
    } else {
      self = .bound(device, isByPath: isByPath)
    }
  }

  /// Why nothing is bound, for the port's line; nil where something is.
  public var refusal: String? {
    switch self {
    case .missing: "not plugged in"
    case .bound: nil
    case .severalDevices(let devices):
      "fits several devices: " + devices.map(\.described).joined(separator: ", ")
    case .severalSections(let device, let others):
      "\(device.described) also fits "
        + others.map { "[probe \($0)]" }.joined(separator: " and ")
    case .moved(let device, let place):
      "\(device.described) has no serial number and is not where it was (\(place)): "
        + "plug it in there, or reload"
    }
  }
}

extension SerialDevice {
  /// Whether a section's pattern fits the device's name or its place.
  public func fits(_ section: ProbeSection) -> Bool {
    isNamed(in: section) || (location.map { section.claims(device: $0) } ?? false)
  }

  func isNamed(in section: ProbeSection) -> Bool {
    identity.map { section.claims(device: $0) } ?? false
  }

  /// With its place, which alone tells two of a kind apart.
  public var described: String {
    let name = identity ?? location ?? "a device"
    let place = identity == nil ? nil : location
    return "\(name) at \(node)" + (place.map { " (\($0))" } ?? "")
  }
}
