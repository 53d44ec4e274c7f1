import EventStream
import LinuxIO
import Programs
import Simulator
import Testing

@Suite("Subscribers that do not read")
struct SlowSubscriberTests {
  @Test("delay nobody, cost no memory, and are told how much they missed")
  func gap() throws {
    let bed = try Bedside(protocolName: "contec-5byte")
    let fast = try bed.daemon.subscribe("sample", "mark")
    let slow = try bed.daemon.subscribe("sample", "mark")
    var flood = Flood()
    try flood.pass(bed, 20, to: fast)
    let before = try bed.daemon.residentKilobytes
    try flood.pass(bed, 80, to: fast)
    let after = try bed.daemon.residentKilobytes
    #expect(flood.samples == 200_000)
    #expect(after - before < 16_384, "from \(before) to \(after) kB")
    // What is vital comes through, whatever is missed.
    _ = try bed.order("{\"mark\":\"bath\",\"infant\":\"bed-1\"}")
    try fast.next("mark")

    var got = 0
    var missed = 0
    while let line = try slow.nextLine(), !line.hasPrefix("{\"type\":\"mark\"") {
      if line.hasPrefix("{\"type\":\"sample\"") {
        got += 1
      } else {
        let gap = try JSON(parsing: line)
        #expect(gap.type == "gap")
        #expect(gap.shown("reason") == "too-slow")
        missed += gap["missed"]?.integer ?? 0
      }
    }
    #expect(missed > 100_000)
    #expect(got + missed == flood.samples)
  }

  @Test("what may not be missed are let go, with whole lines and a goodbye")
  func goodbye() throws {
    let bed = try Bedside()
    let slow = try bed.daemon.subscribe("mark")
    let control = try bed.daemon.control()
    let orders = String(
      repeating: "{\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"\(longName)\"}\n", count: 100)
    for _ in 0..<60 {
      try control.write(orders)
      for _ in 0..<100 { _ = try control.nextLine() }
    }
    let log = bed.daemon.log
    #expect(log.contains("does not read: disconnected"))
    var lines: [String] = []
    while let line = try slow.nextLine() { lines.append(line) }
    #expect(slow.hasUnfinishedLine == false)
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("{\"type\":\"mark\"") })
    #expect(try lines.last.map { try JSON(parsing: $0).shown("code") } == "too-slow")
    #expect(lines.count < 6000)
    // Not one of those before is missing.
    let numbers = try lines.dropLast().map { try JSON(parsing: $0)["seq"]!.integer! }
    #expect(numbers == Array(numbers[0]..<(numbers[0] + numbers.count)))
  }

  @Test("but ask and ask are not listened to until they read")
  func asking() throws {
    let daemon = try RunningDaemon("", in: try Scratch())
    let before = try daemon.residentKilobytes
    for socket in [daemon.socket, daemon.controlSocket] {
      let asking = try Connection(socket)
      let request = socket == daemon.socket ? "{\"subscribe\":{}}\n" : "{\"status\":true}\n"
      let requests = String(repeating: request, count: 4000)
      var sent = 0
      var refusals = 0
      while refusals < 500, sent < 1_500_000 {
        let count = try asking.writeWhatFits(requests)
        sent += count
        refusals = count == 0 ? refusals + 1 : 0
        // The daemon answers others between two attempts, so it had its turns.
        if count == 0 { try daemon.connect().next("live") }
      }
      #expect(sent < 1_500_000)
    }
    #expect(try daemon.residentKilobytes - before < 16_384)
  }
}

/// As long as a name may be on the control socket, so that marks fill queues soon.
private let longName = String(repeating: "n", count: 200)

/// Oximeter frames, as fast as they are read.
private struct Flood {
  private var encoder = Contec5Encoder()
  private(set) var samples = 0

  /// Sends so many times 2,000 samples, each time when `subscriber` has got those before.
  mutating func pass(_ bed: Bedside, _ rounds: Int, to subscriber: Connection) throws {
    let vitals = Vitals(heart: Vitals.Heart(rate: 150))
    for _ in 0..<rounds {
      try bed.tick()
      var bytes: [UInt8] = []
      for _ in 0..<1000 / 6 + 1 { encoder.encode(vitals, at: .zero, into: &bytes) }
      try bed.wire.send(Array(bytes.prefix(5000)))
      for _ in 0..<2000 {
        guard try subscriber.nextLine()?.hasPrefix("{\"type\":\"sample\"") == true else {
          throw TooLate("the sample \(samples)")
        }
        samples += 1
      }
    }
  }
}
