/// Keeps a bus of DS18B20 and DS18S20 thermometers measuring, and reads them every 2 s.
///
///     prepare → search → convert all → wait → read each → rest → convert all …
///
/// All measure at once and are then read one by one, in the order of their ROMs. Where the
/// configuration gives sensors a site, these are asked and nobody is searched for; else the bus is
/// searched at first, every half minute, and more often while one that was there is missing. What
/// fails is tried twice more at once, from the reset on; then the bus is left alone for a while and
/// begun with anew.
///
/// Thermometers need power of their own: one that steals it from the bus cannot measure here. It
/// goes on saying 85.0, which is refused.
struct OneWireDialogue<Adapter: OneWireAdapter>: Dialogue {
  private static var periodMilliseconds: Int64 { 2000 }
  /// 750 ms at 12 bits is the data sheet's longest.
  private static var conversionMilliseconds: Int64 { 800 }
  private static var searchMilliseconds: Int64 { 30_000 }
  private static var missingMilliseconds: Int64 { 10_000 }
  private static var tries: Int { 3 }

  /// What is done with the bus after a reset.
  private enum Task: Sendable {
    case search, convert
    case read(Int)
  }

  private enum State: Sendable {
    case resting(until: Timestamp, then: Step)
    case asking(Asking, for: Step)
  }

  private enum Step: Sendable {
    case prepare
    case reset(Task)
    case perform(Task)
  }

  private var adapter = Adapter()
  private var state = State.resting(until: .zero, then: .prepare)
  private var line: Question.Line?
  private var roms: [ROM]
  /// Those that the search under way has found, in their order.
  private var found: [ROM] = []
  private var search = ROMSearch()
  /// The most thermometers that a search has found.
  private var most = 0
  private let isClosed: Bool
  /// Failures of the task in hand.
  private var attempts = 0
  /// When the thermometers were last told to measure, and how many failures there were by then.
  private var cycle = Timestamp.zero
  private var failuresBefore = 0
  private var nextSearch = Timestamp.zero
  private var backOff = BackOff()
  private(set) var failures = Failures()

  init(_ sensors: [Sensor]) {
    isClosed = sensors.areClosed
    roms = isClosed ? sensors.map(\.rom).sorted() : []
    roms.reserveCapacity(Sensor.limit)
    found.reserveCapacity(Sensor.limit)
  }

  mutating func hear(_ bytes: Span<UInt8>, at time: Timestamp) {
    guard case .asking(var asking, let step) = state else { return }
    asking.hear(bytes)
    state = .asking(asking, for: step)
  }

  mutating func next(at time: Timestamp) -> Act {
    while true {
      switch state {
      case .resting(let end, let step):
        if time < end { return .wait(until: end) }
        begin(step, at: time)
      case .asking(var asking, let step):
        let act = asking.next(line: &line, at: time)
        state = .asking(asking, for: step)
        if let act { return act }
        finish(asking, step, at: time)
      }
    }
  }

  func farewell() -> Utterance? { nil }

  private mutating func begin(_ step: Step, at time: Timestamp) {
    let operation: BusOperation
    switch step {
    case .prepare: operation = .prepare
    case .reset: operation = .reset
    case .perform(.search): operation = .search(search)
    case .perform(.convert):
      cycle = time
      failuresBefore = failures.total
      operation = .exchange(.convertAll, reading: 0)
    case .perform(.read(let index)):
      operation = .exchange(.readScratchpad(of: roms[index]), reading: Scratchpad.length)
    }
    if let question = adapter.begin(operation) {
      state = .asking(Asking(question), for: step)
    } else {
      succeed(step, .ready, at: time)
    }
  }

  private mutating func finish(_ asking: Asking, _ step: Step, at time: Timestamp) {
    guard asking.isAnswered else {
      fail(step, .silence, at: time)
      return
    }
    switch adapter.judge(asking.answer) {
    case .ask(let question): state = .asking(Asking(question), for: step)
    case .failed(let failure): fail(step, failure, at: time)
    case let outcome: succeed(step, outcome, at: time)
    }
  }

  private mutating func succeed(_ step: Step, _ outcome: BusOutcome, at time: Timestamp) {
    switch (step, outcome) {
    case (.prepare, _):
      attempts = 0
      begin(.reset(isClosed ? .convert : startedSearch()), at: time)
    case (.reset(let task), _): begin(.perform(task), at: time)
    case (.perform(.search), .found(let pass)): take(pass, at: time)
    case (.perform(.convert), _):
      attempts = 0
      state = .resting(
        until: time.after(milliseconds: Self.conversionMilliseconds), then: .reset(.read(0)))
    case (.perform(.read(let index)), .read(let scratchpad)): take(scratchpad, index, at: time)
    case (.perform(.search), _), (.perform(.read), _):
      preconditionFailure("an adapter answers the operation that was begun")
    }
  }

