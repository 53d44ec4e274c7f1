/// A serial port of this machine, as udev describes it; not opened to find out.
public struct SerialDevice: Equatable, Sendable {
  /// Where it is opened, such as `/dev/ttyUSB0`; not stable.
  public var node = ""
  /// Whether it hangs on USB, in contrast to a UART on the board.
  public var isUSB = false
  /// Who it is wherever it is plugged in, such as `usb-FTDI_FT232R_A50285BI-if00-port0`: the name
  /// in `/dev/serial/by-id`. Nil for UARTs on the board, which have no identity.
  public var identity: String?
  /// Where it is plugged in, such as `pci-0000:00:14.0-usb-0:2:1.0-port0`: the name in
  /// `/dev/serial/by-path`.
  public var location: String?
  /// `ID_PATH`, which is `location` without the port's number.
  public var path: String?
  /// Four hexadecimal digits, such as `0403`.
  public var vendorID: String?
  public var modelID: String?
  public var vendorName: String?
  public var modelName: String?
  /// The adapter's serial number, where it has one.
  public var serialNumber: String?
  /// Two digits, where the adapter has several interfaces.
  public var interfaceNumber: String?
  /// The kernel's driver, such as `ftdi_sio`.
  public var driver: String?
  /// What our udev rules say of it: the property `KANGAROOD`.
  public var role: String?
  /// Whether ModemManager, which would write to it, has been told to leave it alone.
  public var isIgnoredByModemManager = false

  public init() {}

  /// Takes a device's properties from `property`, its `/dev` links, and the number that usb-serial
  /// gives to each port of an adapter.
  ///
  /// Where udev has made no links, the names are put together as its rule `60-serial.rules` does.
  init(
    links: [String], portNumber: String?, driver: String?, property: (String) -> String?
  ) {
    node = property("DEVNAME") ?? ""
    isUSB = property("ID_BUS") == "usb"
    path = property("ID_PATH")
    vendorID = property("ID_VENDOR_ID")
    modelID = property("ID_MODEL_ID")
    vendorName = property("ID_VENDOR_FROM_DATABASE") ?? property("ID_VENDOR")
    modelName = property("ID_MODEL_FROM_DATABASE") ?? property("ID_MODEL")
    serialNumber = property("ID_SERIAL_SHORT")
    interfaceNumber = property("ID_USB_INTERFACE_NUM")
    self.driver = property("ID_USB_DRIVER") ?? driver
    role = property("KANGAROOD")
    isIgnoredByModemManager = property("ID_MM_DEVICE_IGNORE") == "1"

    let port = portNumber.map { "-port\($0)" } ?? ""
    identity = SerialDevice.name(in: "/dev/serial/by-id/", among: links)
    if identity == nil, let bus = property("ID_BUS"), let serial = property("ID_SERIAL") {
      let interface = interfaceNumber.map { "-if\($0)" } ?? ""
      identity = "\(bus)-\(serial)\(interface)\(port)"
    }
    location = SerialDevice.name(in: "/dev/serial/by-path/", among: links)
    if location == nil, let path { location = path + port }
  }

  private static func name(in directory: String, among links: [String]) -> String? {
    links.first { $0.hasPrefix(directory) }.map { String($0.dropFirst(directory.count)) }
  }
}
