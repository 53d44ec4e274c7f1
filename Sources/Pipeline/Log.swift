import EventStream
import LinuxIO
import Synchronization

/// The daemon's log: the system's journal under a service manager, else standard error.
///
/// The serving and the storage thread write it; the reading thread never does. To the journal it
/// never waits: what that cannot take is lost, and counted in the next entry.
enum Log {
  /// Entries that the journal did not take.
  private static let lost = Atomic<Int>(0)

  static func error(_ text: String) { write(text, .error) }
  static func warning(_ text: String) { write(text, .warning) }
  static func notice(_ text: String) { write(text, .notice) }
  static func info(_ text: String) { write(text, .info) }

  /// `fields` are names and values that the journal can be searched by.
  static func write(
    _ text: String, _ priority: StandardError.Priority,
    fields: [(name: String, value: String)] = []
  ) {
    guard StandardError.isJournal else {
      StandardError.writeLine("kangarood: \(text)")
      return
    }
    let lost = lost.exchange(0, ordering: .relaxed)
    let text = lost == 0 ? text : "\(text) (\(lost) entries before this one were lost)"
    do throws(Errno) {
      try SystemJournal.send(
        [
          ("MESSAGE", text), ("PRIORITY", String(priority.rawValue)),
          ("SYSLOG_IDENTIFIER", "kangarood"),
        ] + fields)
    } catch .wouldBlock {
      // Waiting for it would hold up whoever is judged and served.
      Self.lost.wrappingAdd(lost + 1, ordering: .relaxed)
    } catch {
      StandardError.writeLine(text, priority: priority)
    }
  }
}

extension Log {
  /// Logs what an alarm line tells; the journal finds it by each of the line's keys, such as
  /// `KANGAROOD_RULE`.
  static func alarm(_ line: [UInt8]) {
    guard let json = try? JSON(parsing: line.span), case .object(let members) = json.value else {
      return
    }
    func text(_ key: String) -> String { json[key]?.text ?? "" }
    let fields = members.compactMap { member -> (name: String, value: String)? in
      switch member.value.value {
      case .text(let value), .number(let value):
        return ("KANGAROOD_\(member.key.uppercased())", value)
      default: return nil
      }
    }
    let priority: StandardError.Priority =
      switch (text("event"), text("priority")) {
      case ("raised", "high"), ("escalated", "high"): .error
      case ("raised", "medium"), ("escalated", "medium"): .warning
      default: .notice
      }
    let infant = json["infant"]?.text.map { ", \($0)" } ?? ""
    write(
      "alarm \(text("event")): \(text("rule")), \(text("priority"))\(infant): \(text("message"))",
      priority, fields: fields)
  }
}
