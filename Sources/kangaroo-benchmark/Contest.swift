import CPeers

/// Several ways to do the same work, measured against each other in one run.
///
/// Machines differ and are busy; only ratios within one run mean anything. So the rounds of all
/// contenders are interleaved, and each has to prove by a checksum that it did the work.
struct Contest: Sendable {
  /// The subcommand.
  var name: String
  /// What is measured, under which conditions.
  var conditions: String
  /// What a time is given for: "sample", "line" …
  var unit: String
  /// How many units a round has.
  var unitsPerRound: UInt64
  /// What every contender's checksum must be.
  var checksum: UInt64
  /// The first is the peer that the others are compared with.
  var contenders: [Contender]

  /// Runs so many rounds of every contender, after one that warms up and is not counted.
  func run(rounds: Int) throws(WrongChecksum) -> [Score] {
    var times: [[Double]] = Array(repeating: [], count: contenders.count)
    for round in 0...rounds {
      for (index, contender) in contenders.enumerated() {
        let outcome = contender.run(unitsPerRound)
        guard outcome.checksum == checksum else {
          throw WrongChecksum(
            contender: contender.name, expected: checksum, got: outcome.checksum)
        }
        if round > 0 {
          times[index].append(Double(outcome.nanoseconds) / Double(unitsPerRound))
        }
      }
    }
    let scores = zip(contenders, times).map { Score(name: $0.name, times: $1) }
    return scores.map { $0.compared(with: scores[0]) }
  }
}

/// One way to do the work of a contest.
struct Contender: Sendable {
  var name: String
  /// Does the work for so many units.
  var run: @Sendable (_ units: UInt64) -> Outcome
}

struct Outcome {
  var nanoseconds: UInt64
  var checksum: UInt64

  init(_ passage: peers_passage) {
    nanoseconds = passage.nanoseconds
    checksum = passage.checksum
  }
}

/// What one contender achieved; times in nanoseconds a unit.
struct Score {
  var name: String
  var median: Double
  var least: Double
  var greatest: Double
  /// How many times as fast as the contest's first contender, by the medians.
  var ratio = 1.0

  init(name: String, times: [Double]) {
    let sorted = times.sorted()
    self.name = name
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    least = sorted[0]
    greatest = sorted[sorted.count - 1]
  }

  func compared(with peer: Score) -> Score {
    var score = self
    score.ratio = peer.median / median
    return score
  }
}

struct WrongChecksum: Error, CustomStringConvertible {
  var contender: String
  var expected: UInt64
  var got: UInt64

  var description: String {
    "\(contender): expected the checksum \(expected), got \(got)"
  }
}
