import EventStream
import LinuxIO
import Programs
import Testing

/// A daemon with an alarm that stands, and whose acknowledgements are alarm lines without end.
final class AlarmingDaemon {
  let scratch: Scratch
  private(set) var daemon: RunningDaemon
  private let wire: Wire
  private var sections = ""
  private var number = 0
  /// The number of the alarm that stands.
  private var standing = 0
  /// Who has acknowledged: each name once.
  private(set) var told: [String] = []

  init() throws {
    scratch = try Scratch()
    wire = Wire("port", in: scratch)
    sections = "[probe axilla]\npath = \(wire.path)\nprotocol = kmc1\ninfant = bed-1\n"
    daemon = try RunningDaemon(sections, in: scratch)
    try alarm()
  }

  /// The probe is plugged in and out again: an alarm stands.
  private func alarm() throws {
    let subscriber = try daemon.subscribe("alarm", "port")
    try wire.plugIn()
    try subscriber.next { $0.shown("link") == "open" }
    wire.unplug()
    // What stood before a restart may be over first.
    let alarm = try subscriber.next { $0.type == "alarm" && $0.shown("event") == "raised" }
    standing = try #require(alarm["alarm"]?.integer)
  }

  func acknowledge(_ count: Int) throws {
    let control = try daemon.control()
    for _ in 0..<count {
      number += 1
      let name = "nurse-\(number)"
      let answer = try control.ask("{\"ack\":\(standing),\"by\":\"\(name)\"}")
      try #require(answer.type == "reply")
      told.append(name)
    }
  }

  /// It is killed, and comes back as another run with an alarm of its own.
  func restart() throws {
    try daemon.send(.kill)
    _ = try daemon.end()
    daemon = try RunningDaemon(sections, in: scratch)
    try alarm()
  }
}
