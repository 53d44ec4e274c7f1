import Probes

/// A DS18B20 or DS18S20 as its data sheet describes it, slot by slot.
struct EmulatedThermometer {
  private enum State {
    case deaf
    case romCommand(UInt8, bits: Int)
    case matching(bit: Int)
    case searching(bit: Int, phase: Int)
    case command(UInt8, bits: Int)
    case sending(bit: Int)
  }

  let rom: ROM
  var isPluggedIn = true
  /// What its sensor feels.
  var celsius: Double
  /// Of the scratchpads that it sends, so many of the next have a wrong bit.
  var spoiled = 0
  private var state = State.deaf
  /// The power-on value until something has been measured.
  private var scratchpad: [UInt8]
  private var measuredAt: Int64?

  init(_ rom: ROM, celsius: Double) {
    self.rom = rom
    self.celsius = celsius
    scratchpad = rom.family == 0x10 ? Self.powerOn18S20 : Self.powerOn18B20
  }

  private static let powerOn18B20 = checked([0x50, 0x05, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10])
  private static let powerOn18S20 = checked([0xAA, 0x00, 0x4B, 0x46, 0xFF, 0xFF, 0x0C, 0x10])

  static func checked(_ bytes: [UInt8]) -> [UInt8] { bytes + [crc(bytes)] }

  /// The check sum by polynomial division, and not as the decoder does it.
  private static func crc(_ bytes: [UInt8]) -> UInt8 {
    var register = 0
    for byte in bytes {
      for bit in 0..<8 {
        let feedback = (Int(byte) >> bit & 1) ^ (register & 1)
        register >>= 1
        if feedback == 1 { register ^= 0b1000_1100 }
      }
    }
    return UInt8(register)
  }

  mutating func reset(at now: Int64) {
    finishMeasuring(at: now)
    state = isPluggedIn ? .romCommand(0, bits: 0) : .deaf
  }

  /// What it lets the bus be in the next slot: false pulls it low.
  func output() -> Bool {
    switch state {
    case .searching(let bit, let phase) where phase < 2:
      return (rom.bits >> UInt64(bit) & 1 == 1) == (phase == 0)
    case .sending(let bit) where bit < 72:
      let value = scratchpad[bit / 8] >> UInt8(bit % 8) & 1 == 1
      return spoiled > 0 && bit == 3 ? !value : value
    default: return true
    }
  }

  /// What the bus was in that slot.
  mutating func input(_ bit: Bool, at now: Int64) {
    switch state {
    case .deaf: break
    case .romCommand(let byte, let bits):
      let byte = byte >> 1 | (bit ? 0x80 : 0)
      state = bits == 7 ? Self.state(afterROMCommand: byte) : .romCommand(byte, bits: bits + 1)
    case .matching(let place): pass(place, bit) { .matching(bit: $0) }
    case .searching(let place, 2): pass(place, bit) { .searching(bit: $0, phase: 0) }
    case .searching(let place, let phase): state = .searching(bit: place, phase: phase + 1)
    case .command(let byte, let bits):
      let byte = byte >> 1 | (bit ? 0x80 : 0)
      if bits == 7 { perform(byte, at: now) } else { state = .command(byte, bits: bits + 1) }
    case .sending(let place):
      if place == 71 { spoiled = max(0, spoiled - 1) }
      state = .sending(bit: place + 1)
    }
  }

  private static func state(afterROMCommand byte: UInt8) -> State {
    switch byte {
    case 0x55: .matching(bit: 0)
    case 0xF0: .searching(bit: 0, phase: 0)
    case 0xCC: .command(0, bits: 0)
    default: .deaf
    }
  }

  /// Stays as long as the bits are those of its ROM.
  private mutating func pass(_ place: Int, _ bit: Bool, then next: (Int) -> State) {
    if (rom.bits >> UInt64(place) & 1 == 1) != bit {
      state = .deaf
    } else {
      state = place == 63 ? .command(0, bits: 0) : next(place + 1)
    }
  }

  private mutating func perform(_ command: UInt8, at now: Int64) {
    finishMeasuring(at: now)
    switch command {
    case 0x44:
      measuredAt = now + 750_000_000
      state = .deaf
    case 0xBE: state = .sending(bit: 0)
    default: state = .deaf
    }
  }

  private mutating func finishMeasuring(at now: Int64) {
    guard let end = measuredAt, now >= end else { return }
    measuredAt = nil
    let sixteenths = Int((celsius * 16).rounded(.down))
    if rom.family == 0x10 {
      // TEMP_READ is rounded to the half degree, and the counts tell where in it the value lies.
      let shifted = sixteenths + 4
      let whole = shifted >> 4
      let remain = UInt8(16 - (shifted - whole << 4))
      scratchpad = Self.checked(
        [UInt8(truncatingIfNeeded: whole << 1), whole < 0 ? 0xFF : 0, 0x4B, 0x46, 0xFF, 0xFF]
          + [remain, 0x10])
    } else {
      let low = UInt8(truncatingIfNeeded: sixteenths)
      scratchpad = Self.checked(
        [low, UInt8(truncatingIfNeeded: sixteenths >> 8), 0x4B, 0x46, 0x7F, 0xFF]
          + [0x10 - low & 0x0F, 0x10])
    }
  }
}

/// Thermometers on one wire, which is low where any of them, or the master, pulls it low.
struct EmulatedBus {
  var thermometers: [EmulatedThermometer]
  var isShorted = false
  /// Slots in which somebody else pulls the wire low, counted down.
  var disturbance: Int?

  init(_ thermometers: [EmulatedThermometer]) { self.thermometers = thermometers }

  enum Presence { case present, nobody, short }

  mutating func reset(at now: Int64) -> Presence {
    for index in thermometers.indices { thermometers[index].reset(at: now) }
    if isShorted { return .short }
    return thermometers.contains(where: \.isPluggedIn) ? .present : .nobody
  }

  /// One slot: what the master writes, and what the wire then is.
  mutating func slot(_ bit: Bool, at now: Int64) -> Bool {
    var wire = bit && !isShorted
    for thermometer in thermometers where thermometer.isPluggedIn && !thermometer.output() {
      wire = false
    }
    if let left = disturbance {
      if left == 0 { wire = false }
      disturbance = left == 0 ? nil : left - 1
    }
    for index in thermometers.indices { thermometers[index].input(wire, at: now) }
    return wire
  }
}
