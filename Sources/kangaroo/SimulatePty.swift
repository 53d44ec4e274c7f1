import Captures
import LinuxIO
import Probes
import Simulator

/// Plugs a simulation's probes into pseudo-terminals and prints their paths, one a line.
///
/// Like a probe on a wire they speak in real time, or `rate` times as fast, whether or not anybody
/// listens; what nobody reads is lost. Returns when the simulation has ended.
func plug(_ simulation: Simulation, rate: Int) throws(Failure) {
  var simulation = simulation
  var reader = CaptureReader()
  var board = SwitchBoard()
  var pace: Pace?
  var text: [UInt8] = []
  while simulation.next(into: &text) {
    var failure: Errno?
    do throws(CaptureError) {
      try reader.feed(text.span) { record, bytes in
        do throws(Errno) {
          try board.take(record, bytes, pace)
        } catch {
          failure = error
        }
      }
    } catch {
      throw Failure(.internalError, "the simulator wrote a damaged capture: \(error)")
    }
    if let failure {
      throw Failure(.system, "a pseudo-terminal cannot be had: \(failure)")
    }
    // The header has been read: time begins once every path is known.
    if pace == nil { pace = try Pace("\(rate)") }
    text.removeAll(keepingCapacity: true)
  }
}

/// The pseudo-terminals of the simulation's ports.
private struct SwitchBoard: ~Copyable {
  private final class Line {
    let terminal: PseudoTerminal
    init(_ terminal: consuming PseudoTerminal) { self.terminal = terminal }
  }

  private var lines: [PortIndex: Line] = [:]

  mutating func take(
    _ record: CaptureRecord, _ bytes: Span<UInt8>, _ pace: Pace?
  ) throws(Errno) {
    switch record.kind {
    case .port(let declaration):
      let line = Line(try PseudoTerminal())
      lines[declaration.number] = line
      StandardError.writeLine(
        "\(declaration.attributes["device"] ?? "") at \(declaration.attributes["line"] ?? "")")
      var output = StandardOutput()
      try output.write("\(line.terminal.path)\n")
      try output.flush()
    case .read(let port):
      pace?.wait(until: record.time)
      // Nothing waits in the line for whoever opens it later.
      guard let line = lines[port], try line.terminal.isOpened else { return }
      _ = line.terminal.write(bytes)
    default: break
    }
  }
}