  private mutating func startedSearch() -> Task {
    search = ROMSearch()
    found.removeAll(keepingCapacity: true)
    return .search
  }

  private mutating func take(_ pass: ROMSearch, at time: Timestamp) {
    guard let rom = ROM(bits: pass.bits) else {
      fail(.perform(.search), .checksum, at: time)
      return
    }
    attempts = 0
    if rom.isThermometer, found.count < Sensor.limit { found.insert(rom) }
    if !pass.isOver {
      search = pass.advanced()
      begin(.reset(.search), at: time)
      return
    }
    most = Swift.max(most, found.count)
    nextSearch = time.after(
      milliseconds: found.count < most ? Self.missingMilliseconds : Self.searchMilliseconds)
    guard !found.isEmpty else {
      fail(.perform(.search), .nobody, at: time)
      return
    }
    swap(&roms, &found)
    begin(.reset(.convert), at: time)
  }

  private mutating func take(_ scratchpad: Scratchpad, _ index: Int, at time: Timestamp) {
    switch scratchpad.verdict(family: roms[index].family) {
    case .temperature, .refused(.powerOn): break
    case .refused(.checksum):
      guard attempts + 1 < Self.tries else {
        // The other thermometers do not wait for one whose cable is bad.
        failures.count(.checksum)
        break
      }
      fail(.perform(.read(index)), .checksum, at: time)
      return
    case .refused(.absent):
      failures.count(.absent)
      nextSearch = time
    case .refused: failures.count(.implausible)
    }
    goOn(after: index, at: time)
  }

  private mutating func goOn(after index: Int, at time: Timestamp) {
    attempts = 0
    if index + 1 < roms.count {
      begin(.reset(.read(index + 1)), at: time)
      return
    }
    backOff.end()
    if failures.total == failuresBefore { failures.end() }
    let isSearchDue = !isClosed && time >= nextSearch
    let task = isSearchDue ? startedSearch() : .convert
    state = .resting(
      until: cycle.after(milliseconds: Self.periodMilliseconds), then: .reset(task))
  }

  private mutating func fail(_ step: Step, _ failure: Failure, at time: Timestamp) {
    failures.count(failure)
    attempts += 1
    switch step {
    case _ where attempts >= Self.tries:
      attempts = 0
      let end = time.after(milliseconds: backOff.lengthen())
      state = .resting(until: end, then: .prepare)
    case .prepare: state = .resting(until: time, then: .prepare)
    case .reset(let task), .perform(let task):
      if case .search = task { _ = startedSearch() }
      state = .resting(until: time, then: .reset(task))
    }
  }
}

/// A question that is being asked.
private struct Asking: Sendable {
  private enum State: Sendable {
    case toSay
    case listening(until: Timestamp)
  }

  private let question: Question
  private(set) var answer = Answer()
  private var state = State.toSay

  init(_ question: Question) { self.question = question }

  var isAnswered: Bool { answer.count == question.answers }

  /// What comes before the question is said, or beyond its answer, was not asked for.
  mutating func hear(_ bytes: Span<UInt8>) {
    guard case .listening = state else { return }
    for index in bytes.indices where answer.count < question.answers {
      answer.append(bytes[index])
    }
  }

  /// What is to be done; nil once it is answered, or the time for that is up.
  mutating func next(line: inout Question.Line?, at time: Timestamp) -> Act? {
    switch state {
    case .toSay:
      if line != question.line {
        line = question.line
        return .change(question.line.settings)
      }
      state = .listening(until: time.after(milliseconds: question.patienceMilliseconds))
      return .say(question.utterance)
    case .listening(let end):
      if isAnswered, question.answers > 0 { return nil }
      return time < end ? .wait(until: end) : nil
    }
  }
}

// Plain loops: what the library offers for this may allocate.
extension [ROM] {
  /// Keeps the order, and each ROM once.
  fileprivate mutating func insert(_ rom: ROM) {
    var place = count
    while place > 0, rom <= self[place - 1] {
      place -= 1
      if rom == self[place] { return }
    }
    append(rom)
    var last = count - 1
    while last > place {
      swapAt(last, last - 1)
      last -= 1
    }
  }
}
