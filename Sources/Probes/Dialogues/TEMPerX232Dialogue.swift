/// Asks a TEMPerX232 thermometer for its temperatures every 2 s: `ReadTemp`, without a line end.
struct TEMPerX232Dialogue: Dialogue {
  private static let periodMilliseconds: Int64 = 2000
  private static let silenceMilliseconds: Int64 = 1000

  private enum State {
    case resting(until: Timestamp)
    case asking(since: Timestamp)
  }

  private var state = State.resting(until: .zero)
  private var backOff = BackOff()
  private(set) var failures = Failures()

  mutating func hear(_ bytes: Span<UInt8>, at time: Timestamp) {
    guard case .asking(let since) = state else { return }
    for index in bytes.indices where bytes[index] == UInt8(ascii: "<") {
      backOff.end()
      failures.end()
      state = .resting(until: since.after(milliseconds: Self.periodMilliseconds))
    }
  }

  mutating func next(at time: Timestamp) -> Act {
    switch state {
    case .resting(let end):
      if time < end { return .wait(until: end) }
      state = .asking(since: time)
      return .say(Utterance("ReadTemp"))
    case .asking(let since):
      let end = since.after(milliseconds: Self.silenceMilliseconds)
      if time < end { return .wait(until: end) }
      failures.count(.silence)
      let restart = time.after(milliseconds: backOff.lengthen())
      state = .resting(until: restart)
      return .wait(until: restart)
    }
  }

  func farewell() -> Utterance? { nil }
}
