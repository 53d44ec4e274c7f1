/// Values that are made here rather than read.
extension JSON {
  static func text(_ text: String) -> JSON { JSON(.text(text), at: 0) }

  static func list(_ items: [JSON]) -> JSON { JSON(.list(items), at: 0) }

  /// An object with its members in that order; what is nil has no member.
  static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
    let present = members.compactMap { key, value in
      value.map { Member(key: key, value: $0, at: 0) }
    }
    return JSON(.object(present), at: 0)
  }

  /// Appends it as it stands in a line, without blanks.
  public func append(to line: inout [UInt8]) {
    switch value {
    case .null: line.append("null")
    case .flag(let flag): line.append(flag ? "true" : "false")
    case .number(let digits): line.append(digits)
    case .text(let text): Self.append(text, to: &line)
    case .list(let items):
      line.append(UInt8(ascii: "["))
      for (place, item) in items.enumerated() {
        if place > 0 { line.append(UInt8(ascii: ",")) }
        item.append(to: &line)
      }
      line.append(UInt8(ascii: "]"))
    case .object(let members):
      line.append(UInt8(ascii: "{"))
      for (place, member) in members.enumerated() {
        if place > 0 { line.append(UInt8(ascii: ",")) }
        Self.append(member.key, to: &line)
        line.append(UInt8(ascii: ":"))
        member.value.append(to: &line)
      }
      line.append(UInt8(ascii: "}"))
    }
  }

  /// A text of any length, which unlike those of a `LineWriter` is not cut.
  private static func append(_ text: String, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case 0..<0x20, 0x7F:
        line.append("\\u00")
        line.append(hex: byte)
      default: line.append(byte)
      }
    }
    line.append(UInt8(ascii: "\""))
  }
}
