import Captures
import LinuxIO
import Probes

/// Plays a capture into pseudo-terminals, one a port, and prints their paths.
func play(_ path: String, _ pace: Pace?) throws(Failure) {
  var input = try InputFile(path)
  var player = Player(pace: pace)
  var reader = CaptureReader()
  while true {
    let count = try input.next()
    if count == 0 { return }
    let bytes = input.bytes
    do throws(CaptureError) {
      try reader.feed(bytes.span.extracting(0..<count)) { record, bytes in
        player.take(record, bytes)
      }
    } catch {
      throw Failure(path, error)
    }
  }
}

/// The pseudo-terminals of a capture's ports.
private struct Player: ~Copyable {
  /// One port's pseudo-terminal; gone while the capture has it detached.
  final class Line {
    var terminal: PseudoTerminal?
  }

  private let pace: Pace?
  private var lines: [PortIndex: Line] = [:]

  init(pace: Pace?) { self.pace = pace }

  mutating func take(_ record: CaptureRecord, _ bytes: Span<UInt8>) {
    pace?.wait(until: record.time)
    switch record.kind {
    case .port(let declaration): open(declaration)
    case .read(let port):
      guard let line = lines[port] else { return }
      write(bytes, to: line)
    default: break
    }
  }

  private mutating func open(_ declaration: PortDeclaration) {
    do throws(Errno) {
      let line = Line()
      let terminal = try PseudoTerminal()
      let name = declaration.attributes["device"] ?? ""
      StandardError.writeLine("port \(declaration.number) \(name)")
      var output = StandardOutput()
      try output.write("\(terminal.path)\n")
      try output.flush()
      line.terminal = consume terminal
      lines[declaration.number] = line
    } catch {
      Failure(.system, "a pseudo-terminal cannot be had: \(error)").end()
    }
  }

  /// Waits where nobody reads: a player loses nothing.
  private func write(_ bytes: Span<UInt8>, to line: Line) {
    var start = 0
    while start < bytes.count {
      switch line.terminal!.write(bytes.extracting(start...)) {
      case .bytes(let count): start += count
      case .wouldBlock: BootClock.sleep(until: BootClock.now + 1_000_000)
      case .gone: return
      }
    }
  }
}
