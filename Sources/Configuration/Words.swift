public import Probes

extension Site {
  /// The site of that name, nil where there is none; `unknown` cannot be configured.
  public init?(configured name: some StringProtocol) {
    guard let site = Self.allCases.first(where: { $0.name == name }), site != .unknown else {
      return nil
    }
    self = site
  }
}

extension String {
  /// Without the mark that some editors put before the first character.
  var withoutByteOrderMark: Substring {
    unicodeScalars.first == "\u{FEFF}"
      ? self[unicodeScalars.index(after: startIndex)...] : self[...]
  }

  /// A name of an infant, a parent or a probe, as it may stand in captures and on command lines.
  var isIdentifier: Bool { (1...64).contains(utf8.count) && utf8.allSatisfy(\.isInIdentifiers) }

  /// A plain decimal number with at most three digits before and after its point, in thousandths.
  public var thousandths: Int? {
    let isNegative = hasPrefix("-")
    let halves = dropFirst(isNegative ? 1 : 0).split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = halves.count == 2 ? halves[1] : "0"
    guard let whole = halves[0].shortNumber, var value = decimals.shortNumber else { return nil }
    for _ in decimals.utf8.count..<3 { value *= 10 }
    value += whole * 1000
    return isNegative ? -value : value
  }

  static let identifierForm = "1 to 64 letters (a to z), digits and . _ - : @"
}

extension UInt8 {
  fileprivate var isInIdentifiers: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "@"):
      true
    default: false
    }
  }
}

extension StringProtocol {
  /// As a message quotes it: cut to 80 characters, control characters made visible.
  var shown: String {
    var text = ""
    for scalar in unicodeScalars.prefix(80) {
      text.unicodeScalars.append(
        scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return unicodeScalars.dropFirst(80).isEmpty ? text : text + "…"
  }
}

extension Substring {
  /// One to three digits, and nothing else.
  fileprivate var shortNumber: Int? {
    guard (1...3).contains(utf8.count), utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return Int(self)
  }

  /// Without what follows a `#` at the beginning or after white space.
  var withoutComment: Substring {
    var previous: Character = " "
    for index in indices {
      if self[index] == "#", previous.isWhitespace { return self[..<index] }
      previous = self[index]
    }
    return self
  }

  /// Without white space around it, that which does not break lines in documents included.
  var trimmed: Substring {
    var text = self
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
