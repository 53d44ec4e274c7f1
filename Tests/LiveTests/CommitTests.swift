import EventStream
import LinuxIO
import Programs
import Testing

/// How many events are timed: a few, or as many as `KANGAROO_EVENTS` says.
private let events = Environment.value("KANGAROO_EVENTS").flatMap { Int($0) } ?? 100

/// What it costs to have events on disk before they are sent.
///
///     KANGAROO_EVENTS=2000 swift test -c release --filter CommitTests
@Suite("Commits", .serialized)
struct CommitTests {
  @Test(
    "lose no event at any interval; how late they make it is printed",
    arguments: ["none", "0", "5", "20"])
  func latency(interval: String) throws {
    let scratch = try Scratch()
    if interval == "none" { try scratch.write("", to: "state") }
    let daemon = try RunningDaemon(
      "[infant bed-1]", in: scratch, state: "state",
      keys: interval == "none" ? "" : "commit-interval-ms = \(interval)")
    let subscriber = try daemon.subscribe("mark")
    // Without a journal, events go out as they come, once that is known.
    if interval == "none" { try daemon.connect().next("alarm") }
    let control = try daemon.control()
    var times: [Int64] = []
    for number in 0..<events {
      let begin = BootClock.now
      try control.send("{\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"\(number)\"}")
      #expect(try subscriber.next("mark").shown("by") == "\(number)")
      times.append(BootClock.now - begin)
      try control.next("reply")
    }
    times.sort()
    let begin = BootClock.now
    for round in 0..<(events / 50) {
      let orders = (0..<50).map {
        "{\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"\(round)-\($0)\"}\n"
      }
      try control.write(orders.joined())
      // Two batches are under way at a time.
      for place in 0..<(round == 0 ? 0 : 50) {
        #expect(try subscriber.next("mark").shown("by") == "\(round - 1)-\(place)")
        try control.next("reply")
      }
    }
    for _ in 0..<50 { try subscriber.next("mark") }
    let rate = Int64(events / 50 * 50) * 1_000_000_000 / (BootClock.now - begin)
    print(
      "commit interval \(interval) ms: from order to line p50 \(shown(times, 50)) ms,",
      "p99 \(shown(times, 99)) ms; \(rate) events/s in batches of 50")
  }

  /// A percentile in milliseconds.
  private func shown(_ times: [Int64], _ percent: Int) -> String {
    let microseconds = times[min(times.count - 1, times.count * percent / 100)] / 1000
    let fraction = String(1000 + microseconds % 1000).dropFirst()
    return "\(microseconds / 1000).\(fraction)"
  }
}
