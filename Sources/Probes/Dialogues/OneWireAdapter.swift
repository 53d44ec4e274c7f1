/// What joins a serial port to a 1-Wire bus, as seen from the port.
///
/// Its two halves meet nowhere: the mouth asks and judges the answers, the ear understands a
/// conversation that it only overhears.
protocol OneWireAdapter: Sendable {
  init()

  /// The first question of an operation; nil where the adapter has nothing to do for it.
  mutating func begin(_ operation: BusOperation) -> Question?

  /// Judges the answer to the last question.
  mutating func judge(_ answer: Answer) -> BusOutcome

  /// Tells the ear that a byte was written, and what in answer is now to be heard.
  mutating func overhear(written byte: UInt8, _ unanswered: inout Unanswered)

  /// How many characters carry a byte of the bus.
  static var charactersPerByte: Int { get }

  /// Whether a device is present, by the answer to a reset; nil where it is no such answer.
  static func presence(_ answer: UInt8) -> Presence?
}

/// What a master does on a bus.
enum BusOperation: Sendable {
  /// Makes the adapter ready.
  case prepare
  case reset
  /// Writes a command and reads so many bytes.
  case exchange(BusCommand, reading: Int)
  /// One pass of a search.
  case search(ROMSearch)
}

enum BusOutcome: Sendable {
  /// It takes another question.
  case ask(Question)
  case ready
  case present
  /// The bytes that were read, none of a command alone.
  case read(Scratchpad)
  case found(ROMSearch)
  case failed(Failure)
}

enum Presence: Equatable, Sendable {
  case present, nobody, shortCircuit
}

/// A command as the bus carries it: up to ten bytes.
struct BusCommand: BitwiseCopyable, Sendable {
  private var bytes = InlineArray<10, UInt8>(repeating: 0)
  private(set) var count = 0

  static let searchROM: UInt8 = 0xF0
  static let matchROM: UInt8 = 0x55
  static let skipROM: UInt8 = 0xCC
  static let convert: UInt8 = 0x44
  static let readScratchpad: UInt8 = 0xBE

  /// All thermometers measure at once.
  static var convertAll: BusCommand {
    var command = BusCommand()
    command.append(skipROM)
    command.append(convert)
    return command
  }

  static func readScratchpad(of rom: ROM) -> BusCommand {
    var command = BusCommand()
    command.append(matchROM)
    for byte in 0..<8 { command.append(rom[byte]) }
    command.append(readScratchpad)
    return command
  }

  private mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  subscript(_ index: Int) -> UInt8 { bytes[index] }
}

/// What is written at one line setting, and how many characters answer it.
struct Question: BitwiseCopyable, Sendable {
  var line: Line
  var utterance = Utterance()
  var answers = 0
  /// How long an answer is waited for; where none is due, how long the adapter is left alone.
  var patienceMilliseconds: Int64 = 400

  /// The line settings of 1-Wire adapters.
  enum Line: BitwiseCopyable, Sendable {
    case breaking, slow, fast

    var settings: LineSettings {
      switch self {
      case .breaking: LineSettings(baud: 4800)
      case .slow: LineSettings(baud: 9600)
      case .fast: LineSettings(baud: 115_200)
      }
    }
  }

  init(_ line: Line) { self.line = line }
}

/// What came in answer, at most 160 characters.
struct Answer: BitwiseCopyable, Sendable {
  private var bytes = InlineArray<160, UInt8>(repeating: 0)
  private(set) var count = 0

  mutating func append(_ byte: UInt8) {
    precondition(count < 160, "an answer has at most 160 characters")
    bytes[count] = byte
    count += 1
  }

  subscript(_ index: Int) -> UInt8 {
    precondition(index < count, "an answer of \(count) characters has no character \(index)")
    return bytes[index]
  }
}
