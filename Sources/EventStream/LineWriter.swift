public import Probes

/// Writes one line of the event stream at a time into a buffer of its own.
///
/// Numbers are plain decimals, absent values have no key, keys stand in the order of the calls. The
/// buffer is reserved once; texts that come from outside are cut at `longestText`, so that no
/// line can exceed `longestLine`.
public struct LineWriter: Sendable {
  /// Bytes in a line, its LF included (contract, section 2).
  public static let longestLine = 4096
  /// Bytes of one text value before escaping.
  public static let longestText = 256

  public private(set) var line: [UInt8] = []
  private var isFirst = true

  public init() { line.reserveCapacity(Self.longestLine) }

  /// Begins a line. `seq` is absent on lines that are made for one subscriber.
  public mutating func begin(_ type: LineType, seq: Int?, at time: Timestamp, wall: WallTime) {
    line.removeAll(keepingCapacity: true)
    put("{\"type\":\"")
    put(type.name)
    put("\"")
    isFirst = false
    if let seq { integer("seq", seq) }
    put(",\"t\":")
    put(Int(time.milliseconds), decimals: 3)
    put(",\"time\":\"")
    wall.appendRFC3339(to: &line)
    put("\"")
  }

  /// Begins a line that has no time, for the tools.
  public mutating func begin(_ type: String) {
    line.removeAll(keepingCapacity: true)
    put("{\"type\":\"")
    put(type)
    put("\"")
    isFirst = false
  }

  /// Ends the line; `line` then holds it whole.
  public mutating func end() {
    put("}\n")
    precondition(line.count <= Self.longestLine, "a line outgrew the contract's bound")
  }

  public mutating func integer(_ key: String, _ value: Int?) {
    guard let value else { return }
    self.key(key)
    put(value, decimals: 0)
  }

  /// A value in thousandths, with as many decimals as it needs.
  public mutating func thousandths(_ key: String, _ value: Int?) {
    guard let value else { return }
    self.key(key)
    putThousandths(value)
  }

  /// A value in thousandths, with so many decimals (0 to 3).
  public mutating func thousandths(_ key: String, _ value: Int, decimals: Int) {
    self.key(key)
    var scaled = value
    for _ in decimals..<3 { scaled /= 10 }
    put(scaled, decimals: decimals)
  }

  public mutating func seconds(_ key: String, _ time: Timestamp) {
    self.key(key)
    put(Int(time.milliseconds), decimals: 3)
  }

  /// A text of our own, which needs no escaping.
  public mutating func word(_ key: String, _ value: String?) {
    guard let value else { return }
    self.key(key)
    put("\"")
    put(value)
    put("\"")
  }

  /// A text from outside.
  public mutating func text(_ key: String, _ value: String?) {
    guard let value else { return }
    self.key(key)
    put("\"")
    putEscaped(value)
    put("\"")
  }

  public mutating func flag(_ key: String, _ value: Bool) {
    self.key(key)
    put(value ? "true" : "false")
  }

  public mutating func words(_ key: String, _ values: [String]) {
    self.key(key)
    put("[")
    for (place, value) in values.enumerated() {
      if place > 0 { put(",") }
      put("\"")
      putEscaped(value)
      put("\"")
    }
    put("]")
  }

  public mutating func flags(_ key: String, _ flags: SampleFlags) {
    self.key(key)
    put("[")
    var isFirstFlag = true
    for (bit, name) in SampleFlags.names.enumerated()
    where flags.rawValue & (1 << UInt32(bit)) != 0 {
      if !isFirstFlag { put(",") }
      isFirstFlag = false
      put("\"")
      put(name)
      put("\"")
    }
    put("]")
  }

  /// Bytes as lower-case hexadecimal.
  public mutating func hex(_ key: String, _ bytes: Span<UInt8>) {
    self.key(key)
    put("\"")
    for index in bytes.indices {
      line.append(Self.hexDigit(bytes[index] >> 4))
      line.append(Self.hexDigit(bytes[index] & 15))
    }
    put("\"")
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

  public mutating func put(_ words: String) { line.append(contentsOf: words.utf8) }

  public mutating func put(_ number: Int) { put(number, decimals: 0) }

  public mutating func putEscaped(_ value: String) {
    var count = 0
    for byte in value.utf8 {
      // A character is cut only where it begins.
      if count >= Self.longestText, byte & 0xC0 != 0x80 { break }
      count += 1
      switch byte {
      case 0x22: put("\\\"")
      case 0x5C: put("\\\\")
      case 0..<0x20, 0x7F:
        put("\\u00")
        line.append(Self.hexDigit(byte >> 4))
        line.append(Self.hexDigit(byte & 15))
      default: line.append(byte)
      }
    }
  }

  public mutating func putThousandths(_ value: Int) {
    if value % 1000 == 0 {
      put(value / 1000, decimals: 0)
    } else if value % 100 == 0 {
      put(value / 100, decimals: 1)
    } else if value % 10 == 0 {
      put(value / 10, decimals: 2)
    } else {
      put(value, decimals: 3)
    }
  }

  private mutating func key(_ key: String) {
    if isFirst { isFirst = false } else { put(",") }
    put("\"")
    put(key)
    put("\":")
  }

  private mutating func put(_ number: Int, decimals: Int) {
    if number < 0 { line.append(UInt8(ascii: "-")) }
    let magnitude = number.magnitude
    var scale: UInt = 1
    for _ in 0..<decimals { scale *= 10 }
    putDigits(magnitude / scale, atLeast: 1)
    guard decimals > 0 else { return }
    line.append(UInt8(ascii: "."))
    putDigits(magnitude % scale, atLeast: decimals)
  }

  private mutating func putDigits(_ number: UInt, atLeast least: Int) {
    var weight: UInt = 1
    var digits = 1
    while digits < least || (number / weight >= 10 && digits < 20) {
      weight *= 10
      digits += 1
    }
    var rest = number
    while weight > 0 {
      line.append(0x30 + UInt8(truncatingIfNeeded: rest / weight))
      rest %= weight
      weight /= 10
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    0x30 &+ value &+ ((value &+ 6) >> 4) &* 0x27
  }
}
