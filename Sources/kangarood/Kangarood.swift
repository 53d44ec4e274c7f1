import Configuration
import LinuxIO
import Pipeline

/// The daemon: in the foreground, logging to standard error.
@main
enum Kangarood {
  private static let usage = "kangarood [--config FILE] [--check] [--version] [--help]"

  static func main() {
    var configPath: String?
    var isCheck = false
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--config":
        guard let path = arguments.popFirst() else { refuse("--config needs a file") }
        configPath = path
      case "--check": isCheck = true
      case "--version":
        print(Daemon.nameAndVersion)
        return
      case "--help":
        print(help)
        return
      default: refuse("found the argument “\(argument)”, expected \(usage)")
      }
    }
    let configuration: Configuration
    do throws(ConfigurationFailure) {
      configuration = try ConfigurationFiles.read(configPath)
    } catch {
      for sentence in error.sentences { StandardError.writeLine(sentence) }
      Process.exit(error.exitCode)
    }
    if isCheck { return }
    do throws(DaemonError) {
      try Daemon.run(configuration, from: configPath)
    } catch {
      StandardError.writeLine("kangarood: \(error)")
      Process.exit(error.exitCode)
    }
  }

  private static func refuse(_ sentence: String) -> Never {
    StandardError.writeLine("kangarood: \(sentence)")
    Process.exit(64)
  }

  private static let help = """
    \(usage)

    Reads temperature and heart-rate probes for kangaroo mother care, judges what they say and
    serves it to subscribers. Runs in the foreground and logs to standard error.

      --config FILE  read this configuration instead of \(ConfigurationFiles.defaultPath)
      --check        read the configuration, print every error, exit 0 or 78
      --version      print the version
      --help         print this text

    Not a certified medical device.
    """
}
