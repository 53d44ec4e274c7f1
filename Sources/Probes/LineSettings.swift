/// A serial line's settings, as `9600-8n1` writes them.
public struct LineSettings: Equatable, Sendable {
  public enum Parity: String, Sendable {
    case none = "n"
    case odd = "o"
    case even = "e"
  }

  /// Bits a second, 50 to 4,000,000.
  public var baud: Int
  /// 7 or 8.
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

  /// Nil where `text` is not of the form `9600-8n1`, or a number is out of its bounds.
  public init?(_ text: some StringProtocol) {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count == 2, let baud = Int(halves[0]), (50...4_000_000).contains(baud) else {
      return nil
    }
    let frame = Array(halves[1].lowercased())
    guard frame.count == 3, let dataBits = frame[0].wholeNumberValue, (7...8).contains(dataBits),
      let parity = Parity(rawValue: String(frame[1])),
      let stopBits = frame[2].wholeNumberValue, (1...2).contains(stopBits)
    else { return nil }
    self.init(baud: baud, dataBits: dataBits, parity: parity, stopBits: stopBits)
  }

  public var text: String { "\(baud)-\(dataBits)\(parity.rawValue)\(stopBits)" }
}
