/// CRC-32C: polynomial 1EDC6F41 (Castagnoli), reflected, begun and ended with all ones.
///
/// Finds every single-bit flip and every burst of up to 32 bits in a record.
public struct Checksum: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  public init() {}

  public var value: UInt32 { ~state }

  public mutating func add(_ bytes: Span<UInt8>) {
    for place in bytes.indices {
      let index = Int(UInt8(truncatingIfNeeded: state) ^ bytes[place])
      state = state >> 8 ^ Self.table[index]
    }
  }

  private static let table: InlineArray<256, UInt32> = {
    var table = InlineArray<256, UInt32>(repeating: 0)
    for byte in 0..<256 {
      var rest = UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1 }
      table[byte] = rest
    }
    return table
  }()
}
