import EventStream
import LinuxIO
import Probes
import Thermoregulation

/// Everything between the ring and the lines: what is judged, what is known of the ports, and the
/// grid of seconds on which both are looked at.
struct Analysis {
  var analyzer = Analyzer()
  var publisher: Publisher
  private var watches: [PortWatch] = []
  /// The newest time that is known.
  private(set) var now: Timestamp?
  private var nextTick: Int64?
  private(set) var samples = 0
  /// Candidate frames refused, over all ports.
  private var rejected = 0

  /// `now`: the time before anything has been delivered, where there is one.
  init(wallAtZero: WallTime, now: Timestamp? = nil) {
    publisher = Publisher(wallAtZero: wallAtZero)
    self.now = now
  }

  @discardableResult
  mutating func admit(_ profile: InfantProfile) -> InfantIndex {
    publisher.roster.infants.append(profile)
    return analyzer.admit(profile)
  }

  @discardableResult
  mutating func add(_ entry: PortEntry) -> PortIndex {
    let port = PortIndex(publisher.roster.ports.count)
    publisher.roster.ports.append(entry)
    watches.append(PortWatch())
    analyzer.assign(entry.assignment, to: port)
    return port
  }

  /// Whether the port is there and ours to judge.
  func knows(_ port: PortIndex) -> Bool {
    publisher.roster.ports.indices.contains(Int(port))
      && !publisher.roster.ports[Int(port)].isRetired
  }

  mutating func take<Sink: LineSink & ~Copyable>(_ delivery: Delivery, to sink: inout Sink) {
    advance(to: delivery.time, &sink)
    let port = Int(delivery.port)
    // What was under way from a port when it was retired is nobody's.
    guard delivery.kind == .passed || knows(delivery.port) else { return }
    switch delivery.kind {
    case .sample:
      samples += 1
      watches[port].frame(at: delivery.time)
      publisher.publish(sample: delivery.sample, to: &sink)
      analyzer.step(.sample(delivery.sample))
    case .attached:
      watches[port].attach()
      change(port, at: delivery.time, &sink) { entry in
        entry.link = .open
        entry.data = .none
        entry.lastFrame = nil
      }
      analyzer.step(.attached(delivery.port, delivery.time))
    case .detached:
      change(port, at: delivery.time, &sink) { entry in
        entry.link = .detached
        entry.flaps += 1
      }
      analyzer.step(.detached(delivery.port, delivery.time))
    case .rejected:
      // A port that is read as another model counts from zero again.
      let known = watches[port].rejected
      rejected += delivery.count >= known ? delivery.count - known : delivery.count
      watches[port].rejection(total: delivery.count, at: delivery.time)
    case .jitter:
      publisher.roster.ports[port].jitterMicroseconds = delivery.count
    case .passed:
      analyzer.step(.passed(delivery.time))
    }
    publishEvents(to: &sink)
  }

  /// Takes what staff said, as of the newest stream time.
  mutating func take<Sink: LineSink & ~Copyable>(_ input: Input, to sink: inout Sink) {
    advance(to: input.time, &sink)
    analyzer.step(input)
    publishEvents(to: &sink)
  }

  /// Tells of a port's link where that is not a matter of deliveries: as of now, where what was
  /// noticed before has been overtaken.
  mutating func tell<Sink: LineSink & ~Copyable>(
    port: PortIndex, _ link: Link, at time: Timestamp, to sink: inout Sink
  ) {
    change(Int(port), at: max(time, now ?? time), &sink) { $0.link = link }
  }

  /// Goes through every whole second up to `time`.
  mutating func advance<Sink: LineSink & ~Copyable>(to time: Timestamp, _ sink: inout Sink) {
    now = max(now ?? time, time)
    let second = time.seconds
    guard var tick = nextTick else {
      nextTick = second + 1
      return
    }
    while tick <= second {
      let now = Timestamp(seconds: tick)
      watchPorts(at: now, &sink)
      analyzer.step(.passed(now))
      publishEvents(to: &sink)
      if tick % Self.heartbeatSeconds == 0 { beat(at: now, &sink) }
      tick += 1
    }
    nextTick = tick
  }

