/// Follows what a master and its devices say on a 1-Wire bus, as far as scratchpads go.
///
///     reset  55 ROM×8 BE  scratchpad×9
///
/// A command that did not come back as it was written was not heard by the devices either; what
/// follows it, up to the next reset, means nothing.
struct BusTalk: Sendable {
  private enum State: Sendable {
    case quiet
    /// So many bytes of the command have been said.
    case command(Int, rom: UInt64)
    case reading(ROM, Scratchpad)
  }

  private var state = State.quiet
  /// Bits of a byte, where the adapter counts in bits.
  private var written: UInt8 = 0
  private var heard: UInt8 = 0
  private var bits = 0

  mutating func reset(_ presence: Presence?) {
    state = presence == .present ? .command(0, rom: 0) : .quiet
    bits = 0
  }

  /// Takes one bit; the scratchpad that it completes, and whose.
  mutating func bit(written bit: Bool, heard answer: Bool) -> (Scratchpad, ROM)? {
    written = written >> 1 | (bit ? 0x80 : 0)
    heard = heard >> 1 | (answer ? 0x80 : 0)
    bits += 1
    guard bits == 8 else { return nil }
    bits = 0
    return byte(written: written, heard: heard)
  }

  mutating func byte(written: UInt8, heard: UInt8) -> (Scratchpad, ROM)? {
    switch state {
    case .quiet: return nil
    case .command(let place, let rom):
      state = written == heard ? Self.command(after: place, rom, heard) : .quiet
      return nil
    case .reading(let rom, var scratchpad):
      // Whoever writes zeros is not reading.
      guard written == 0xFF else {
        state = .quiet
        return nil
      }
      scratchpad.append(heard)
      state = scratchpad.isWhole ? .quiet : .reading(rom, scratchpad)
      return scratchpad.isWhole ? (scratchpad, rom) : nil
    }
  }

  private static func command(after place: Int, _ rom: UInt64, _ byte: UInt8) -> State {
    switch place {
    case 0: return byte == BusCommand.matchROM ? .command(1, rom: 0) : .quiet
    case 1...8: return .command(place + 1, rom: rom | UInt64(byte) << UInt64(8 * (place - 1)))
    default:
      guard byte == BusCommand.readScratchpad, let rom = ROM(bits: rom) else { return .quiet }
      return .reading(rom, Scratchpad())
    }
  }
}
