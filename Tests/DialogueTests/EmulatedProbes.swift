/// A Contec oximeter: it streams for half a minute after it was last asked to.
struct EmulatedContec: EmulatedDevice {
  private static let attention: Int64 = 30_000_000_000
  private static let period: Int64 = 1_000_000_000 / 60

  var rate: UInt8 = 150
  private(set) var commands: [UInt8] = []
  private var received: [UInt8] = []
  private var streamsUntil: Int64 = 0
  private var nextFrame: Int64 = 0

  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] {
    guard baud == 115_200 else { return [] }
    received.append(byte)
    let isCommand =
      received.count == 9 && received.starts(with: [0x7D, 0x81])
      && received.suffix(6).allSatisfy { $0 == 0x80 }
    guard isCommand else {
      if received.count == 9 { received.removeFirst() }
      return []
    }
    let command = received[2]
    received = []
    commands.append(command)
    switch command {
    case 0xA1:
      streamsUntil = now + Self.attention
      nextFrame = now
      return []
    case 0xAF:
      if streamsUntil > now { streamsUntil = now + Self.attention }
      return []
    case 0xA2:
      streamsUntil = 0
      return [0x0C, 0x80]
    case 0xA7: return [0x0C, 0x80]
    default: return [0x0B, 0x81, 0x85, 0x80]
    }
  }

  mutating func speak(at now: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    while nextFrame <= now, nextFrame < streamsUntil {
      let data: [UInt8] = [0x05, 0x33, 0x16, rate, 0x60, 0xFF, 0xFF]
      var tops: UInt8 = 0x80
      for (place, byte) in data.enumerated() { tops |= (byte >> 7) << UInt8(place) }
      bytes += [0x01, tops] + data.map { $0 | 0x80 }
      nextFrame += Self.period
    }
    return bytes
  }
}

/// A TEMPerX232: it answers `ReadTemp` and nothing else.
struct EmulatedTEMPer: EmulatedDevice {
  var answer = "Temp-Inner:30.53 [C],39.92 [%RH]<Temp-Outer:36.71 [C]<"
  private var received = ""

  mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] {
    guard baud == 9600 else { return [] }
    received.unicodeScalars.append(Unicode.Scalar(byte))
    guard received.hasSuffix("ReadTemp") else { return [] }
    received = ""
    return Array(answer.utf8)
  }
}
