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
  private(set) var end = Timestamp.zero
  /// What a perfect sensor would have shown, by infant and second, thousandths of a degree.
  private(set) var temperatures: [[Int32]] = []
  /// Beats a minute, by infant and second.
  private(set) var heartRates: [[Int16]] = []
  private(set) var announcements: [Announcement] = []
  private(set) var states: [State] = []

  init(onset: Timestamp) { self.onset = onset }

  /// Simulates the scenario and lets the daemon's own path judge its bytes.
  init(_ scenario: Scenario, model: SignalModel, seed: UInt64) {
    self.init(onset: scenario.onset ?? .zero)
    var options = Simulation.Options(scenario: scenario)
    options.model = model
    options.seed = seed
    do {
      var simulation = try Simulation(options)
      var replay = Replay(configuration: nil, types: [])
      var events: [Event] = []
      replay.observe = { events.append($0) }
      var text: [UInt8] = []
      var lines: [UInt8] = []
      var second = -1
      while simulation.next(into: &text) {
        try replay.feed(text.span, into: &lines)
        text.removeAll(keepingCapacity: true)
        if second >= 0, second < simulation.end.seconds { add(simulation) }
        second += 1
        for event in events { add(event) }
        events.removeAll(keepingCapacity: true)
      }
      end = simulation.end
    } catch {
      preconditionFailure("the simulator writes sound captures: \(error)")
    }
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

  private mutating func add(_ simulation: Simulation) {
    for (infant, pair) in zip(simulation.trueTemperatures, simulation.trueHeartRates).enumerated() {
      add(
        temperature: Int32(pair.0 * 1000 + 0.5), heartRate: Int16(clamping: pair.1),
        infant: infant)
    }
  }
}
