import CPeers
import LinuxIO

/// Lines delivered by the daemon, beside Redis pub/sub, to growing crowds of subscribers.
///
/// Both are programs of their own that are spoken to from outside, the daemon by a probe's wire;
/// both crowds are read by the same loop, which counts what each of them gets: a line that is
/// missed by anybody ends the trial. Rounds are interleaved, as those of a `Contest`.
struct FanOut {
  static let name = "fan-out"
  static let crowds = [1, 16, 256, 1000]
  /// Lines that make up a burst; a next one is sent while one is still being delivered.
  static let burst = 1000
  private static let burstsAhead = 2
  /// Deliveries of a round, whatever the crowd; a round has at least a few bursts.
  private static let deliveries = 1_000_000
  private static let patienceSeconds = 60

  /// What one server did for one crowd.
  struct Score {
    var server: String
    var subscribers: Int
    /// Deliveries a second, of each round.
    var rates: [Double]
    /// Processor time of the server a delivery, in nanoseconds, over all rounds.
    var processorNanoseconds = 0.0
    var residentKilobytes = 0

    var median: Double {
      let sorted = rates.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }

  /// The scores of the daemon and of Redis, crowd by crowd.
  static func run(_ crowds: [Int], rounds: Int) throws -> [Score] {
    try Process.raiseDescriptorLimit()
    Signal.pipe.ignore()
    return try crowds.flatMap { try meet($0, rounds: rounds) }
  }

  /// Each server gets a crowd of its own, and speaks in turn.
  private static func meet(_ subscribers: Int, rounds: Int) throws -> [Score] {
    let place = try Workplace()
    let servers: [any LineServer] = [
      try DaemonServer(in: place), try RedisServer(in: place),
    ]
    let crowds = try servers.map { server in
      try (0..<subscribers).map { _ in try server.makeSubscriber() }
    }
    var scores = servers.map {
      Score(server: $0.name, subscribers: subscribers, rates: [])
    }
    var begins: [Int] = []
    for round in 0...rounds {
      // The first warms up.
      if round == 1 { begins = try servers.map { try $0.processorTime } }
      for (index, server) in servers.enumerated() {
        let rate = try pass(server, crowds[index])
        if round > 0 { scores[index].rates.append(rate) }
      }
    }
    for (index, server) in servers.enumerated() {
      let time = try server.processorTime - begins[index]
      let lines = rounds * linesInRound(subscribers) * subscribers
      scores[index].processorNanoseconds = Double(time) * 1e7 / Double(lines)
      scores[index].residentKilobytes = try server.residentKilobytes
    }
    return scores
  }

  private static func linesInRound(_ subscribers: Int) -> Int {
    max(4, deliveries / subscribers / burst) * burst
  }

  /// One round; deliveries a second.
  private static func pass(_ server: any LineServer, _ crowd: [Listener]) throws -> Double {
    try check(peers_crowd_gather())
    for listener in crowd { try check(peers_crowd_add(listener.stream.fileNumber)) }
    try check(peers_crowd_heed(server.speaker))
    let bursts = linesInRound(crowd.count) / burst
    let breaks = UInt64(burst) * server.breaksPerLine
    var queued = 0
    var unsent = 0
    var idleSeconds = 0
    let start = peers_now()
    for done in 0..<bursts {
      peers_crowd_aim(breaks)
      while true {
        if unsent == 0, queued < min(bursts, done + burstsAhead) {
          queued += 1
          unsent = server.burst.count
        }
        while unsent > 0 {
          let taken = try server.say(from: server.burst.count - unsent)
          if taken == 0 { break }
          unsent -= taken
        }
        let state = peers_crowd_listen(1000)
        if state.gone > 0 {
          throw FanOutFailure("\(server.name) has closed \(state.gone) connections")
        }
        if state.behind == 0 {
          if done == bursts - 1, state.beyond > 0 {
            throw FanOutFailure("\(server.name): somebody got \(state.beyond) lines too many")
          }
          break
        }
        idleSeconds = state.moved == 0 ? idleSeconds + 1 : 0
        guard idleSeconds < patienceSeconds else {
          throw FanOutFailure("\(server.name): \(state.behind) subscribers miss lines for ever")
        }
      }
    }
    let nanoseconds = peers_now() - start
    return Double(bursts * burst * crowd.count) * 1e9 / Double(nanoseconds)
  }

  private static func check(_ result: Int32) throws {
    if result < 0 { throw FanOutFailure("the crowd cannot be watched") }
  }
}

struct FanOutFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A directory for sockets and settings, removed at the end.
final class Workplace {
  private let path: String

  init() throws { path = try Files.makeTemporaryDirectory(prefix: "kangaroo-benchmark-") }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  deinit { try? Files.removeTree(path) }
}

/// A connection that gets lines.
final class Listener {
  let stream: UnixStream

  init(_ stream: consuming UnixStream) { self.stream = stream }

  /// Reads until all that is expected has come; `isWhole` looks at everything so far.
  func read(until isWhole: (String) -> Bool) throws {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !isWhole(String(decoding: text, as: UTF8.self)) {
      var space = buffer.mutableSpan
      guard case .bytes(let count) = stream.read(into: &space) else {
        throw FanOutFailure("a server closed a connection after: \(text.count) bytes")
      }
      text.append(contentsOf: buffer[..<count])
    }
  }
}
