public import Probes
public import Thermoregulation

/// What a subscriber asks for.
public struct Subscription: Equatable, Sendable {
  public var types = LineTypes.usual
  /// Names of infants; nil means all.
  public var infants: [String]?
  public var since: Position?

  /// A place in the stream of one run of the daemon.
  public struct Position: Equatable, Sendable {
    public var stream: String
    public var seq: Int

    public init(stream: String, seq: Int) {
      self.stream = stream
      self.seq = seq
    }
  }

  /// Names in `infants`, and bytes in each, so that the reply which repeats them stays one line.
  public static let mostInfants = 48
  public static let longestName = 64

  public init() {}
}

/// A command to the daemon (contract, section 4).
public enum Command: Equatable, Sendable {
  case mark(Mark, infant: String, by: String?)
  /// Thousandths of a degree Celsius.
  case spotCheck(thousandths: Int, site: Site, infant: String, by: String?)
  case acknowledge(alarm: Int, by: String?)
  case status
}

/// Why a request or a command was refused: what the `error` line says.
public struct RequestError: Error, Equatable, Sendable {
  public enum Code: String, Sendable {
    case syntax, forbidden
    case unknownKey = "unknown-key"
    case unknownValue = "unknown-value"
    case tooLong = "too-long"
    case unknownCommand = "unknown-command"
    case notFound = "not-found"
  }

  public var id: Int?
  public var code: Code
  /// Byte offset in the request.
  public var at: Int
  public var message: String

  public init(id: Int? = nil, code: Code, at: Int, message: String) {
    self.id = id
    self.code = code
    self.at = at
    self.message = message
  }
}

/// One request line of the stream socket.
public struct Request: Equatable, Sendable {
  /// Bytes of a request line, without its LF.
  public static let longest = 4096

  public var id: Int?
  public var subscription: Subscription

  /// Reads `{"id":…,"subscribe":{…}}`.
  public init(parsing line: Span<UInt8>) throws(RequestError) {
    var fields = try Fields(line)
    id = fields.id
    guard let subscribe = fields.take("subscribe") else {
      if let command = fields.rest.first {
        let isCommand = Fields.commands.contains(command.key)
        throw fields.error(
          isCommand ? .forbidden : .unknownCommand, command.at,
          isCommand
            ? "“\(command.key)” is a command: it is taken on the control socket only"
            : "found “\(command.key)”, expected “subscribe”")
      }
      throw fields.error(.unknownCommand, 0, "found no request, expected “subscribe”")
    }
    try fields.finish()
    subscription = try Self.subscription(subscribe, id: id)
  }

  private static func subscription(
    _ json: JSON, id: Int?
  ) throws(RequestError) -> Subscription {
    var fields = try Fields(json, id: id, what: "the subscription")
    var subscription = Subscription()
    if let types = fields.take("types") {
      subscription.types = []
      for name in try fields.texts(types, "types") {
        guard let type = LineType(name: name.text), LineType.choosable.contains(type) else {
          throw fields.error(
            .unknownValue, name.at,
            "found type “\(name.text)”, expected one of "
              + LineType.choosable.map(\.name).joined(separator: ", "))
        }
        subscription.types.insert(LineTypes(type))
      }
    }
    if let infants = fields.take("infants") {
      subscription.infants = try Self.infants(infants, fields)
    }
    if let since = fields.take("since") {
      var place = try Fields(since, id: id, what: "“since”")
      guard let stream = place.take("stream")?.text, let seq = place.take("seq")?.integer, seq >= 0
      else {
        throw fields.error(
          .unknownValue, since.at, "expected “since” as {\"stream\":\"…\",\"seq\":N}")
      }
      try place.finish()
      subscription.since = Subscription.Position(stream: stream, seq: seq)
    }
    try fields.finish()
    return subscription
  }

  private static func infants(
    _ json: JSON, _ fields: borrowing Fields
  ) throws(RequestError) -> [String] {
    let names = try fields.texts(json, "infants")
    guard names.count <= Subscription.mostInfants else {
      throw fields.error(
        .unknownValue, json.at,
        "found \(names.count) infants, expected at most \(Subscription.mostInfants); "
          + "without “infants” there are all of them")
    }
    for name in names where !name.text.isInfantName {
      throw fields.error(
        .unknownValue, name.at,
        "expected an infant's name: 1 to \(Subscription.longestName) bytes, "
          + "without quotes, backslashes and control characters")
    }
    return names.map(\.text)
  }
}

extension String {
  /// Whether it may be an infant's name and stands in a line as it is.
  fileprivate var isInfantName: Bool {
    (1...Subscription.longestName).contains(utf8.count)
      && utf8.allSatisfy { byte in
        byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
  }
}

extension Command {
  /// Reads a command line; the number that its reply will carry, where it has one.
  public static func parse(
    _ line: Span<UInt8>
  ) throws(RequestError) -> (id: Int?, command: Command) {
    var fields = try Fields(line)
    let command = try parse(&fields)
    try fields.finish()
    return (fields.id, command)
  }

