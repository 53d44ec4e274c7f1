import CUdev
import Glibc

/// Lists the serial ports of this machine.
public enum DeviceEnumerator {
  /// Every serial port with hardware behind it, in the order of their nodes.
  ///
  /// Empty where there is no sysfs. Properties that udevd gives are missing where it does not run,
  /// as in containers. Nothing is opened. The C function is `udev_enumerate_scan_devices`.
  public static func serialDevices() -> [SerialDevice] {
    guard let udev = unsafe udev_new() else { return [] }
    defer { unsafe udev_unref(udev) }
    guard let search = unsafe udev_enumerate_new(udev) else { return [] }
    defer { unsafe udev_enumerate_unref(search) }
    guard unsafe udev_enumerate_add_match_subsystem(search, "tty") >= 0,
      unsafe udev_enumerate_scan_devices(search) >= 0
    else { return [] }

    var devices: [SerialDevice] = []
    var entry = unsafe udev_enumerate_get_list_entry(search)
    while let found = unsafe entry {
      if let path = unsafe udev_list_entry_get_name(found),
        let device = unsafe UdevDevice(udev_device_new_from_syspath(udev, path)),
        device.hasHardware, let serial = device.serialDevice
      {
        devices.append(serial)
      }
      unsafe entry = udev_list_entry_get_next(found)
    }
    return devices.sorted { $0.node < $1.node }
  }
}

/// Tells of serial ports that come and go.
///
/// Told by udevd once its rules have run, so that permissions are set by then. Where no udevd runs
/// nothing is ever told. A device may be told twice; make the monitor before listing what is there,
/// or one that comes in between is missed.
///
/// Safe, since the two libudev objects are owned here alone, used by one thread, and freed once.
@safe public struct DeviceMonitor: ~Copyable, Pollable {
  public enum Event: Equatable, Sendable {
    case added(SerialDevice)
    case removed(SerialDevice)
    case changed(SerialDevice)
    /// More came at once than the kernel keeps for us, and some of it is lost: list anew.
    case overrun
  }

  private let udev: OpaquePointer
  private let monitor: OpaquePointer
  public let fileNumber: CInt

  /// Hears what udevd tells in this process's network, or where the service manager has handed over
  /// a socket called `uevent`, what comes there: a daemon without a network hears nothing else.
  public init() throws(Errno) {
    let handedOver = Supervisor.inherited.first { $0.name == "uevent" }
    try self.init(hearing: handedOver?.fileNumber)
  }

  /// `socket` stays open and the caller's: libudev's own socket is put in its place, so that the
  /// messages are checked and read by libudev and by nobody else.
  ///
  /// Throws `wrongSocketType` where it is none for events of devices. The C function is
  /// `udev_monitor_new_from_netlink`.
  public init(hearing socket: CInt?) throws(Errno) {
    if let socket {
      guard Kernel.isUeventSocket(socket) else { throw .wrongSocketType }
      try Kernel.setNonBlocking(socket, true)
    }
    errno = 0
    guard let udev = unsafe udev_new() else { throw DeviceMonitor.failure }
    guard let monitor = unsafe udev_monitor_new_from_netlink(udev, "udev") else {
      unsafe udev_unref(udev)
      throw DeviceMonitor.failure
    }
    do throws(Errno) {
      unsafe try DeviceMonitor.startReceiving(monitor, from: socket)
    } catch {
      unsafe udev_monitor_unref(monitor)
      unsafe udev_unref(udev)
      throw error
    }
    unsafe self.udev = udev
    unsafe self.monitor = monitor
    self.fileNumber = unsafe udev_monitor_get_fd(monitor)
  }

  /// Older versions of libudev fail without saying why.
  private static var failure: Errno {
    errno == 0 ? .noSuchDevice : .last
  }

  /// The C functions are `udev_monitor_enable_receiving` and `udev_monitor_filter_update`.
  private static func startReceiving(
    _ monitor: OpaquePointer, from socket: CInt?
  ) throws(Errno) {
    try unsafe check(udev_monitor_filter_add_match_subsystem_devtype(monitor, "tty", nil))
    try unsafe check(udev_monitor_enable_receiving(monitor))
    guard let socket else { return }
    try unsafe Kernel.replace(udev_monitor_get_fd(monitor), with: socket)
    // The kernel's share of the filter went with the socket that it was on.
    try unsafe check(udev_monitor_filter_update(monitor))
  }

  /// libudev's results are error numbers, negated.
  private static func check(_ result: CInt) throws(Errno) {
    guard result >= 0 else { throw Errno(rawValue: -result) }
  }

  /// The next event, nil where there is none; what is no serial port is passed over.
  ///
  /// The C function is `udev_monitor_receive_device`.
  public func next() -> Event? {
    while Kernel.isReadable(fileNumber) {
      errno = 0
      guard let device = unsafe UdevDevice(udev_monitor_receive_device(monitor)) else {
        if errno == ENOBUFS { return .overrun }
        continue
      }
      guard let serial = device.serialDevice else { continue }
      switch device.action {
      case "add": return .added(serial)
      case "remove": return .removed(serial)
      default: return .changed(serial)
      }
    }
    return nil
  }

  deinit {
    unsafe udev_monitor_unref(monitor)
    unsafe udev_unref(udev)
  }
}

/// Owns one device of libudev's: safe, since it alone holds the reference, which it gives back.
@safe private struct UdevDevice: ~Copyable {
  private let device: OpaquePointer

  init?(_ device: OpaquePointer?) {
    guard let device = unsafe device else { return nil }
    unsafe self.device = device
  }

  deinit {
    unsafe udev_device_unref(device)
  }

  /// Whether it stands for hardware: consoles and the like have no parent, and a UART of type 0 is
  /// a place on the board where there is none.
  var hasHardware: Bool {
    unsafe udev_device_get_parent(device) != nil && attribute("type", of: device) != "0"
  }

  /// Why this is told; nil where it was listed. The C function is `udev_device_get_action`.
  var action: String? { unsafe text(udev_device_get_action(device)) }

  /// Nil without a node below `/dev/`.
  var serialDevice: SerialDevice? {
    // Not udev_device_get_devnode: it aborts the process over a name that is not below /dev/.
    guard let node = property("DEVNAME"), node.hasPrefix("/dev/") else { return nil }
    let links = property("DEVLINKS")?.split(separator: " ").map(String.init) ?? []
    return SerialDevice(links: links, portNumber: portNumber, driver: driver) { name in
      property(name)
    }
  }

  /// The C function is `udev_device_get_property_value`.
  private func property(_ name: String) -> String? {
    unsafe text(udev_device_get_property_value(device, name))
  }

  /// The C function is `udev_device_get_sysattr_value`.
  private func attribute(_ name: String, of device: OpaquePointer) -> String? {
    unsafe text(udev_device_get_sysattr_value(device, name))
  }

  /// Which port of its adapter it is, for drivers of the kernel's usb-serial family only.
  private var portNumber: String? {
    guard
      let parent = unsafe udev_device_get_parent_with_subsystem_devtype(
        device, "usb-serial", nil)
    else { return nil }
    return unsafe attribute("port_number", of: parent)
  }

  /// The driver of the nearest device above it; serial-base is the kernel's own intermediate floor.
  private var driver: String? {
    var parent = unsafe udev_device_get_parent(device)
    while let ancestor = unsafe parent {
      if unsafe text(udev_device_get_subsystem(ancestor)) != "serial-base",
        let driver = unsafe text(udev_device_get_driver(ancestor))
      {
        return driver
      }
      unsafe parent = udev_device_get_parent(ancestor)
    }
    return nil
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
  }
}
