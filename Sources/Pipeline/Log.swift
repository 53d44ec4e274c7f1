import LinuxIO

/// The daemon's log: standard error, which is the journal under a service manager.
///
/// Only the serving thread and start-up write it; the reading thread never does.
enum Log {
  static func error(_ text: String) { write(text, .error) }
  static func warning(_ text: String) { write(text, .warning) }
  static func notice(_ text: String) { write(text, .notice) }
  static func info(_ text: String) { write(text, .info) }

  static func write(_ text: String, _ priority: StandardError.Priority) {
    if StandardError.isJournal {
      StandardError.writeLine(text, priority: priority)
    } else {
      StandardError.writeLine("kangarood: \(text)")
    }
  }
}
