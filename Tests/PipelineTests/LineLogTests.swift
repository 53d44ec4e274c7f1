import EventStream
import Testing

@testable import Pipeline

@Suite("The log of lines")
struct LineLogTests {
  @Test("gives back every line that it holds, whole and in order, however often it comes round")
  func bytes() {
    var chance = Chance(state: 7)
    var log = LineLog()
    var held: [[UInt8]] = []
    var rounds = 0
    for seq in 1...7000 {
      let length = chance.number(in: 1...(seq % 3 == 0 ? 4096 : 300))
      let line = [UInt8](repeating: UInt8(truncatingIfNeeded: seq), count: length - 1) + [0x0A]
      while !log.hasRoom(for: length) {
        log.dropFirst()
        held.removeFirst()
        rounds += 1
      }
      log.append(line, .sample, infant: nil, seq: seq)
      held.append(line)
      guard seq % 500 == 0 else { continue }
      // All of it, and a piece from somewhere.
      var all: [UInt8] = []
      log.copy(log.first..<log.end, to: &all)
      #expect(all == Array(held.joined()))
      let begin = chance.number(in: log.first...log.end - 1)
      let end = chance.number(in: begin...log.end)
      var piece: [UInt8] = []
      log.copy(begin..<end, to: &piece)
      #expect(piece == Array(held[(begin - log.first)..<(end - log.first)].joined()))
    }
    #expect(log.end == 7000)
    #expect(rounds > 5000)
    #expect(log.end - log.first <= LineLog.mostLines)
  }

  @Test("knows where to go on after a number, and that it no longer does")
  func places() {
    var log = LineLog()
    for seq in 1...10 { log.append([0x0A], .mark, infant: nil, seq: seq * 2) }
    #expect(log.place(after: 0) == nil)
    #expect(log.place(after: 1) == 0)
    #expect(log.place(after: 2) == 1)
    #expect(log.place(after: 3) == 1)
    #expect(log.place(after: 20) == 10)
    for _ in 0..<3 { log.dropFirst() }
    #expect(log.place(after: 6) == nil)
    #expect(log.place(after: 7) == 3)
  }
}

/// Numbers that look like chance, and are the same in every run.
private struct Chance {
  var state: UInt64

  mutating func number(in range: ClosedRange<Int>) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + Int(state >> 33) % range.count
  }
}
