import EventStream
import Testing

/// Lines that are made for one subscriber have no `seq` of their own.
@Suite struct ControlLinesTests {
  @Test func hello() {
    let line = Ward.line {
      $0.hello(
        daemon: "kangarood 1.0", stream: "3f2a", lastSeq: 18220, clock: nil, Ward.unnumbered)
    }
    #expect(
      line == Ward.unnumberedOpening("hello")
        + #","protocol":1,"daemon":"kangarood 1.0","stream":"3f2a","seq":18220}"#)
  }

  @Test func helloOfADaemonWhoseClockIsNotReal() {
    let line = Ward.line {
      $0.hello(daemon: "k", stream: "3f2a", lastSeq: 0, clock: "fast 60", Ward.unnumbered)
    }
    #expect(line.hasSuffix(#","seq":0,"clock":"fast 60"}"#))
  }

  @Test func liveGapAndBye() {
    #expect(Ward.line { $0.live(Ward.unnumbered) } == Ward.unnumberedOpening("live") + "}")
    #expect(
      Ward.line { $0.gap(missed: 12, reason: "too-slow", Ward.unnumbered) }
        == Ward.unnumberedOpening("gap") + #","missed":12,"reason":"too-slow"}"#)
    #expect(
      Ward.line { $0.bye(code: "shutdown", Ward.unnumbered) }
        == Ward.unnumberedOpening("bye") + #","code":"shutdown"}"#)
  }

  @Test func anErrorRepeatsTheRequestsIdWhereThereIsOne() {
    let error = RequestError(code: .tooLong, at: 4096, message: "expected a “shorter” \"line\"")
    #expect(
      Ward.line { $0.error(error, Ward.unnumbered) }
        == Ward.unnumberedOpening("error")
        + #","code":"too-long","at":4096,"message":"expected a “shorter” \"line\""}"#)
    var identified = error
    identified.id = 7
    #expect(
      Ward.line { $0.error(identified, Ward.unnumbered) }.contains(#""id":7,"code":"too-long""#))
  }

  @Test func theReplyTellsTheWholePolicy() throws {
    var subscription = Subscription()
    #expect(
      Ward.line { $0.subscribed(subscription, id: nil, Ward.unnumbered) }
        == Ward.unnumberedOpening("reply") + #","ok":true,"subscribe":{"types":["port","#
        + #""assessment","alarm","session","mark","heartbeat","clock"]}}"#)
    subscription.types = [LineTypes(.alarm), LineTypes(.sample)]
    subscription.infants = ["bed-3a", "bed-3b"]
    subscription.since = Subscription.Position(stream: "3f2a", seq: 18220)
    #expect(
      Ward.line { $0.subscribed(subscription, id: 7, Ward.unnumbered) }
        == Ward.unnumberedOpening("reply") + #","id":7,"ok":true,"subscribe":{"types":"#
        + #"["sample","alarm"],"infants":["bed-3a","bed-3b"],"#
        + #""since":{"stream":"3f2a","seq":18220}}}"#)
  }

  @Test func aHeartbeat() {
    var beat = Heartbeat()
    beat.samples = 1_000_000_000_000
    beat.rejected = 1
    beat.subscribers = 2
    beat.selfCheck = 3
    #expect(
      Ward.line { $0.heartbeat(beat, Ward.stamp) }
        == Ward.opening("heartbeat") + #","samples":1000000000000,"rejected":1,"dropped":0,"#
        + #""subscribers":2,"self_check":3}"#)
  }
}
