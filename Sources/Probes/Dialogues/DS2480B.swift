/// DS2480B: 1-Wire adapter with a mind of its own (DS9097U), 9600 8N1.
///
/// - a break, here `00` at 4800, returns it to power-on; then `C1` is eaten to learn the speed
/// - command mode: `C5` reset, answered `11x011rr` (00 short, 01 present, 10 alarm, 11 nobody);
///   `0pppvvv1` sets parameter p and `0000ppp1` asks for one, answered with bit 0 clear; `B1`, `A1`
///   search accelerator on and off, unanswered; `E1` to data mode
/// - data mode: each byte goes over the bus and comes back as the bus made it; `E3` to command
///   mode, doubled where it is data
/// - with the accelerator 16 bytes are a whole search pass, two bits a ROM bit, lowest first: out
///   choice at the odd ones; back a fork at the even and what was chosen at the odd ones
///
/// A loop-back answers the parameters unchanged, and is thereby told apart. A thermometer that is
/// plugged in may show itself by a presence byte that nobody asked for.
struct DS2480B: OneWireAdapter {
  private enum Code {
    static let timing: UInt8 = 0xC1
    static let reset: UInt8 = 0xC5
    static let acceleratorOn: UInt8 = 0xB1
    static let acceleratorOff: UInt8 = 0xA1
    static let dataMode: UInt8 = 0xE1
    static let commandMode: UInt8 = 0xE3
  }

  /// Slew rate 1.37 V/µs, write-1 low time 10 µs and sample offset 8 µs, for lines of some metres;
  /// then the speed is asked for, and a bit 1 is written to the bus.
  private static let parameters: InlineArray<5, UInt8> = [0x17, 0x45, 0x5B, 0x0F, 0x91]
  private static let parameterAnswers: InlineArray<5, UInt8> = [0x16, 0x44, 0x5A, 0x00, 0x93]
  /// The answer to the bit where the bus stayed low.
  private static let lowBit: UInt8 = 0x90
  /// How the way to command mode looks to an ear: the break, the byte of timing, the parameters.
  private static let preamble: UInt64 = 0x00_C1_17_45_5B_0F_91
  private static let preambleMask: UInt64 = 0xFF_FF_FF_FF_FF_FF_FF

  /// What the last question was about.
  private enum Task: Sendable {
    case breaking, timing, parameters, reset
    case exchange(BusCommand)
    case search(ROMSearch)
  }

  private var task = Task.breaking
  private var isInDataMode = false
  private var ear = Ear()

  init() {}

  mutating func begin(_ operation: BusOperation) -> Question? {
    switch operation {
    case .prepare:
      task = .breaking
      isInDataMode = false
      return Self.pause(saying: 0x00, .breaking)
    case .reset:
      task = .reset
      var question = Question(.slow)
      if isInDataMode { question.utterance.append(Code.commandMode) }
      isInDataMode = false
      question.utterance.append(Code.reset)
      question.answers = 1
      return question
    case .exchange(let command, let reading):
      task = .exchange(command)
      var question = Question(.slow)
      question.utterance.append(Code.dataMode)
      isInDataMode = true
      for index in 0..<command.count { question.appendData(command[index]) }
      for _ in 0..<reading { question.appendData(0xFF) }
      return question
    case .search(let search):
      task = .search(search)
      return Self.question(search)
    }
  }

  private static func pause(saying byte: UInt8, _ line: Question.Line) -> Question {
    var question = Question(line)
    question.utterance.append(byte)
    question.patienceMilliseconds = 20
    return question
  }

  private static func question(_ search: ROMSearch) -> Question {
    var question = Question(.slow)
    question.utterance.append(Code.dataMode)
    question.appendData(BusCommand.searchROM)
    question.utterance.append(Code.commandMode)
    question.utterance.append(Code.acceleratorOn)
    question.utterance.append(Code.dataMode)
    for byte in 0..<16 {
      var choices: UInt8 = 0
      for pair in 0..<4 where search.choice(at: 4 * byte + pair) {
        choices |= 2 << UInt8(2 * pair)
      }
      question.appendData(choices)
    }
    question.utterance.append(Code.commandMode)
    question.utterance.append(Code.acceleratorOff)
    return question
  }

