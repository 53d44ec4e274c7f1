import EventStream
import LinuxIO

extension Kangaroo.Command {
  static let mark = Kangaroo.Command(
    name: "mark", synopsis: "transfer|bath|skin-to-skin-start|skin-to-skin-end --infant I",
    summary: "what is being done to the infant", run: runMark)

  static let ack = Kangaroo.Command(
    name: "ack", synopsis: "ALARM --by WHO", summary: "acknowledges an alarm", run: runAck)
}

extension Kangaroo.Command {
  static let spotCheck = Kangaroo.Command(
    name: "spot-check", synopsis: "--infant I --celsius T --site S",
    summary: "a nurse's own thermometer, to set the probe by", run: runSpotCheck)
}

private func runSpotCheck(_ arguments: inout Arguments) throws(Failure) {
  let infant = try arguments.takeOption("--infant")
  let celsius = try arguments.takeOption("--celsius")
  let site = try arguments.takeOption("--site")
  let by = try arguments.takeOption("--by")
  let socket = try SocketPath.control(&arguments)
  try arguments.finish()
  guard let infant, let celsius, let site else {
    throw Failure(.usage, "spot-check needs --infant, --celsius and --site")
  }
  guard (try? JSON(parsing: celsius).thousandths) != nil else {
    throw Failure(.usage, "found --celsius “\(celsius)”, expected degrees such as 36.7")
  }
  var order = "{\"id\":1,\"spot_check\":\(celsius),\"site\":\(quoted(site))"
  order += ",\"infant\":\(quoted(infant))"
  if let by { order += ",\"by\":\(quoted(by))" }
  try give(order + "}", socket)
}

private func runMark(_ arguments: inout Arguments) throws(Failure) {
  let infant = try arguments.takeOption("--infant")
  let by = try arguments.takeOption("--by")
  let socket = try SocketPath.control(&arguments)
  guard let mark = arguments.next(), let infant else {
    throw Failure(.usage, "mark needs one of the marks and --infant")
  }
  try arguments.finish()
  var order = "{\"id\":1,\"mark\":\(quoted(mark)),\"infant\":\(quoted(infant))"
  if let by { order += ",\"by\":\(quoted(by))" }
  try give(order + "}", socket)
}

private func runAck(_ arguments: inout Arguments) throws(Failure) {
  let by = try arguments.takeOption("--by")
  let socket = try SocketPath.control(&arguments)
  guard let word = arguments.next(), let alarm = Int(word), let by else {
    throw Failure(.usage, "ack needs an alarm's number and --by")
  }
  try arguments.finish()
  try give("{\"id\":1,\"ack\":\(alarm),\"by\":\(quoted(by))}", socket)
}

/// Gives an order on the control socket and waits for its answer.
private func give(_ order: String, _ socket: String) throws(Failure) {
  var lines = try StreamLines(socket)
  try lines.send(order)
  guard let answer = lines.nextObject() else {
    throw Failure(.unavailable, "the daemon closed the connection without an answer")
  }
  guard answer["type"]?.text == "error" else { return }
  throw Failure(.usage, "the daemon refuses: \(answer["message"]?.text ?? "without a reason")")
}
