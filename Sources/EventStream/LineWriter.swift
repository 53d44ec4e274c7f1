public import Probes

/// Writes one line of the event stream at a time into a buffer of its own.
///
/// Numbers are plain decimals, absent values have no key, keys stand in the order of the calls.
/// Texts from outside are cut at `longestText`, so that no line can exceed `longestLine`; the
/// buffer is reserved once, so that writing allocates nothing.
public struct LineWriter: Sendable {
  /// Bytes in a line, its LF included (contract, section 2).
  public static let longestLine = 4096
  /// Bytes of one text from outside, as it stands in the line.
  public static let longestText = 256

  public private(set) var line: [UInt8] = []
  private var isFirst = true
  private var clock = WallClockText()

  public init() { line.reserveCapacity(Self.longestLine) }

  /// Begins a line. `seq` is absent on lines that are made for one subscriber.
  public mutating func begin(_ type: LineType, seq: Int?, at time: Timestamp, wall: WallTime) {
    begin(type.name)
    integer("seq", seq)
    seconds("t", time)
    clock.show(wall)
    let time = clock.text
    line.append(key: "time", isFirst: isFirst, quoted: time.span)
  }

  /// Begins a line that has no time, for the tools.
  public mutating func begin(_ type: String) {
    line.removeAll(keepingCapacity: true)
    put("{")
    isFirst = true
    word("type", type)
  }

  /// Ends the line; `line` then holds it whole.
  public mutating func end() {
    put("}\n")
    precondition(line.count <= Self.longestLine, "a line outgrew the contract's bound")
  }

  public mutating func integer(_ key: String, _ value: Int?) {
    guard let value else { return }
    self.number(key, value, decimals: 0)
  }

  /// A value in thousandths, with as many decimals as it needs.
  public mutating func thousandths(_ key: String, _ value: Int?) {
    guard let value else { return }
    let shortest = Self.shortest(value)
    number(key, shortest.scaled, decimals: shortest.decimals)
  }

  /// A value in thousandths, with so many decimals (0 to 3).
  public mutating func thousandths(_ key: String, _ value: Int, decimals: Int) {
    var scaled = value
    for _ in decimals..<3 { scaled /= 10 }
    number(key, scaled, decimals: decimals)
  }

  public mutating func seconds(_ key: String, _ time: Timestamp) {
    number(key, Int(time.milliseconds), decimals: 3)
  }

  /// A text of our own, which needs no escaping.
  public mutating func word(_ key: String, _ value: String?) {
    guard let value else { return }
    line.append(key: key, isFirst: isFirst, quoted: value.utf8.span)
    isFirst = false
  }

  /// A text from outside.
  public mutating func text(_ key: String, _ value: String?) {
    guard let value else { return }
    line.append(key: key, isFirst: isFirst, escaped: value)
    isFirst = false
  }

  public mutating func flag(_ key: String, _ value: Bool) {
    self.key(key)
    put(value ? "true" : "false")
  }

  /// Texts from outside; that there are not too many of them is for the caller to see to.
  public mutating func words(_ key: String, _ values: [String]) {
    self.key(key)
    put("[")
    for (place, value) in values.enumerated() {
      put(place > 0 ? ",\"" : "\"")
      putEscaped(value)
      put("\"")
    }
    put("]")
  }

  public mutating func flags(_ key: String, _ flags: SampleFlags) {
    self.key(key)
    put("[")
    var rest = flags.intersection(.named).rawValue
    while rest != 0 {
      line.append(quoted: SampleFlags.names[rest.trailingZeroBitCount])
      rest &= rest - 1
      if rest != 0 { put(",") }
    }
    put("]")
  }

  /// Bytes as lower-case hexadecimal.
  public mutating func hex(_ key: String, _ bytes: Span<UInt8>) {
    beginText(key)
    for index in bytes.indices { line.append(hex: bytes[index]) }
    endText()
  }

  public mutating func beginObject(_ key: String) {
    self.key(key)
    put("{")
    isFirst = true
  }

  public mutating func endObject() {
    put("}")
    isFirst = false
  }

  /// Begins a text value whose pieces are written by `put`.
  public mutating func beginText(_ key: String) {
    self.key(key)
    put("\"")
  }

  public mutating func endText() { put("\"") }

  public mutating func put(_ words: String) { line.append(words) }

  public mutating func put(_ number: Int) { line.append(number, decimals: 0) }

  /// Writes a text from outside up to the last character that fits in `longestText`.
  public mutating func putEscaped(_ value: String) { line.append(escaped: value) }

  /// Writes a value in thousandths, with as many decimals as it needs.
  public mutating func putThousandths(_ value: Int) {
    let shortest = Self.shortest(value)
    line.append(shortest.scaled, decimals: shortest.decimals)
  }

  private mutating func key(_ key: String) {
    line.append(key: key, isFirst: isFirst)
    isFirst = false
  }

  private mutating func number(_ key: String, _ value: Int, decimals: Int) {
    line.append(key: key, isFirst: isFirst, value, decimals: decimals)
    isFirst = false
  }

  /// A value in thousandths without the zeros at its end.
  private static func shortest(_ value: Int) -> (scaled: Int, decimals: Int) {
    var (scaled, decimals) = (value, 3)
    while decimals > 0, scaled % 10 == 0 {
      scaled /= 10
      decimals -= 1
    }
    return (scaled, decimals)
  }
}

extension SampleFlags {
  fileprivate static var named: SampleFlags { SampleFlags(rawValue: 1 << UInt32(names.count) - 1) }
}
