import EventStream
import LinuxIO
import Programs
import Testing

@Suite("A thousand subscribers", .serialized)
struct CrowdTests {
  /// Ticks of the flood, and samples in each; more than the log of lines holds.
  private static let ticks = 70
  private static let samplesInTick = 100

  @Test("of whom a hundred never read and a hundred hardly, delay no verdict and lose nothing")
  func crowd() throws {
    try Process.raiseDescriptorLimit()
    let bed = try Bedside(infants: ["bed-1", "bed-2"])
    let ward = Crowd(bed.daemon)
    let before = try bed.daemon.residentKilobytes
    try ward.gather()
    let witness = try bed.daemon.subscribe("assessment", "heartbeat")
    var beat: JSON?
    var assessments = 0
    for tick in 1...Self.ticks {
      try bed.tick(36_900 + tick % 3, probe: 0)
      var lines = ""
      for place in 0..<Self.samplesInTick - 1 {
        ward.sent += 1
        lines += kmc1(
          temperature: 36_800 + place % 3, number: ward.sent % 65_536,
          milliseconds: bed.second * 1000 + place * 10)
      }
      ward.sent += 1
      try bed.send(lines, probe: 1)
      try bed.awaitClock()
      // What this second led to is there already, however many others are stuck.
      var newest = 0
      while let line = witness.nextLineIfAny() {
        let json = try JSON(parsing: line)
        newest = max(newest, json["t"]?.thousandths ?? 0)
        if json.type == "heartbeat" { beat = json } else { assessments += 1 }
      }
      if bed.second % 10 == 0 { #expect(newest == bed.second * 1000) }
      try ward.read()
    }
    #expect(assessments >= Self.ticks / 10 * 2)
    #expect(beat?["dropped"]?.integer == 0)
    #expect(beat?["rejected"]?.integer == 0)
    #expect(beat?["subscribers"]?.integer ?? 0 > 1000)
    let growth = try bed.daemon.residentKilobytes - before
    #expect(growth < 40_960, "\(growth) kB")

    // The last of all, which nobody may miss.
    _ = try bed.order("{\"mark\":\"bath\",\"infant\":\"bed-1\",\"by\":\"rn-4\"}")
    try ward.finish()
    #expect(!bed.daemon.log.contains("disconnected"))
  }
}

/// The subscribers, by what they do.
private final class Crowd {
  private let daemon: RunningDaemon
  /// Samples that the probes have sent.
  var sent = 0
  /// With samples: those who read, who take a byte at a time, and who never read.
  private var readers: [Tally] = []
  private var sippers: [Tally] = []
  private var sleepers: [Tally] = []
  /// Without samples, in the same manner: 700, 50 and 50.
  private var others: [(connection: Connection, takesBytes: Int)] = []

  init(_ daemon: RunningDaemon) { self.daemon = daemon }

  func gather() throws {
    for place in 0..<1000 {
      switch place % 20 {
      case 0: sippers.append(Tally(try daemon.subscribe("sample", "mark")))
      case 1: sleepers.append(Tally(try daemon.subscribe("sample", "mark")))
      case 2, 3: readers.append(Tally(try daemon.subscribe("sample", "mark")))
      default:
        let connection = try daemon.subscribe("assessment", "alarm", "mark")
        others.append((connection, place % 20 == 4 ? 0 : place % 20 == 5 ? 1 : .max))
      }
    }
  }

  /// A second's reading: all there is, one byte, or nothing.
  func read() throws {
    for reader in readers { try reader.read() }
    for sipper in sippers { _ = sipper.connection.read(atMost: 1) }
    for other in others where other.takesBytes > 0 {
      _ = other.connection.read(atMost: min(other.takesBytes, 65_536))
    }
  }

  /// Now all of them read to the last line, and have got or been told of everything.
  func finish() throws {
    for reader in readers {
      try reader.readToMark()
      #expect(reader.got == sent)
      #expect(reader.missed == 0)
    }
    for slow in sippers + sleepers {
      try slow.readToMark()
      #expect(slow.missed > 0)
      #expect(slow.got + slow.missed == sent)
    }
    for other in others {
      let mark = try other.connection.next("mark")
      #expect(mark.shown("by") == "rn-4")
    }
    #expect(readers.count + sippers.count + sleepers.count + others.count == 1000)
  }
}

/// One who wants samples, and how many it has got or been told that it missed.
private final class Tally {
  let connection: Connection
  private(set) var got = 0
  private(set) var missed = 0

  init(_ connection: Connection) { self.connection = connection }

  func read() throws {
    while let line = connection.nextLineIfAny() { try take(line) }
  }

  func readToMark() throws {
    while let line = try connection.nextLine(), !line.hasPrefix("{\"type\":\"mark\"") {
      try take(line)
    }
  }

  private func take(_ line: String) throws {
    if line.hasPrefix("{\"type\":\"sample\"") {
      got += 1
    } else {
      let gap = try JSON(parsing: line)
      #expect(gap.type == "gap")
      missed += gap["missed"]?.integer ?? 0
    }
  }
}
