import LinuxIO
import Probes

/// An open port's dialogue, with the words that its line has not yet taken.
///
/// Nothing here waits: a line that takes no more is asked again when it is ready.
struct Conversation {
  /// How a conversation stands when nothing more can be done for now.
  enum Pause: Equatable {
    /// Nothing before this time, unless something is heard.
    case until(Timestamp)
    /// The line takes no more words until it is ready to.
    case blocked
  }

  private var dialogue: any Dialogue
  private var words = Utterance()
  private var said = 0

  init(_ dialogue: any Dialogue) { self.dialogue = dialogue }

  /// What is wrong now, in words; nil where nothing is.
  var trouble: Failure? { dialogue.failures.present }

  mutating func hear(_ bytes: Span<UInt8>, at now: Timestamp) { dialogue.hear(bytes, at: now) }

  /// Says and does all that is due. What was said goes through the door as what was heard does.
  mutating func goOn(
    through port: inout SerialPort, _ index: PortIndex, into intake: inout Intake,
    at now: Timestamp
  ) throws(SerialPortError) -> Pause {
    while true {
      guard say(through: &port, index, into: &intake, at: now) else { return .blocked }
      switch dialogue.next(at: now) {
      case .wait(let end): return .until(end)
      case .change(let line): try port.reconfigure(SerialSettings(line))
      case .say(let words):
        self.words = words
        said = 0
      }
    }
  }

  /// Says the last words, as far as the line takes them.
  mutating func end(
    through port: inout SerialPort, _ index: PortIndex, into intake: inout Intake,
    at now: Timestamp
  ) {
    guard let farewell = dialogue.farewell(), said == words.count else { return }
    words = farewell
    said = 0
    _ = say(through: &port, index, into: &intake, at: now)
  }

  /// Whether all words have been said.
  private mutating func say(
    through port: inout SerialPort, _ index: PortIndex, into intake: inout Intake,
    at now: Timestamp
  ) -> Bool {
    while said < words.count {
      switch port.write(words.bytes.span.extracting(said..<words.count)) {
      case .bytes(let count):
        intake.overhear(
          words.bytes.span.extracting(said..<(said + count)), port: index, at: now)
        said += count
      case .wouldBlock: return false
      case .gone:
        // Reading from it will say so too, and how.
        said = words.count
      }
    }
    return true
  }
}
