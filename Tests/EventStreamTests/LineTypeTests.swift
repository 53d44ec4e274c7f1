import EventStream
import Testing

@Suite struct LineTypeTests {
  @Test func namesAreReadBack() {
    for type in LineType.allCases { #expect(LineType(name: type.name) == type) }
    #expect(LineType(name: "Alarm") == nil)
    #expect(LineType(name: "") == nil)
  }

  @Test func whoAsksForNothingGetsAllButTheProbesOwnTraffic() {
    #expect(
      LineTypes.usual.names == [
        "port", "assessment", "alarm", "session", "mark", "heartbeat", "clock",
      ])
  }

  @Test func aReplayPrintsWhatHappened() {
    #expect(
      LineTypes.events.names == ["port", "assessment", "alarm", "session", "mark", "clock"])
  }

  @Test func alarmsSessionsAndMarksAreVital() {
    #expect(LineTypes.vital.names == ["alarm", "session", "mark"])
  }

  @Test func setsOfTypesHoldWhatWasPutIn() {
    let types: LineTypes = [LineTypes(.hello), LineTypes(.wire)]
    for type in LineType.allCases {
      #expect(types.contains(type) == (type == .hello || type == .wire))
    }
  }
}
