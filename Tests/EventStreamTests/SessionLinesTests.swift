import Probes
import Testing
import Thermoregulation

@testable import EventStream

/// Lines of skin-to-skin sessions and of spot checks, out of the analyzer's own mouth.
@Suite struct SessionLinesTests {
  /// The lines that one infant's events of these kinds make.
  private func lines(_ inputs: [Input]) -> [String] {
    var analyzer = Analyzer()
    let profile = InfantProfile(name: "bed-1", born: 1_000_000_000_000_000_000)
    analyzer.admit(profile)
    analyzer.assign(PortAssignment(infant: 0, site: .axilla), to: 0)
    for input in inputs { analyzer.step(input) }
    var roster = Roster()
    roster.infants = [profile]
    var writer = LineWriter()
    return analyzer.events.compactMap { event in
      // Born two hours before stream time zero.
      let wall = WallTime(nanoseconds: 1_000_007_200_000_000_000)
        .advanced(by: event.time.nanoseconds)
      let stamp = LineWriter.Stamp(seq: 1, time: event.time, wall: wall)
      switch event.content {
      case .session(let session): writer.session(session, roster, stamp)
      case .spotCheck(let check): writer.spotCheck(check, roster, stamp)
      case .assessment, .alarm, .mark: return nil
      }
      return String(decoding: writer.line, as: UTF8.self)
    }
  }

  private func body(_ line: String) -> String {
    String(line[line.firstRange(of: "\"infant\"")!.lowerBound...])
  }

  @Test func aSessionHasTheContractsKeysInItsOrder() {
    let start = Timestamp(seconds: 1_800)
    let end = Timestamp(seconds: 9_000)
    let lines = lines([
      .passed(.zero), .mark(.skinToSkinStart, infant: 0, by: nil, start),
      .mark(.skinToSkinEnd, infant: 0, by: nil, end),
    ])
    #expect(lines.count == 2)
    #expect(
      lines.first.map(body)
        == #""infant":"bed-1","event":"started","basis":"marked","hours_24h":0,"#
        + #""since_birth_h":2.5,"start":1800.000,"short_sessions_24h":0}"# + "\n")
    #expect(
      lines.last.map(body)
        == #""infant":"bed-1","event":"ended","basis":"marked","duration_s":7200,"hours_24h":2,"#
        + #""since_birth_h":2.5,"start":1800.000,"short_sessions_24h":0}"# + "\n")
  }

  @Test func aSpotCheckIsAMark() {
    let lines = lines([.spotCheck(36_700, .axilla, infant: 0, by: "rn-4", .zero)])
    #expect(
      lines.map(body)
        == [
          #""infant":"bed-1","mark":"spot-check","by":"rn-4","outcome":"no-value","#
            + #""value":36.7,"site":"axilla"}"# + "\n"
        ])
    #expect(lines[0].hasPrefix(#"{"type":"mark","#))
  }
}
