import LinuxIO
import Pipeline

/// The command-line tool: one command a file.
@main
enum Kangaroo {
  /// A command: its name, its arguments as the help shows them, and what it does.
  struct Command: Sendable {
    let name: String
    let synopsis: String
    let summary: String
    let run: @Sendable (inout Arguments) throws(Failure) -> Void
  }

  static let commands: [Command] = [
    .demo, .watch, .events, .status, .ports, .check, .doctor, .replay, .record, .simulate,
    .evaluate, .decode, .mark, .spotCheck, .ack,
  ]

  static func main() {
    var arguments = Arguments(CommandLine.arguments.dropFirst())
    guard let name = arguments.next(), name != "--help", name != "help" else {
      print(help)
      return
    }
    if name == "--version" {
      print("kangaroo \(Daemon.version)")
      return
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      Failure(
        .usage,
        "found the command “\(name)”, expected one of "
          + commands.map(\.name).joined(separator: ", ")
      ).end()
    }
    if arguments.takeFlag("--help") {
      print("kangaroo \(command.name) \(command.synopsis)\n\n  \(command.summary)")
      return
    }
    do throws(Failure) {
      try command.run(&arguments)
    } catch {
      error.end()
    }
  }

  private static var help: String {
    let width = commands.map { $0.name.utf8.count + $0.synopsis.utf8.count + 1 }.max() ?? 0
    let rows = commands.map { command in
      let left = "\(command.name) \(command.synopsis)"
      let gap = String(repeating: " ", count: max(1, min(width, 44) - left.count + 2))
      return left.count > 44
        ? "  \(left)\n" + String(repeating: " ", count: 48) + command.summary
        : "  \(left)\(gap)\(command.summary)"
    }
    return """
      kangaroo COMMAND [ARGUMENTS]

      \(rows.joined(separator: "\n"))

      `kangaroo COMMAND --help` says how a command is called. Not a certified medical device.
      """
  }
}
