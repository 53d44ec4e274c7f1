/// The system's journal, spoken to in its own protocol: lines with fields of their own.
///
/// The protocol is documented as the journal's native one: a datagram of `NAME=value` lines.
public enum SystemJournal {
  private static let socket = "/run/systemd/journal/socket"

  /// Sends one entry. Never waits: throws `wouldBlock` where the journal does not keep up.
  ///
  /// Names are of capital letters, digits and `_`. A line feed in a value would need another form;
  /// it becomes a space.
  public static func send(_ fields: [(name: String, value: String)]) throws(Errno) {
    let bytes = entry(fields)
    try Kernel.sendDatagram(bytes.span, to: socket)
  }

  static func entry(_ fields: [(name: String, value: String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      bytes.append(contentsOf: field.name.utf8)
      bytes.append(UInt8(ascii: "="))
      for byte in field.value.utf8 {
        bytes.append(byte == UInt8(ascii: "\n") ? UInt8(ascii: " ") : byte)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
