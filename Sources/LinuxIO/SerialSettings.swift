import CLinux

/// How a serial line carries bytes: `9600-8n1`.
public struct SerialSettings: Equatable, Sendable, CustomStringConvertible {
  public enum Parity: Sendable { case none, odd, even }

  /// Bits a second, 50 to 4,000,000, standard or not.
  public var baud: Int
  /// 5 to 8.
  public var dataBits: Int
  public var parity: Parity
  /// 1 or 2.
  public var stopBits: Int

  public init(baud: Int, dataBits: Int = 8, parity: Parity = .none, stopBits: Int = 1) {
    self.baud = baud
    self.dataBits = dataBits
    self.parity = parity
    self.stopBits = stopBits
  }

  public var description: String {
    let letter =
      switch parity {
      case .none: "n"
      case .odd: "o"
      case .even: "e"
      }
    return "\(baud)-\(dataBits)\(letter)\(stopBits)"
  }

  /// Whether a driver that reads `self` back has done what was asked of it.
  ///
  /// Dividers seldom meet a speed exactly: a receiver bears 2 %. Stop bits only matter to what is
  /// sent. A pseudo-terminal has no wire, hence always 8 bits and no parity.
  func satisfies(_ wanted: SerialSettings, onPseudoTerminal: Bool) -> Bool {
    guard abs(baud - wanted.baud) * 50 <= wanted.baud else { return false }
    return onPseudoTerminal || (dataBits == wanted.dataBits && parity == wanted.parity)
  }
}

extension SerialSettings {
  init(_ line: clinux_line) {
    let parity: Parity =
      switch UInt32(line.parity) {
      case CLINUX_PARITY_ODD.rawValue: .odd
      case CLINUX_PARITY_EVEN.rawValue: .even
      default: .none
      }
    self.init(
      baud: Int(line.baud), dataBits: Int(line.data_bits), parity: parity,
      stopBits: Int(line.stop_bits))
  }

  var line: clinux_line {
    precondition((50...4_000_000).contains(baud), "a line's speed is 50 to 4,000,000 bits a second")
    precondition((5...8).contains(dataBits), "a character has 5 to 8 bits")
    precondition((1...2).contains(stopBits), "a character ends with 1 or 2 stop bits")
    let parity =
      switch parity {
      case .none: CLINUX_PARITY_NONE
      case .odd: CLINUX_PARITY_ODD
      case .even: CLINUX_PARITY_EVEN
      }
    return clinux_line(
      baud: UInt32(baud), data_bits: UInt8(dataBits), parity: UInt8(parity.rawValue),
      stop_bits: UInt8(stopBits), raw: false)
  }
}
