/// Asks a Contec oximeter of protocol 7 for live values, and keeps asking.
///
///     7D 81 CC 80 80 80 80 80 80
///
/// - C: A1 start live values, AF stay alive, A2 stop them, A7 stop stored ones
///
/// Units stop by themselves half a minute after the last AF; the vendor asks for one every 5 s.
/// `0B` and `0D` in answer are a refusal or an end that the unit chose. Orderly shutdown is A7, A2.
struct ContecV7Dialogue: Dialogue {
  private enum Command: UInt8 {
    case start = 0xA1
    case stop = 0xA2
    case stopStored = 0xA7
    case stayAlive = 0xAF
  }

  private static let keepAliveMilliseconds: Int64 = 5000
  /// Sixty frames a second are due; so long without any, and the unit is asked anew.
  private static let silenceMilliseconds: Int64 = 3000

  private enum State {
    case toStart(at: Timestamp)
    case streaming(asked: Timestamp, heard: Timestamp)
  }

  private var state = State.toStart(at: .zero)
  private var backOff = BackOff()
  private(set) var failures = Failures()

  mutating func hear(_ bytes: Span<UInt8>, at time: Timestamp) {
    guard case .streaming(let asked, _) = state else { return }
    for index in bytes.indices {
      // Only the first byte of a frame has bit 7 clear: its type.
      switch bytes[index] {
      case 0x01:
        state = .streaming(asked: asked, heard: time)
        backOff.end()
        failures.end()
      case 0x0B, 0x0D: failures.count(.refused)
      default: break
      }
    }
  }

  mutating func next(at time: Timestamp) -> Act {
    switch state {
    case .toStart(let start):
      if time < start { return .wait(until: start) }
      state = .streaming(asked: time, heard: time)
      return .say(Self.utterance(.start))
    case .streaming(let asked, let heard):
      let end = heard.after(milliseconds: Self.silenceMilliseconds)
      if time >= end {
        failures.count(.silence)
        let restart = time.after(milliseconds: backOff.lengthen())
        state = .toStart(at: restart)
        return .wait(until: restart)
      }
      let keepAlive = asked.after(milliseconds: Self.keepAliveMilliseconds)
      if time < keepAlive { return .wait(until: Swift.min(keepAlive, end)) }
      state = .streaming(asked: time, heard: heard)
      return .say(Self.utterance(.stayAlive))
    }
  }

  func farewell() -> Utterance? {
    var words = Self.utterance(.stopStored)
    Self.append(.stop, to: &words)
    return words
  }

  private static func utterance(_ command: Command) -> Utterance {
    var words = Utterance()
    append(command, to: &words)
    return words
  }

  private static func append(_ command: Command, to words: inout Utterance) {
    words.append(0x7D)
    words.append(0x81)
    words.append(command.rawValue)
    for _ in 0..<6 { words.append(0x80) }
  }
}
