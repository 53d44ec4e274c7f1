import EventStream
import Testing

/// What a subscriber may ask for on the stream socket.
@Suite struct RequestTests {
  private func request(_ line: String) throws(RequestError) -> Request {
    let bytes = Array(line.utf8)
    return try Request(parsing: bytes.span)
  }

  @Test func theExampleOfTheContract() throws {
    let request = try request(
      #"{"id":7,"subscribe":{"types":["alarm","assessment","sample"],"infants":["bed-3a"],"since":{"stream":"3f2a","seq":18220}}}"#
    )
    #expect(request.id == 7)
    #expect(request.subscription.types.names == ["sample", "assessment", "alarm"])
    #expect(request.subscription.infants == ["bed-3a"])
    #expect(request.subscription.since == .init(stream: "3f2a", seq: 18220))
  }

  @Test func anEmptyWishIsTheUsual() throws {
    let request = try request(#"{"subscribe":{}}"#)
    #expect(request.id == nil)
    #expect(request.subscription == Subscription())
  }

  @Test func wishesMayBeForNothing() throws {
    let request = try request(#"{"subscribe":{"types":[],"infants":[]}}"#)
    #expect(request.subscription.types == [])
    #expect(request.subscription.infants == [])
  }

  @Test(arguments: LineType.choosable)
  func everyChoosableTypeCanBeAskedFor(type: LineType) throws {
    let request = try request(#"{"subscribe":{"types":["\#(type.name)"]}}"#)
    #expect(request.subscription.types == LineTypes(type))
  }

  private static let typeNames =
    "port, infant, sample, assessment, alarm, session, mark, heartbeat, clock, wire"

  @Test(
    arguments: [
      ("", nil, .syntax, 0, "expected a value"),
      ("hello", nil, .syntax, 0, "expected a value"),
      (#"{"id":7"#, nil, .syntax, 7, "expected “,” or “}”"),
      ("[7]", nil, .syntax, 0, "expected a request as an object"),
      ("{}", nil, .unknownCommand, 0, "found no request, expected “subscribe”"),
      (#"{"id":7}"#, 7, .unknownCommand, 0, "found no request, expected “subscribe”"),
      (#"{"id":"7"}"#, nil, .unknownValue, 6, "expected “id” as a whole number"),
      (#"{"id":7.5}"#, nil, .unknownValue, 6, "expected “id” as a whole number"),
      (#"{"id":7,"watch":{}}"#, 7, .unknownCommand, 8, "found “watch”, expected “subscribe”"),
      (
        #"{"id":7,"ack":41}"#, 7, .forbidden, 8,
        "“ack” is a command: it is taken on the control socket only"
      ),
      (
        #"{"mark":"bath","infant":"bed-3a"}"#, nil, .forbidden, 1,
        "“mark” is a command: it is taken on the control socket only"
      ),
      (#"{"id":7,"subscribe":[]}"#, 7, .syntax, 20, "expected the subscription as an object"),
      (#"{"subscribe":{},"x":1}"#, nil, .unknownKey, 16, "found the unknown key “x”"),
      (#"{"id":7,"subscribe":{"type":[]}}"#, 7, .unknownKey, 21, "found the unknown key “type”"),
      (
        #"{"subscribe":{"types":"alarm"}}"#, nil, .unknownValue, 22,
        "expected “types” as a list of texts"
      ),
      (
        #"{"subscribe":{"types":["alarm",1]}}"#, nil, .unknownValue, 31,
        "expected “types” as a list of texts"
      ),
      (
        #"{"subscribe":{"types":["alarms"]}}"#, nil, .unknownValue, 23,
        "found type “alarms”, expected one of " + typeNames
      ),
      (
        #"{"subscribe":{"types":["hello"]}}"#, nil, .unknownValue, 23,
        "found type “hello”, expected one of " + typeNames
      ),
      (
        #"{"subscribe":{"infants":[""]}}"#, nil, .unknownValue, 25,
        "expected an infant's name: 1 to 64 bytes, without quotes, backslashes and control characters"
      ),
      (
        #"{"subscribe":{"infants":["a","b\n"]}}"#, nil, .unknownValue, 29,
        "expected an infant's name: 1 to 64 bytes, without quotes, backslashes and control characters"
      ),
      (
        #"{"subscribe":{"since":7}}"#, nil, .syntax, 22, "expected “since” as an object"
      ),
      (
        #"{"subscribe":{"since":{"stream":"3f"}}}"#, nil, .unknownValue, 22,
        #"expected “since” as {"stream":"…","seq":N}"#
      ),
      (
        #"{"subscribe":{"since":{"stream":"3f","seq":-1}}}"#, nil, .unknownValue, 22,
        #"expected “since” as {"stream":"…","seq":N}"#
      ),
      (
        #"{"subscribe":{"since":{"stream":"3f","seq":1,"x":2}}}"#, nil, .unknownKey, 45,
        "found the unknown key “x”"
      ),
    ] as [(String, Int?, RequestError.Code, Int, String)])
  func whatIsWrongIsSaid(
    line: String, id: Int?, code: RequestError.Code, at: Int, message: String
  ) {
    #expect(throws: RequestError(id: id, code: code, at: at, message: message)) {
      try request(line)
    }
  }

  @Test func infantsAreBounded() throws {
    let most = (1...48).map { #""bed-\#($0)""# }.joined(separator: ",")
    #expect(try request(#"{"subscribe":{"infants":[\#(most)]}}"#).subscription.infants?.count == 48)
    #expect(
      throws: RequestError(
        code: .unknownValue, at: 24,
        message: "found 49 infants, expected at most 48; without “infants” there are all of them")
    ) { try request(#"{"subscribe":{"infants":[\#(most),"one-more"]}}"#) }
  }

  @Test func anyRequestThatFitsItsLineGetsAReplyThatFitsItsLine() throws {
    let prefix =
      #"{"id":-9223372036854775808,"subscribe":{"since":{"seq":9223372036854775807,"stream":""#
    let names = String(repeating: #""\#(String(repeating: "n", count: 64))","#, count: 47)
    let suffix = #""},"infants":[\#(names)"n"]}}"#
    let room = Request.longest - prefix.utf8.count - suffix.utf8.count
    let request = try request(prefix + String(repeating: "\u{7F}", count: room) + suffix)
    _ = Ward.line { $0.subscribed(request.subscription, id: request.id, Ward.unnumbered) }
  }
}
