import Configuration
import EventStream
import LinuxIO
import Pipeline

extension Kangaroo.Command {
  static let doctor = Kangaroo.Command(
    name: "doctor", synopsis: "[--config F] [--socket P] [--root DIR]",
    summary: "looks for what breaks such installations; exit 0, or 1 with what to do about it",
    run: runDoctor)
}

private func runDoctor(_ arguments: inout Arguments) throws(Failure) {
  let socket = try arguments.takeOption("--socket")
  let root = try arguments.takeOption("--root") ?? ""
  let path = try arguments.takeOption("--config")
  try arguments.finish()
  var configuration = Configuration()
  var failure: ConfigurationFailure?
  do throws(ConfigurationFailure) {
    configuration = try ConfigurationFiles.read(path)
  } catch {
    failure = error
  }
  var doctor = Doctor(
    root: root, configuration: configuration, devices: DeviceEnumerator.serialDevices())
  if let failure {
    for sentence in failure.sentences {
      doctor.note("configuration", sentence, remedy: "kangarood --check, until it says nothing")
    }
  } else {
    doctor.note("configuration", "is right")
  }
  doctor.lookAtEverything()
  // The daemon of this machine says nothing about another system's files.
  if root.isEmpty { doctor.ask(socket ?? configuration.socketPath) }
  var output = StandardOutput()
  var troubles = 0
  for finding in doctor.findings {
    try output.put("\(finding.remedy == nil ? "ok      " : "TROUBLE ") \(finding.subject): ")
    try output.put("\(finding.what)\n")
    guard let remedy = finding.remedy else { continue }
    troubles += 1
    try output.put("          → \(remedy)\n")
  }
  try output.put(troubles == 0 ? "nothing is wrong\n" : "\(troubles) things to mend\n")
  try output.putAway()
  if troubles > 0 { Process.exit(1) }
}

extension Doctor {
  /// What a running daemon knows of its ports.
  fileprivate mutating func ask(_ socket: String) {
    guard var lines = try? StreamLines(socket) else {
      note(
        "daemon", "none answers at \(socket)",
        remedy: "systemctl start kangarood; its log says why it ended: journalctl -u kangarood")
      return
    }
    var ports = 0
    while let json = lines.nextObject(), json["type"]?.text != "live" {
      guard json["type"]?.text == "port" else { continue }
      ports += 1
      let link = json["link"]?.text ?? ""
      guard ["busy", "denied", "ambiguous"].contains(link) else { continue }
      note(
        "port \(json.shown("port"))", "\(link): \(json.shown("detail"))",
        remedy: link == "busy"
          ? "find the other program: fuser -v \(json.shown("path"))"
          : "kangaroo check and kangaroo ports show what fits and who may")
    }
    note("daemon", "answers, with \(ports) ports")
  }
}
