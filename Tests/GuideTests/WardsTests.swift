import EventStream
import LinuxIO
import Probes
import Programs
import Testing

/// How many wards are simulated: as `KANGAROO_WARDS` says, else two.
private let wards = Environment.value("KANGAROO_WARDS").flatMap { Int($0) } ?? 2
private let infantsInWard = 12
/// So long they speak.
private let seconds = wards > 2 ? 60 : 12

/// A ward: a daemon, twelve infants with a probe each, and a forwarder.
private final class SimulatedWard {
  let scratch: Scratch
  let daemon: RunningDaemon
  private let wires: [Wire]
  private let forwarder: Forwarder
  let witness: Connection
  private var number = 0

  init(_ name: String, to broker: Broker) throws {
    let scratch = try Scratch()
    wires = try (1...infantsInWard).map { try Wire("port-\($0)", in: scratch).plugIn() }
    let sections = wires.enumerated().map { place, wire in
      """
      [infant bed-\(place + 1)]
      [probe axilla-\(place + 1)]
      path = \(wire.path)
      protocol = kmc1
      infant = bed-\(place + 1)
      site = axilla

      """
    }
    self.scratch = scratch
    daemon = try RunningDaemon(sections.joined(), in: scratch)
    for wire in wires { try wire.awaitOpening() }
    witness = try daemon.subscribe("alarm", "session", "mark", "assessment")
    forwarder = try Forwarder(ward: name, from: daemon.socket, to: broker, in: scratch)
  }

  /// Every probe says a line.
  func speak() throws {
    number += 1
    for wire in wires where wire.isPluggedIn {
      try wire.send(
        kmc1(temperature: 36_800 + number % 7, number: number, milliseconds: number * 1000))
    }
  }

  /// A probe is pulled out: an alarm.
  func pull() { wires[0].unplug() }
}

@Suite("Wards", .enabled("mosquitto, its tools and jq are installed") { Broker.isInstalled })
struct WardsTests {
  @Test("many of them into one broker: each event arrives, and soon")
  func wards() throws {
    let scratch = try Scratch()
    let broker = try Broker(in: scratch, format: "%t %U %p")
    let all = try (1...GuideTests.wards).map { try SimulatedWard("ward-\($0)", to: broker) }
    // All are connected when the present state of each has come, or its first event.
    var begin = BootClock.now
    for second in 1...seconds {
      for ward in all { try ward.speak() }
      if second == seconds / 2 { for ward in all { ward.pull() } }
      begin += 1_000_000_000
      BootClock.sleep(until: begin)
    }
    var expected: [String] = []
    for (place, ward) in all.enumerated() {
      let newest = try ward.daemon.connect().next("hello")["seq"]?.integer ?? 0
      while let line = ward.witness.nextLineIfAny() {
        let json = try JSON(parsing: line)
        guard let seq = json["seq"]?.integer, seq <= newest else { break }
        expected.append("ward-\(place + 1) \(seq)")
      }
    }
    // Those that happened before a forwarder was connected came to it as the present state.
    let published = try awaited("as many as there were") { () -> [Published]? in
      let published = try broker.published().compactMap(Published.init)
      let names = Set(published.map(\.name))
      let firsts = Dictionary(published.map { ($0.ward, $0.seq) }, uniquingKeysWith: min)
      let due = expected.filter { name in
        let halves = name.split(separator: " ")
        return (Int(halves[1]) ?? 0) >= firsts[String(halves[0])] ?? .max
      }
      return firsts.count == GuideTests.wards && names.isSuperset(of: due) ? published : nil
    }
    let alarms = published.filter { $0.isAlarm }
    #expect(alarms.count == GuideTests.wards)
    let delays = published.map(\.delay).sorted()
    let alarmDelays = alarms.map(\.delay).sorted()
    print(
      """
      \(GuideTests.wards) wards, \(published.count) events in \(seconds) s; \
      ms from event to broker's subscriber: median \(delays[delays.count / 2]), \
      99 % within \(delays[delays.count * 99 / 100]), all within \(delays.last!); \
      alarms of all wards at once: median \(alarmDelays[alarms.count / 2]), \
      all within \(alarmDelays.last!)
      """)
  }
}

/// A message as the broker's subscriber got it.
private struct Published {
  let ward: String
  let seq: Int
  let isAlarm: Bool
  /// Milliseconds since the time of the line.
  let delay: Int

  var name: String { "\(ward) \(seq)" }

  /// Nil for what is no event: the present state.
  init?(_ message: (topic: String, message: String)) {
    guard let blank = message.message.firstIndex(of: " "),
      let arrival = Double(message.message[..<blank]),
      let json = try? JSON(
        parsing: String(message.message[message.message.index(after: blank)...])),
      let seq = json["seq"]?.integer, let time = json["time"]?.text,
      let wall = WallTime(rfc3339: time)
    else { return nil }
    ward = String(message.topic.split(separator: "/")[1])
    self.seq = seq
    isAlarm = json.type == "alarm"
    delay = Int(arrival * 1000) - Int(wall.nanoseconds / 1_000_000)
  }
}
