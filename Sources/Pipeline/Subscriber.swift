import EventStream
import LinuxIO
import Thermoregulation

/// One connection to a socket of the daemon's, with what it wants and how far it has come.
///
/// Bounded: what has been copied for it and not been taken stays below `outboxLimit`, the lines
/// that it must not miss below `backlogLimit`; the rest waits, shared, in the log.
final class Subscriber {
  enum Role { case stream, control }

  /// Bytes copied from the log at a time.
  static let outboxLimit = 8192
  /// Bytes of alarms, sessions and marks kept for one that does not read.
  static let backlogLimit = 65_536

  let role: Role
  let token: UInt64
  var stream: UnixStream
  let peer: PeerCredentials?
  var subscription = Subscription()
  /// Numbers of the infants wanted; nil means all.
  var infants: [InfantIndex]?
  /// Place of the next line of the log to be considered.
  var place = 0
  /// Where the lines of the past end for one that resumes; it is told so there.
  var liveAt: Int?
  /// Whole lines on their way; `sent` of the bytes are gone.
  var outbox: [UInt8] = []
  var sent = 0
  /// Lines that were given up in the log before this one took them.
  var backlog: [UInt8] = []
  /// Lines that it wanted and missed since it was last told.
  var missed = 0
  var isBlocked = false
  /// Whether it gets nothing more but the end of the line on its way, and a goodbye.
  var isLeaving = false
  /// It has closed its side and only listens.
  var isSilent = false
  /// The beginning of a request, and whether the rest of the line is being passed over.
  var request: [UInt8] = []
  var isOverlong = false

  init(role: Role, token: UInt64, stream: consuming UnixStream) {
    self.role = role
    self.token = token
    peer = try? stream.peer
    self.stream = stream
  }

  func wants(_ type: LineType, _ infant: InfantIndex?) -> Bool {
    guard role == .stream, subscription.types.contains(type) else { return false }
    guard let infants, let infant else { return true }
    return infants.contains(infant)
  }

  var hasUnsent: Bool { sent < outbox.count }

  /// Gives up what has been copied for it, but for the rest of a line that it has begun to get.
  func dismiss(with goodbye: [UInt8]) {
    let lineFeed = UInt8(ascii: "\n")
    let isBetweenLines = sent == 0 || outbox[sent - 1] == lineFeed
    let rest = isBetweenLines ? [] : outbox[sent...].prefix { $0 != lineFeed } + [lineFeed]
    outbox = rest + goodbye
    sent = 0
    backlog = []
    isLeaving = true
  }

  /// The log is about to give up the line at `place`, which this one has not taken.
  ///
  /// Whether it can still be served: alarms, sessions and marks may not be missed.
  func loses(_ lost: Int, of log: LineLog) -> Bool {
    let entry = log[lost]
    place = lost + 1
    guard wants(entry.type, entry.infant) else { return true }
    guard LineTypes.vital.contains(entry.type) else {
      missed += 1
      return true
    }
    guard backlog.count + entry.length <= Self.backlogLimit else { return false }
    log.copy(lost..<lost + 1, to: &backlog)
    return true
  }
}
