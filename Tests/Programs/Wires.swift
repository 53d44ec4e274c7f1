import Glibc
import LinuxIO

/// A probe's wire: a pseudo-terminal that can be unplugged and plugged in again.
public final class Wire {
  /// The path that a configuration names: a link to wherever the terminal is now.
  public let path: String
  private let name: String
  private let scratch: Scratch
  private var terminal: PseudoTerminal?

  public init(_ name: String, in scratch: Scratch) {
    self.name = name
    self.scratch = scratch
    path = scratch.path(name)
  }

  public var isPluggedIn: Bool { terminal != nil }

  /// Whether somebody has opened it.
  public var isOpened: Bool { (try? terminal?.isOpened) == true }

  /// The terminal's node, which goes when it is unplugged.
  public private(set) var node = ""

  @discardableResult
  public func plugIn() throws -> Wire {
    let terminal = try PseudoTerminal()
    node = terminal.path
    self.terminal = consume terminal
    try scratch.link(name, to: node)
    return self
  }

  public func unplug() {
    // The kernel gives the node to whoever wants the next terminal.
    _ = unlink(path)
    terminal = nil
  }

  /// Sends bytes, and waits where the daemon is slow to take them.
  public func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      switch terminal!.write(bytes.span.extracting(sent...)) {
      case .bytes(let count): sent += count
      case .wouldBlock: BootClock.sleep(until: BootClock.now + 1_000_000)
      case .gone(let departure): throw TooLate("a terminal to write to: \(departure)")
      }
    }
  }

  public func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Waits until somebody has opened it: what is sent before that is thrown away.
  public func awaitOpening() throws {
    _ = try awaited("anybody at \(path)") { try terminal?.isOpened == true ? true : nil }
  }
}

/// A KMC1 probe's line: `fields` without the frame around them.
public func kmc1(_ fields: String) -> String {
  let sum = fields.utf8.reduce(0) { $0 ^ $1 }
  let digits = String(sum, radix: 16, uppercase: true)
  return "$\(fields)*\(digits.utf8.count < 2 ? "0" : "")\(digits)\r\n"
}

/// Its line for a temperature in thousandths of a degree.
public func kmc1(temperature: Int, number: Int, milliseconds: Int) -> String {
  let fraction = String(1000 + temperature % 1000).dropFirst()
  return kmc1("KMTMP,\(number),\(milliseconds),AXI,\(temperature / 1000).\(fraction),0000,")
}
