import EventStream
import Probes
import Thermoregulation

/// What the reading thread tells of a port in words: it writes no log and no line itself.
struct Notice: BitwiseCopyable, Sendable {
  var time: Timestamp
  var port: PortIndex
  var link: Link
  var isByPath = false
  /// Kernel node, device identity, protocol found, its line, and the reason in words; empty where
  /// there is none.
  var path = ShortText()
  var device = ShortText()
  var protocolName = ShortText()
  var line = ShortText()
  var detail = ShortText()

  init(_ link: Link, port: PortIndex, at time: Timestamp) {
    self.time = time
    self.port = port
    self.link = link
  }
}

/// A text of at most 400 bytes that needs no memory of its own; longer ones are cut.
///
/// Three devices that fit one section are named whole, each with its place.
struct ShortText: BitwiseCopyable, Sendable {
  private var bytes = InlineArray<400, UInt8>(repeating: 0)
  private var count: UInt16 = 0

  init(_ text: String = "") {
    for byte in text.utf8 where count < 400 {
      bytes[Int(count)] = byte
      count += 1
    }
  }

  /// Nil where it is empty.
  var text: String? {
    guard count > 0 else { return nil }
    var copy: [UInt8] = []
    for place in 0..<Int(count) { copy.append(bytes[place]) }
    return String(decoding: copy, as: UTF8.self)
  }
}

extension PortEntry {
  /// Keeps what the reading thread has found out.
  mutating func take(_ notice: Notice) {
    detail = notice.detail.text
    path = notice.path.text
    if let found = notice.device.text {
      device = found
      match = notice.isByPath ? "path" : "serial"
    }
    if let found = notice.protocolName.text { protocolName = found }
    if let found = notice.line.text { line = found }
  }
}

extension PortEntry {
  /// A probe that no section names, claimed by a udev tag: it is the first infant's.
  init(tagged name: String) {
    self.init(
      name: name, protocolName: "auto", line: "auto", assignment: PortAssignment(infant: 0))
  }
}
