import EventStream
import Testing
import Thermoregulation

/// What staff may tell the daemon on the control socket.
@Suite struct CommandTests {
  private func parse(_ line: String) throws(RequestError) -> (id: Int?, command: Command) {
    let bytes = Array(line.utf8)
    return try Command.parse(bytes.span)
  }

  @Test(
    arguments: [
      (
        #"{"mark":"transfer","infant":"bed-3a","by":"rn-4"}"#,
        .mark(.transfer, infant: "bed-3a", by: "rn-4")
      ),
      (#"{"mark":"bath","infant":"bed-3a"}"#, .mark(.bath, infant: "bed-3a", by: nil)),
      (
        #"{"infant":"ä","mark":"skin-to-skin-start"}"#,
        .mark(.skinToSkinStart, infant: "ä", by: nil)
      ),
      (
        #"{"mark":"skin-to-skin-end","infant":"bed-3a"}"#,
        .mark(.skinToSkinEnd, infant: "bed-3a", by: nil)
      ),
      (
        #"{"spot_check":36.7,"site":"axilla","infant":"bed-3a","by":"rn-4"}"#,
        .spotCheck(thousandths: 36_700, site: .axilla, infant: "bed-3a", by: "rn-4")
      ),
      (
        #"{"spot_check":15,"site":"rectal","infant":"bed-3a"}"#,
        .spotCheck(thousandths: 15_000, site: .rectal, infant: "bed-3a", by: nil)
      ),
      (#"{"ack":41,"by":"rn-4"}"#, .acknowledge(alarm: 41, by: "rn-4")),
      (#"{"ack":1}"#, .acknowledge(alarm: 1, by: nil)),
      (#"{"status":true}"#, .status),
    ] as [(String, Command)])
  func commandsAreRead(line: String, command: Command) throws {
    #expect(try parse(line).command == command)
    let identified = try parse(#"{"id":12,"# + line.dropFirst())
    #expect(identified.id == 12)
    #expect(identified.command == command)
  }

  private static let marks = "transfer, bath, skin-to-skin-start, skin-to-skin-end"
  private static let sites =
    "rectal, esophageal, axilla, abdomen, back, foot, forehead, parent-chest, ambient"
  private static let celsius =
    "expected “spot_check” as degrees Celsius, 15 to 45, with at most 3 decimals"

  @Test(
    arguments: [
      ("", .syntax, 0, "expected a value"),
      ("7", .syntax, 0, "expected a request as an object"),
      ("{}", .unknownCommand, 0, "found nothing, expected one of mark, spot_check, ack, status"),
      (
        #"{"subscribe":{}}"#, .unknownCommand, 1,
        "found “subscribe”, expected one of mark, spot_check, ack, status"
      ),
      (
        #"{"mark":"feed","infant":"bed-3a"}"#, .unknownValue, 8,
        "found mark “feed”, expected one of " + marks
      ),
      (
        #"{"mark":7,"infant":"bed-3a"}"#, .unknownValue, 8,
        "found a mark that is no text, expected one of " + marks
      ),
      (#"{"mark":"bath"}"#, .unknownValue, 0, "expected “infant” as well"),
      (
        #"{"mark":"bath","infant":""}"#, .unknownValue, 24,
        "expected “infant” as a text of 1 to 256 bytes"
      ),
      (
        #"{"mark":"bath","infant":"bed-3a","by":4}"#, .unknownValue, 38,
        "expected “by” as a text of 1 to 256 bytes"
      ),
      (
        #"{"mark":"bath","infant":"bed-3a","at":4}"#, .unknownKey, 33,
        "found the unknown key “at”"
      ),
      (#"{"spot_check":"36.7"}"#, .unknownValue, 14, celsius),
      (#"{"spot_check":14.999}"#, .unknownValue, 14, celsius),
      (#"{"spot_check":45.001}"#, .unknownValue, 14, celsius),
      (#"{"spot_check":36.7001}"#, .unknownValue, 14, celsius),
      (#"{"spot_check":36.7}"#, .unknownValue, 0, "expected “site” as well"),
      (
        #"{"spot_check":36.7,"site":"ear","infant":"bed-3a"}"#, .unknownValue, 26,
        "found site “ear”, expected one of " + sites
      ),
      (
        #"{"spot_check":36.7,"site":"unknown","infant":"bed-3a"}"#, .unknownValue, 26,
        "found site “unknown”, expected one of " + sites
      ),
      (
        #"{"spot_check":36.7,"site":"axilla"}"#, .unknownValue, 0, "expected “infant” as well"
      ),
      (#"{"ack":0}"#, .unknownValue, 7, "expected “ack” as an alarm's number, from 1 up"),
      (#"{"ack":1.5}"#, .unknownValue, 7, "expected “ack” as an alarm's number, from 1 up"),
      (#"{"ack":"41"}"#, .unknownValue, 7, "expected “ack” as an alarm's number, from 1 up"),
      (#"{"status":false}"#, .unknownValue, 10, "expected “status” as true"),
      (#"{"status":true,"ack":1}"#, .unknownKey, 1, "found the unknown key “status”"),
    ] as [(String, RequestError.Code, Int, String)])
  func whatIsWrongIsSaid(line: String, code: RequestError.Code, at: Int, message: String) {
    #expect(throws: RequestError(code: code, at: at, message: message)) { try parse(line) }
  }

  @Test func aNameMayNotBeLongerThanALineShows() {
    let name = String(repeating: "n", count: 257)
    #expect(throws: RequestError.self) {
      try parse(#"{"mark":"bath","infant":"\#(name)"}"#)
    }
  }
}
