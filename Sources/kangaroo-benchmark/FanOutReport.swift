import CPeers

/// What became of `FanOut`, for a person or for a program.
struct FanOutReport {
  var rounds: Int
  /// By crowd: the daemon's, then its peer's.
  var scores: [FanOut.Score]

  private var pairs: [(ours: FanOut.Score, peer: FanOut.Score)] {
    stride(from: 0, to: scores.count - 1, by: 2).map { (scores[$0], scores[$0 + 1]) }
  }

  var table: String {
    var lines = [
      "fan-out: lines of ~200 bytes delivered over Unix sockets, kangarood | redis-server",
      "\(rounds) rounds, bursts of \(FanOut.burst); \(peers_processors()) processors",
      "",
      "subscribers    thousand lines/s  times   server's ns a line    resident kB",
    ]
    for (ours, peer) in pairs {
      lines.append(
        cell("\(ours.subscribers)", 11)
          + cells(thousands(ours.median), thousands(peer.median), 20)
          + cell(hundredths(ours.median / peer.median), 7)
          + cells(
            "\(Int(ours.processorNanoseconds))", "\(Int(peer.processorNanoseconds))", 21)
          + cells("\(ours.residentKilobytes)", "\(peer.residentKilobytes)", 15))
    }
    return lines.joined(separator: "\n")
  }

  var json: String {
    let rows = scores.map { score in
      """
      {"server":"\(score.server)","subscribers":\(score.subscribers),\
      "thousandLinesPerSecond":{"median":\(thousands(score.median)),\
      "min":\(thousands(score.rates.min() ?? 0)),"max":\(thousands(score.rates.max() ?? 0))},\
      "processorNanosecondsPerLine":\(Int(score.processorNanoseconds)),\
      "residentKilobytes":\(score.residentKilobytes)}
      """
    }
    return """
      {"benchmark":"fan-out","rounds":\(rounds),"processors":\(peers_processors()),\
      "scores":[\(rows.joined(separator: ","))]}
      """
  }

  private func cells(_ ours: String, _ peer: String, _ width: Int) -> String {
    cell("\(ours) | \(peer)", width)
  }

  private func cell(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func thousands(_ rate: Double) -> String { "\(Int((rate / 1000).rounded()))" }

  private func hundredths(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