  /// The contract wants a heartbeat every 5 s at the latest.
  private static let heartbeatSeconds: Int64 = 4

  private mutating func beat<Sink: LineSink & ~Copyable>(at now: Timestamp, _ sink: inout Sink) {
    var beat = sink.heartbeat
    beat.samples = samples
    beat.rejected = rejected
    publisher.publish(beat, at: now, to: &sink)
  }

  private mutating func watchPorts<Sink: LineSink & ~Copyable>(
    at now: Timestamp, _ sink: inout Sink
  ) {
    for port in watches.indices where !publisher.roster.ports[port].isRetired {
      publisher.roster.ports[port].lastFrame = watches[port].lastFrame
      let state = watches[port].state(at: now)
      if state != publisher.roster.ports[port].data {
        change(port, at: now, &sink) { $0.data = state }
      }
    }
  }

  mutating func change<Sink: LineSink & ~Copyable>(
    _ port: Int, at time: Timestamp, _ sink: inout Sink, _ body: (inout PortEntry) -> Void
  ) {
    let before = publisher.roster.ports[port]
    body(&publisher.roster.ports[port])
    publisher.roster.ports[port].lastFrame = watches[port].lastFrame
    // Other words for the same state are no new state.
    let after = publisher.roster.ports[port]
    if (after.link, after.data) != (before.link, before.data) {
      publisher.roster.ports[port].since = time
    }
    publisher.publish(port: PortIndex(port), at: time, to: &sink)
  }

  /// Takes over what is known of before, at the time of `recovery`'s clock.
  mutating func resume(_ recovery: borrowing Recovery) {
    let present = recovery.clock.now
    analyzer = recovery.analyzer
    now = present
    publisher.wallAtZero = WallTime(nanoseconds: WallClock.now - present.nanoseconds)
    for port in publisher.roster.ports.indices { publisher.roster.ports[port].since = present }
  }

  /// Says which alarms stand.
  mutating func publishStanding<Sink: LineSink & ~Copyable>(to sink: inout Sink) {
    for alarm in analyzer.standingAlarms {
      let event = AlarmEvent(change: .active, alarm: alarm)
      publisher.publish(Event(time: analyzer.time, content: .alarm(event)), to: &sink)
    }
  }

  /// Goes through the time that nobody was there for. Of that, only what happened is told: how
  /// things stood then is of use to no one.
  mutating func catchUp<Sink: LineSink & ~Copyable>(to time: Timestamp, _ sink: inout Sink) {
    var passed = analyzer.time
    while passed < time {
      passed = min(passed.advanced(by: 60_000_000_000), time)
      analyzer.step(.passed(passed))
      for place in 0..<analyzer.events.count { publish(analyzer.events[place], to: &sink) }
      analyzer.forgetEvents()
    }
    now = time
    nextTick = time.seconds + 1
  }

  /// Tells of an event that came about before anybody was served.
  mutating func publish<Sink: LineSink & ~Copyable>(_ event: Event, to sink: inout Sink) {
    sink.note(event)
    if case .assessment = event.content { return }
    publisher.publish(event, to: &sink)
  }

  /// What the ports are called, by number; those that are retired bear no name.
  var portNames: [String] { publisher.roster.ports.map { $0.isRetired ? "" : $0.name } }

  mutating func publishEvents<Sink: LineSink & ~Copyable>(to sink: inout Sink) {
    guard analyzer.hasEvents else { return }
    for place in 0..<analyzer.events.count {
      sink.note(analyzer.events[place])
      publisher.publish(analyzer.events[place], to: &sink)
    }
    analyzer.forgetEvents()
  }
}
