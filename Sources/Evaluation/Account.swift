import Pipeline
import Probes
import Simulator
import Thermoregulation

/// One run: what was so, second by second, and what was said of it.
struct Account {
  /// A change of an alarm condition.
  struct Announcement {
    var time: Timestamp
    var change: AlarmEvent.Change
    var alarm: Alarm
  }

  /// From then on an infant's assessments said this.
  struct State: Equatable {
    var time: Timestamp
    var infant: InfantIndex
    var band: Band
    var quality: Quality
    var trend: Trend
  }

  /// When that began which must be noticed; the recording's beginning where nothing must.
  let onset: Timestamp
  fileprivate(set) var end = Timestamp.zero
  /// What a perfect sensor would have shown, by infant and second, thousandths of a degree.
  private(set) var temperatures: [[Int32]] = []
  /// Beats a minute, by infant and second.
  private(set) var heartRates: [[Int16]] = []
  private(set) var announcements: [Announcement] = []
  private(set) var states: [State] = []

  init(onset: Timestamp) { self.onset = onset }

  /// Simulates the scenario and lets the daemon's own path judge its bytes.
  init(_ scenario: Scenario, model: SignalModel, seed: UInt64) {
    self = Self.accounts(scenario, model: model, seed: seed, by: [.adopted])[0]
  }

  /// Simulates the scenario once, and lets each set of cooling rules judge its bytes.
  static func accounts(
    _ scenario: Scenario, model: SignalModel, seed: UInt64, by rules: [CoolingRuleSet]
  ) -> [Account] {
    var options = Simulation.Options(scenario: scenario)
    options.model = model
    options.seed = seed
    let benches = rules.map { Bench(onset: scenario.onset ?? .zero, rules: $0) }
    do {
      var simulation = try Simulation(options)
      var text: [UInt8] = []
      var second = -1
      while simulation.next(into: &text) {
        let isTold = second >= 0 && second < simulation.end.seconds
        for place in benches.indices {
          try benches[place].take(text.span, isTold ? simulation : nil)
        }
        text.removeAll(keepingCapacity: true)
        second += 1
      }
      for place in benches.indices { benches[place].account.end = simulation.end }
    } catch {
      preconditionFailure("the simulator writes sound captures: \(error)")
    }
    return benches.map(\.account)
  }

  mutating func add(temperature: Int32, heartRate: Int16, infant: InfantIndex) {
    while temperatures.count <= infant {
      temperatures.append([])
      heartRates.append([])
    }
    temperatures[infant].append(temperature)
    heartRates[infant].append(heartRate)
    end = max(end, Timestamp(seconds: Int64(temperatures[infant].count)))
  }

  mutating func add(_ event: Event) {
    switch event.content {
    case .alarm(let change):
      announcements.append(
        Announcement(time: event.time, change: change.change, alarm: change.alarm))
    case .assessment(let said):
      let state = State(
        time: event.time, infant: said.infant, band: said.band, quality: said.quality,
        trend: said.trend)
      let last = states.last { $0.infant == said.infant }
      if last.map({ ($0.band, $0.quality, $0.trend) == (state.band, state.quality, state.trend) })
        != true
      {
        states.append(state)
      }
    default: break
    }
  }

  fileprivate mutating func add(_ simulation: Simulation) {
    for (infant, pair) in zip(simulation.trueTemperatures, simulation.trueHeartRates).enumerated() {
      add(
        temperature: Int32(pair.0 * 1000 + 0.5), heartRate: Int16(clamping: pair.1),
        infant: infant)
    }
  }
}

/// One run of the daemon's path, and the account of it.
private final class Bench {
  private final class Heard { var events: [Event] = [] }

  var account: Account
  private var replay: Replay
  private let heard = Heard()
  private var lines: [UInt8] = []

  init(onset: Timestamp, rules: CoolingRuleSet) {
    account = Account(onset: onset)
    replay = Replay(configuration: nil, types: [])
    replay.coolingRules = rules
    replay.observe = { [heard] in heard.events.append($0) }
  }

  func take(_ text: Span<UInt8>, _ truth: Simulation?) throws {
    try replay.feed(text, into: &lines)
    if let truth { account.add(truth) }
    for event in heard.events { account.add(event) }
    heard.events.removeAll(keepingCapacity: true)
  }
}
