/// A device at the other end of a serial line.
protocol EmulatedDevice {
  /// Takes a character that was written at so many bits a second, and answers.
  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8]

  /// What it says by itself by now.
  mutating func speak(at now: Int64) -> [UInt8]
}

extension EmulatedDevice {
  mutating func speak(at now: Int64) -> [UInt8] { [] }
}

/// A passive adapter: the bus itself, at the speed of a UART.
struct EmulatedUART: EmulatedDevice {
  var bus: EmulatedBus
  /// Of the characters that come back, the one after so many is lost.
  var lost: Int?
  private var slots = 0

  init(_ bus: EmulatedBus) { self.bus = bus }

  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] {
    let answer = answer(byte, baud: baud, at: now)
    if let left = lost {
      lost = left == 0 ? nil : left - 1
      if left == 0 { return [] }
    }
    return [answer]
  }

  private mutating func answer(_ byte: UInt8, baud: Int, at now: Int64) -> UInt8 {
    if baud == 9600 {
      switch bus.reset(at: now) {
      case .present: return byte & 0xE0
      case .nobody: return byte
      case .short: return 0x00
      }
    }
    // Only the start bit, or all of the character, is low for longer than a write-1 slot takes.
    let wire = bus.slot(byte == 0xFF, at: now)
    slots += 1
    if wire { return 0xFF }
    // A thermometer holds the wire for 15 to 45 µs, of which the character has 8.7 a bit.
    return byte == 0xFF ? [0xFE, 0xFC, 0xF8, 0xE0][slots % 4] : 0x00
  }
}

/// A DS2480B, by its data sheet.
struct EmulatedDS2480B: EmulatedDevice {
  private enum Mode { case fresh, command, data, escaped }

  var bus: EmulatedBus
  /// Bytes that it says unasked before its next answer.
  var unsolicited: [UInt8] = []
  private var mode = Mode.fresh
  private var hasAccelerator = false
  private var choices: [UInt8] = []

  init(_ bus: EmulatedBus) { self.bus = bus }

  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] {
    // A zero at half the speed is a break.
    if baud < 9600 {
      if byte == 0 { mode = .fresh }
      return []
    }
    let answer = answer(byte, at: now)
    if answer.isEmpty { return [] }
    defer { unsolicited = [] }
    return unsolicited + answer
  }

  private mutating func answer(_ byte: UInt8, at now: Int64) -> [UInt8] {
    switch mode {
    case .fresh:
      mode = .command
      return []
    case .command: return command(byte, at: now)
    case .data where byte == 0xE3:
      mode = .escaped
      return []
    case .escaped where byte != 0xE3:
      mode = .command
      return command(byte, at: now)
    case .data, .escaped:
      mode = .data
      return data(byte, at: now)
    }
  }

  private mutating func command(_ byte: UInt8, at now: Int64) -> [UInt8] {
    switch byte {
    case 0xE1:
      mode = .data
      return []
    case 0xB1, 0xB5:
      hasAccelerator = true
      choices = []
      return []
    case 0xA1, 0xA5:
      hasAccelerator = false
      return []
    case 0xC1, 0xC5:
      switch bus.reset(at: now) {
      case .present: return [0xCD]
      case .nobody: return [0xEF]
      case .short: return [0xCC]
      }
    case 0x91: return [bus.slot(true, at: now) ? 0x93 : 0x90]
    case _ where byte & 0x81 == 0x01:
      // Zero asks for a parameter, of which only the speed is ever asked for here.
      return byte & 0x70 == 0 ? [0x00] : [byte & 0xFE]
    default: return []
    }
  }

  private mutating func data(_ byte: UInt8, at now: Int64) -> [UInt8] {
    if hasAccelerator {
      choices.append(byte)
      return choices.count == 16 ? search(at: now) : []
    }
    var answer: UInt8 = 0
    for bit in 0..<8 {
      if bus.slot(byte >> UInt8(bit) & 1 == 1, at: now) { answer |= 1 << UInt8(bit) }
    }
    return [answer]
  }

  private mutating func search(at now: Int64) -> [UInt8] {
    var answer = [UInt8](repeating: 0, count: 16)
    for place in 0..<64 {
      let choice = choices[place / 4] >> UInt8(2 * (place % 4) + 1) & 1 == 1
      let bit = bus.slot(true, at: now)
      let complement = bus.slot(true, at: now)
      let isFork = bit == complement
      let chosen = isFork ? (bit || choice) : bit
      _ = bus.slot(chosen, at: now)
      let pair: UInt8 = (isFork ? 1 : 0) | (chosen ? 2 : 0)
      answer[place / 4] |= pair << UInt8(2 * (place % 4))
    }
    return answer
  }
}

/// A plug that returns what is written.
struct EmulatedLoopBack: EmulatedDevice {
  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] { [byte] }
}

/// Nothing at all.
struct EmulatedSilence: EmulatedDevice {
  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] { [] }
}
