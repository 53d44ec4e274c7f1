public import Configuration
import LinuxIO

/// The configuration's place on disk.
public enum ConfigurationFiles {
  public static let defaultPath = "/etc/kangarood/kangarood.conf"

  /// Reads the file, and for the default one the drop-ins in `kangarood.conf.d` in name order.
  ///
  /// No default file at all is a working default; a file that was named must be there.
  public static func read(_ path: String?) throws(ConfigurationFailure) -> Configuration {
    var parser = ConfigurationParser()
    if let path {
      try parse(path, &parser)
    } else {
      if Files.exists(defaultPath) { try parse(defaultPath, &parser) }
      let directory = defaultPath + ".d"
      let names = (try? Files.names(in: directory)) ?? []
      for name in names where name.hasSuffix(".conf") { try parse("\(directory)/\(name)", &parser) }
    }
    guard let configuration = parser.finish() else { throw .wrong(parser.problems) }
    return configuration
  }

  private static func parse(
    _ path: String, _ parser: inout ConfigurationParser
  ) throws(ConfigurationFailure) {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try Files.read(path, atMost: ConfigurationParser.longestFile)
    } catch {
      throw .unreadable("\(path) cannot be read: \(error)")
    }
    parser.parse(String(decoding: bytes, as: UTF8.self), file: path)
  }
}

/// Why there is no configuration.
public enum ConfigurationFailure: Error, Sendable {
  case unreadable(String)
  case wrong([ConfigurationProblem])

  /// A sentence for each thing that is wrong.
  public var sentences: [String] {
    switch self {
    case .unreadable(let sentence): [sentence]
    case .wrong(let problems): problems.map(\.description)
    }
  }

  /// The exit code of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .unreadable: 66
    case .wrong: 78
    }
  }
}
