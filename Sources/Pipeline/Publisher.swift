import EventStream
import Probes
import Thermoregulation

/// Where lines go: the subscribers' log of a daemon, or the output of a replay.
protocol LineSink: ~Copyable {
  /// Whether lines that nobody wants are numbered all the same.
  static var numbersUnwanted: Bool { get }

  func wants(_ type: LineType) -> Bool

  /// Takes one whole line. `infant` is the one that it is about, nil where it is about none.
  mutating func take(_ line: [UInt8], _ type: LineType, infant: InfantIndex?, seq: Int)

  /// Told of every event before its line is taken, to keep the present state by.
  mutating func note(_ event: Event)

  /// What the sink can say of itself in a heartbeat.
  var heartbeat: Heartbeat { get }
}

/// Turns what happened into numbered lines.
struct Publisher {
  var roster = Roster()
  /// What stream time zero is on the wall clock.
  var wallAtZero: WallTime
  private(set) var seq = 0
  private var writer = LineWriter()

  init(wallAtZero: WallTime) { self.wallAtZero = wallAtZero }

  func wall(at time: Timestamp) -> WallTime { wallAtZero.advanced(by: time.nanoseconds) }

  func stamp(at time: Timestamp, seq: Int?) -> LineWriter.Stamp {
    LineWriter.Stamp(seq: seq, time: time, wall: wall(at: time))
  }

  mutating func publish<Sink: LineSink & ~Copyable>(_ event: Event, to sink: inout Sink) {
    switch event.content {
    case .assessment(let state):
      guard let stamp = next(.assessment, event.time, sink) else { return }
      writer.assessment(state, roster, stamp)
      sink.take(writer.line, .assessment, infant: state.infant, seq: seq)
    case .alarm(let alarm):
      guard let stamp = next(.alarm, event.time, sink) else { return }
      writer.alarm(alarm, roster, stamp)
      sink.take(writer.line, .alarm, infant: alarm.alarm.infant, seq: seq)
    case .mark(let mark, let infant, let by):
      guard let stamp = next(.mark, event.time, sink) else { return }
      writer.mark(mark, infant: infant, by: by, roster, stamp)
      sink.take(writer.line, .mark, infant: infant, seq: seq)
    case .session(let session):
      guard let stamp = next(.session, event.time, sink) else { return }
      writer.session(session, roster, stamp)
      sink.take(writer.line, .session, infant: session.infant, seq: seq)
    case .spotCheck(let check):
      guard let stamp = next(.mark, event.time, sink) else { return }
      writer.spotCheck(check, roster, stamp)
      sink.take(writer.line, .mark, infant: check.infant, seq: seq)
    }
  }

  mutating func publish<Sink: LineSink & ~Copyable>(sample: Sample, to sink: inout Sink) {
    guard let stamp = next(.sample, sample.time, sink) else { return }
    writer.sample(sample, roster, stamp)
    let infant = roster.ports[Int(sample.port)].assignment.infant
    sink.take(writer.line, .sample, infant: infant, seq: seq)
  }

  mutating func publish<Sink: LineSink & ~Copyable>(
    port: PortIndex, at time: Timestamp, to sink: inout Sink
  ) {
    guard let stamp = next(.port, time, sink) else { return }
    let entry = roster.ports[Int(port)]
    writer.port(entry, roster, stamp)
    sink.take(writer.line, .port, infant: entry.assignment.infant, seq: seq)
  }

  mutating func publish<Sink: LineSink & ~Copyable>(
    infant profile: InfantProfile, at time: Timestamp, to sink: inout Sink
  ) {
    guard let stamp = next(.infant, time, sink) else { return }
    writer.infant(profile, stamp)
    sink.take(writer.line, .infant, infant: roster.infant(named: profile.name), seq: seq)
  }

  mutating func publish<Sink: LineSink & ~Copyable>(
    _ beat: Heartbeat, at time: Timestamp, to sink: inout Sink
  ) {
    guard let stamp = next(.heartbeat, time, sink) else { return }
    writer.heartbeat(beat, stamp)
    sink.take(writer.line, .heartbeat, infant: nil, seq: seq)
  }

  /// What a wire said, for those who record it.
  mutating func publish<Sink: LineSink & ~Copyable>(_ chunk: WireChunk, to sink: inout Sink) {
    guard let stamp = next(.wire, chunk.time, sink) else { return }
    let entry = roster.ports[Int(chunk.port)]
    writer.begin(.wire, stamp)
    writer.text("port", entry.name)
    writer.integer("ns", Int(chunk.time.nanoseconds))
    switch chunk.kind {
    case .attached: writer.word("link", "attached")
    case .detached: writer.word("link", "detached")
    case .read, .written:
      writer.hex(
        chunk.kind == .read ? "read" : "written",
        chunk.bytes.span.extracting(0..<Int(chunk.length)))
      writer.flag("continues", chunk.continues)
    }
    writer.end()
    sink.take(writer.line, .wire, infant: entry.assignment.infant, seq: seq)
  }

  /// Recording could not keep up: says so, in the recording.
  mutating func publishLostChunks<Sink: LineSink & ~Copyable>(
    _ count: Int, at time: Timestamp, to sink: inout Sink
  ) {
    guard let stamp = next(.wire, time, sink) else { return }
    writer.begin(.wire, stamp)
    writer.integer("lost", count)
    writer.end()
    sink.take(writer.line, .wire, infant: nil, seq: seq)
  }

  /// The wall clock moved: later lines are labelled by the new time.
  mutating func publish<Sink: LineSink & ~Copyable>(
    clockStep nanoseconds: Int64, at time: Timestamp, to sink: inout Sink
  ) {
    wallAtZero = wallAtZero.advanced(by: nanoseconds)
    guard let stamp = next(.clock, time, sink) else { return }
    writer.clockStep(nanoseconds: nanoseconds, stamp)
    sink.take(writer.line, .clock, infant: nil, seq: seq)
  }

  /// Numbers the next line; nil where nobody wants it.
  private mutating func next<Sink: LineSink & ~Copyable>(
    _ type: LineType, _ time: Timestamp, _ sink: borrowing Sink
  ) -> LineWriter.Stamp? {
    let isWanted = sink.wants(type)
    if isWanted || Sink.numbersUnwanted { seq += 1 }
    return isWanted ? stamp(at: time, seq: seq) : nil
  }
}