  private static func parse(_ fields: inout Fields) throws(RequestError) -> Command {
    if let mark = fields.take("mark") {
      guard let known = Mark.allCases.first(where: { $0.name == mark.text }) else {
        throw fields.error(
          .unknownValue, mark.at,
          "found \(mark.text.map { "mark “\($0)”" } ?? "a mark that is no text"), expected one of "
            + Mark.allCases.map(\.name).joined(separator: ", "))
      }
      return .mark(known, infant: try fields.text("infant"), by: try fields.optionalText("by"))
    }
    if let check = fields.take("spot_check") {
      guard let value = check.thousandths, (15_000...45_000).contains(value) else {
        throw fields.error(
          .unknownValue, check.at,
          "expected “spot_check” as degrees Celsius, 15 to 45, with at most 3 decimals")
      }
      let at = fields.at("site")
      let name = try fields.text("site")
      guard let site = Site.allCases.first(where: { $0.name == name }), site != .unknown else {
        throw fields.error(
          .unknownValue, at,
          "found site “\(name)”, expected one of "
            + Site.allCases.filter { $0 != .unknown }.map(\.name).joined(separator: ", "))
      }
      return .spotCheck(
        thousandths: value, site: site, infant: try fields.text("infant"),
        by: try fields.optionalText("by"))
    }
    if let alarm = fields.take("ack") {
      guard let id = alarm.integer, id > 0 else {
        throw fields.error(
          .unknownValue, alarm.at, "expected “ack” as an alarm's number, from 1 up")
      }
      return .acknowledge(alarm: id, by: try fields.optionalText("by"))
    }
    if let status = fields.take("status") {
      guard status.value == .flag(true) else {
        throw fields.error(.unknownValue, status.at, "expected “status” as true")
      }
      return .status
    }
    let first = fields.rest.first
    throw fields.error(
      .unknownCommand, first?.at ?? 0,
      "found \(first.map { "“\($0.key)”" } ?? "nothing"), expected one of "
        + Fields.commands.joined(separator: ", "))
  }
}

/// The members of an object, taken one by one; what is left over is an unknown key.
private struct Fields {
  static let commands = ["mark", "spot_check", "ack", "status"]

  var id: Int?
  private(set) var rest: [JSON.Member]
  private let at: Int

  /// A whole line, with its `id`.
  init(_ line: Span<UInt8>) throws(RequestError) {
    let json: JSON
    do {
      json = try JSON(parsing: line)
    } catch {
      throw RequestError(code: .syntax, at: error.at, message: error.message)
    }
    try self.init(json, id: nil, what: "a request")
    if let id = take("id") {
      guard let number = id.integer else {
        throw error(.unknownValue, id.at, "expected “id” as a whole number")
      }
      self.id = number
    }
  }

  init(_ json: JSON, id: Int?, what: String) throws(RequestError) {
    guard let members = json.members else {
      throw RequestError(
        id: id, code: .syntax, at: json.at, message: "expected \(what) as an object")
    }
    self.id = id
    rest = members
    at = json.at
  }

  mutating func take(_ key: String) -> JSON? {
    guard let place = rest.firstIndex(where: { $0.key == key }) else { return nil }
    return rest.remove(at: place).value
  }

  /// Where the value of that key stands; where there is none, the object itself.
  func at(_ key: String) -> Int { rest.first { $0.key == key }?.value.at ?? at }

  mutating func text(_ key: String) throws(RequestError) -> String {
    guard let text = try optionalText(key) else {
      throw error(.unknownValue, at, "expected “\(key)” as well")
    }
    return text
  }

  mutating func optionalText(_ key: String) throws(RequestError) -> String? {
    guard let json = take(key) else { return nil }
    guard let text = json.text, !text.isEmpty, text.utf8.count <= LineWriter.longestText else {
      throw error(
        .unknownValue, json.at,
        "expected “\(key)” as a text of 1 to \(LineWriter.longestText) bytes")
    }
    return text
  }

  func texts(_ json: JSON, _ key: String) throws(RequestError) -> [(text: String, at: Int)] {
    guard let list = json.list else {
      throw error(.unknownValue, json.at, "expected “\(key)” as a list of texts")
    }
    var texts: [(text: String, at: Int)] = []
    for item in list {
      guard let text = item.text else {
        throw error(.unknownValue, item.at, "expected “\(key)” as a list of texts")
      }
      texts.append((text, item.at))
    }
    return texts
  }

  func finish() throws(RequestError) {
    guard let unknown = rest.first else { return }
    throw error(.unknownKey, unknown.at, "found the unknown key “\(unknown.key)”")
  }

  func error(_ code: RequestError.Code, _ at: Int, _ message: String) -> RequestError {
    RequestError(id: id, code: code, at: at, message: message)
  }
}
