import Testing

@testable import LinuxIO

@Suite("A serial device")
struct SerialDeviceTests {
  private let adapter = [
    "DEVNAME": "/dev/ttyUSB0", "ID_BUS": "usb", "ID_VENDOR_ID": "0403", "ID_MODEL_ID": "6001",
    "ID_VENDOR": "FTDI", "ID_MODEL": "FT232R", "ID_SERIAL": "FTDI_FT232R_A50285BI",
    "ID_SERIAL_SHORT": "A50285BI", "ID_USB_INTERFACE_NUM": "00", "ID_USB_DRIVER": "ftdi_sio",
    "ID_PATH": "pci-0000:00:14.0-usb-0:2:1.0", "KANGAROOD": "probe", "ID_MM_DEVICE_IGNORE": "1",
  ]

  @Test("on USB is named as udev's links name it")
  func links() {
    let links = [
      "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0",
      "/dev/serial/by-id/usb-Custom_Name-if00-port0", "/dev/bed-3a",
    ]
    let device = SerialDevice(links: links, portNumber: "0", driver: nil) { adapter[$0] }
    #expect(device.identity == "usb-Custom_Name-if00-port0")
    #expect(device.location == "pci-0000:00:14.0-usb-0:2:1.0-port0")
  }

  @Test("without links is named as udev's rule would name it")
  func composed() {
    let device = SerialDevice(links: [], portNumber: "0", driver: "x") { adapter[$0] }
    #expect(device.identity == "usb-FTDI_FT232R_A50285BI-if00-port0")
    #expect(device.location == "pci-0000:00:14.0-usb-0:2:1.0-port0")
    #expect(device.path == "pci-0000:00:14.0-usb-0:2:1.0")
    #expect(device.node == "/dev/ttyUSB0")
    #expect(device.isUSB)
    #expect(device.driver == "ftdi_sio")
    #expect(device.role == "probe")
    #expect(device.isIgnoredByModemManager)
    #expect([device.vendorID, device.modelID] == ["0403", "6001"])
    #expect([device.vendorName, device.modelName] == ["FTDI", "FT232R"])
    #expect([device.serialNumber, device.interfaceNumber] == ["A50285BI", "00"])

    let modem = SerialDevice(links: [], portNumber: nil, driver: nil) { adapter[$0] }
    #expect(modem.identity == "usb-FTDI_FT232R_A50285BI-if00")
  }

  @Test("on the board has no identity")
  func onBoard() {
    let properties = ["DEVNAME": "/dev/ttyAMA0"]
    let device = SerialDevice(links: [], portNumber: nil, driver: "uart-pl011") { properties[$0] }
    var expected = SerialDevice()
    expected.node = "/dev/ttyAMA0"
    expected.driver = "uart-pl011"
    #expect(device == expected)
  }

  @Test("is listed without being opened, where there is hardware behind it")
  func enumeration() {
    for device in DeviceEnumerator.serialDevices() {
      #expect(device.node.hasPrefix("/dev/"))
      #expect(device.identity != nil || !device.isUSB)
    }
  }
}
