import CPeers

/// Each in a file of its own.
let contests: [Contest] = [.ring, .decode]

let usage = """
  usage: kangaroo-benchmark NAME [--rounds N] [--json]

  Measures our own code against its peers, in interleaved rounds of one run, and prints
  nanoseconds a unit. NAME is one of: \(contests.map(\.name).joined(separator: ", ")); or
  \(FanOut.name) [--subscribers N], which sets the daemon beside redis-server and prints lines
  a second.
  """

/// The exit codes of `sysexits.h`.
enum ExitCode {
  static let usage: Int32 = 64
  static let software: Int32 = 70
}

struct Options {
  /// Nil where the fan-out is meant.
  var contest: Contest?
  var rounds = 15
  /// Those of the fan-out.
  var crowds = FanOut.crowds
  var asJSON = false

  /// Answers nil where the arguments do not follow `usage`.
  init?(_ arguments: some Sequence<String>) {
    var contest: Contest?
    var isFanOut = false
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      switch argument {
      case "--json":
        asJSON = true
      case "--rounds":
        guard let rounds = rest.next().flatMap({ Int($0) }), (1...10_000).contains(rounds) else {
          return nil
        }
        self.rounds = rounds
      case FanOut.name: isFanOut = true
      case "--subscribers":
        guard let count = rest.next().flatMap({ Int($0) }), (1...5000).contains(count) else {
          return nil
        }
        crowds = [count]
      default:
        guard contest == nil, let named = contests.first(where: { $0.name == argument }) else {
          return nil
        }
        contest = named
      }
    }
    guard (contest != nil) != isFanOut else { return nil }
    self.contest = contest
  }
}

guard let options = Options(CommandLine.arguments.dropFirst()) else {
  print(usage)
  peers_exit(ExitCode.usage)
}
do {
  if let contest = options.contest {
    let scores = try contest.run(rounds: options.rounds)
    let report = Report(contest: contest, rounds: options.rounds, scores: scores)
    print(options.asJSON ? report.json : report.table)
  } else {
    let report = FanOutReport(
      rounds: options.rounds, scores: try FanOut.run(options.crowds, rounds: options.rounds))
    print(options.asJSON ? report.json : report.table)
  }
} catch {
  print(error)
  peers_exit(ExitCode.software)
}
