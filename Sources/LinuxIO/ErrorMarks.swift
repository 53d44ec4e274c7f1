/// Takes the kernel's marks of damaged bytes out of what a serial line with parity brought.
///
/// With `PARMRK` the kernel writes
///
///     FF FF     for a true FF
///     FF 00 x   for x, which arrived with a parity or framing error, and for a break (x = 00)
///
/// and cuts reads anywhere, so the state outlives a read. A damaged byte is dropped and counted:
/// a missing byte spoils one frame, a wrong one might be believed.
public struct ErrorMarks: Equatable, Sendable {
  private enum State { case plain, afterFF, afterFF00 }

  private var state = State.plain
  /// Damaged bytes dropped so far.
  public private(set) var dropped = 0

  public init() {}

  /// Strips the first `count` bytes of `bytes` in place and returns how many remain.
  public mutating func strip(_ bytes: inout MutableSpan<UInt8>, count: Int) -> Int {
    var kept = 0
    for index in 0..<count {
      let byte = bytes[index]
      switch (state, byte) {
      case (.plain, 0xFF):
        state = .afterFF
      case (.plain, _):
        bytes[kept] = byte
        kept += 1
      case (.afterFF, 0xFF):
        state = .plain
        bytes[kept] = 0xFF
        kept += 1
      case (.afterFF, 0x00):
        state = .afterFF00
      case (.afterFF, _):
        // The kernel writes no such pair: the FF stems from before the line's settings changed.
        state = .plain
        dropped += 1
        bytes[kept] = byte
        kept += 1
      case (.afterFF00, _):
        state = .plain
        dropped += 1
      }
    }
    return kept
  }

  /// Forgets a half-read mark; what was counted stays.
  public mutating func restart() {
    state = .plain
  }
}