  mutating func judge(_ answer: Answer) -> BusOutcome {
    switch task {
    case .breaking:
      task = .timing
      return .ask(Self.pause(saying: Code.timing, .slow))
    case .timing:
      task = .parameters
      var question = Question(.slow)
      for index in 0..<5 { question.utterance.append(Self.parameters[index]) }
      question.answers = 5
      return .ask(question)
    case .parameters: return Self.judgeParameters(answer)
    case .reset:
      switch Self.presence(answer[0]) {
      case .present: return .present
      case .nobody: return .failed(.nobody)
      case .shortCircuit: return .failed(.shortCircuit)
      case nil: return .failed(answer[0] == Code.reset ? .loopBack : .adapter)
      }
    case .exchange(let command):
      for index in 0..<command.count {
        guard answer[index] == command[index] else { return .failed(.echo) }
      }
      var scratchpad = Scratchpad()
      for index in command.count..<answer.count { scratchpad.append(answer[index]) }
      return .read(scratchpad)
    case .search(let search): return Self.judge(answer, search)
    }
  }

  private static func judgeParameters(_ answer: Answer) -> BusOutcome {
    var isRight = true
    var isEcho = true
    for index in 0..<5 {
      isRight = isRight && answer[index] == parameterAnswers[index]
      isEcho = isEcho && answer[index] == parameters[index]
    }
    if isRight { return .ready }
    if isEcho { return .failed(.loopBack) }
    return .failed(answer[4] == lowBit ? .shortCircuit : .adapter)
  }

  private static func judge(_ answer: Answer, _ search: ROMSearch) -> BusOutcome {
    guard answer[0] == BusCommand.searchROM else { return .failed(.echo) }
    var search = search
    for place in 0..<64 {
      let pair = answer[1 + place / 4] >> UInt8(2 * (place % 4)) & 3
      // No two right ROMs differ in the last bit only: a fork there means that nobody answered.
      if place == 63, pair == 3 { return .failed(.absent) }
      search.take(pair & 2 != 0, isFork: pair & 1 != 0)
    }
    return .found(search)
  }

  static let charactersPerByte = 1

  static func presence(_ answer: UInt8) -> Presence? {
    // A short may also show as a bus that is low for the whole answer.
    if answer == 0 { return .shortCircuit }
    guard answer & 0xDC == 0xCC else { return nil }
    switch answer & 3 {
    case 0: return .shortCircuit
    case 3: return .nobody
    default: return .present
    }
  }
}

extension DS2480B {
  /// What is known of the adapter's mode by what was written to it.
  private struct Ear: Sendable {
    var isInDataMode = false
    /// An `E3` was written in data mode: another makes it data, anything else leaves the mode.
    var hasEscape = false
    /// The last eight bytes, the newest lowest.
    var written: UInt64 = 0
  }

  mutating func overhear(written byte: UInt8, _ unanswered: inout Unanswered) {
    ear.written = ear.written << 8 | UInt64(byte)
    if ear.written & Self.preambleMask == Self.preamble {
      ear = Ear()
      unanswered.removeAll()
      for _ in 0..<5 { unanswered.append(.other) }
    } else if ear.isInDataMode {
      overhearData(byte, &unanswered)
    } else {
      overhearCommand(byte, &unanswered)
    }
  }

  private mutating func overhearData(_ byte: UInt8, _ unanswered: inout Unanswered) {
    if byte == Code.commandMode, !ear.hasEscape {
      ear.hasEscape = true
    } else if byte != Code.commandMode, ear.hasEscape {
      ear.hasEscape = false
      ear.isInDataMode = false
      overhearCommand(byte, &unanswered)
    } else {
      ear.hasEscape = false
      unanswered.append(.byte(byte))
    }
  }

  private mutating func overhearCommand(_ byte: UInt8, _ unanswered: inout Unanswered) {
    switch byte {
    case Code.dataMode: ear.isInDataMode = true
    case _ where byte & 0xE3 == 0xC1:
      unanswered.removeAll()
      unanswered.append(.reset)
    // A parameter, or a single bit.
    case _ where byte & 0x81 == 0x01, _ where byte & 0xE1 == 0x81: unanswered.append(.other)
    default: break
    }
  }
}

extension Question {
  fileprivate mutating func appendData(_ byte: UInt8) {
    utterance.append(byte)
    if byte == 0xE3 { utterance.append(byte) }
    answers += 1
  }
}
