/// Passive 1-Wire adapter: the UART's two wires joined to the bus (DS9097 style, usbtemp).
///
/// - reset: `F0` at 9600. `F0` back: nobody pulled the bus low; `00`: it is shorted; else: present
/// - bit: a character at 115200, `00` to write 0, `FF` to write 1 or to read; bytes lowest bit
///   first
/// - everything comes back as the bus made it; its lowest bit is the bit, the others tell only for
///   how long the bus was low
///
/// Only a reset is ever written as `F0`, so that a conversation can be understood without its line
/// settings.
struct PassiveUART: OneWireAdapter {
  private static let reset: UInt8 = 0xF0

  /// What the last question was about.
  private enum Task: Sendable {
    case reset
    case exchange(BusCommand)
    case search(ROMSearch)
  }

  private var task = Task.reset

  init() {}

  mutating func begin(_ operation: BusOperation) -> Question? {
    switch operation {
    case .prepare: return nil
    case .reset:
      task = .reset
      var question = Question(.slow)
      question.utterance.append(Self.reset)
      question.answers = 1
      return question
    case .exchange(let command, let reading):
      task = .exchange(command)
      var question = Question(.fast)
      for index in 0..<command.count { question.appendSlots(command[index]) }
      for _ in 0..<reading { question.appendSlots(0xFF) }
      return question
    case .search(let search):
      task = .search(search)
      var question = Question(.fast)
      question.appendSlots(BusCommand.searchROM)
      question.appendSlot(true)
      question.appendSlot(true)
      return question
    }
  }

  mutating func judge(_ answer: Answer) -> BusOutcome {
    switch task {
    case .reset:
      switch Self.presence(answer[0]) {
      case .nobody: return .failed(.nobody)
      case .shortCircuit: return .failed(.shortCircuit)
      case .present, nil: return .present
      }
    case .exchange(let command):
      for index in 0..<command.count {
        guard answer.slots(at: 8 * index) == command[index] else { return .failed(.echo) }
      }
      var scratchpad = Scratchpad()
      for index in command.count..<(answer.count / 8) {
        scratchpad.append(answer.slots(at: 8 * index))
      }
      return .read(scratchpad)
    case .search(let search): return judge(answer, search)
    }
  }

  /// The bit that was chosen last comes back, and then the next bit and its complement.
  private mutating func judge(_ answer: Answer, _ search: ROMSearch) -> BusOutcome {
    if search.place == 0 {
      guard answer.slots(at: 0) == BusCommand.searchROM else { return .failed(.echo) }
    } else {
      let chosen = search.bits >> UInt64(search.place - 1) & 1 == 1
      guard answer.slot(at: 0) == chosen else { return .failed(.echo) }
    }
    if search.place == 64 { return .found(search) }
    var search = search
    let step = search.step(
      bit: answer.slot(at: answer.count - 2), complement: answer.slot(at: answer.count - 1))
    guard case .choose(let bit) = step else { return .failed(.absent) }
    task = .search(search)
    var question = Question(.fast)
    question.appendSlot(bit)
    if search.place < 64 {
      question.appendSlot(true)
      question.appendSlot(true)
    }
    return .ask(question)
  }

  mutating func overhear(written byte: UInt8, _ unanswered: inout Unanswered) {
    if byte == Self.reset {
      // What was not answered before it never will be.
      unanswered.removeAll()
      unanswered.append(.reset)
    } else {
      unanswered.append(.bit(byte & 1 == 1))
    }
  }

  static let charactersPerByte = 8

  static func presence(_ answer: UInt8) -> Presence? {
    switch answer {
    case reset: .nobody
    case 0x00: .shortCircuit
    default: .present
    }
  }
}

extension Question {
  fileprivate mutating func appendSlot(_ bit: Bool) {
    utterance.append(bit ? 0xFF : 0x00)
    answers += 1
  }

  fileprivate mutating func appendSlots(_ byte: UInt8) {
    for bit in 0..<8 { appendSlot(byte >> UInt8(bit) & 1 == 1) }
  }
}

extension Answer {
  fileprivate func slot(at place: Int) -> Bool { self[place] & 1 == 1 }

  /// The byte of the eight slots from `place` on.
  fileprivate func slots(at place: Int) -> UInt8 {
    var byte: UInt8 = 0
    for bit in 0..<8 { byte |= (self[place + bit] & 1) << UInt8(bit) }
    return byte
  }
}
