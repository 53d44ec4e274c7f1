import EventStream
import LinuxIO
import Thermoregulation

/// One connection to a socket of the daemon's, with what it wants and how far it has come.
///
/// Bounded: of the stream at most `outboxLimit` and a line have been copied for it and not been
/// taken, and `backlogLimit` of lines that it must not miss: 76 KiB, of which a subscriber that
/// reads needs less than 16. The rest waits, shared, in the log. Beside these there is what answers
/// the requests of one read, 4 KiB, and one piece of the journal at a time for who comes back; who
/// does not take the answers is not listened to.
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
  /// Nothing of the outbox is sent before all lines up to this place are on disk.
  var heldUntil = 0
  /// Lines that were given up in the log before this one took them, and the place behind them.
  var backlog: [UInt8] = []
  var backlogEnd = 0
  /// How far it has come through the journal, while it is told from there; and the number of the
  /// piece that it waits for.
  var walk: HistoryWalk?
  var recall: UInt64?
  /// What the journal has not held of what it missed, as it was told.
  var counted = 0
  var hasGap = false
  /// Whether it is to be told how things stand, once it has got what went before.
  var isOwedState = false
  /// Lines that it wanted and missed since it was last told.
  var missed = 0
  var isBlocked = false
  /// Whether it gets nothing more but the end of the line on its way, and a goodbye.
  var isLeaving = false
  /// It has closed its side and only listens.
  var isSilent = false
  /// What it has sent since a request that has to wait; and since when it is being let go.
  var unheard: [UInt8] = []
  var leavingSince: Int64?
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

  /// Whether it has got everything that there is for it.
  func isCaughtUp(with log: LineLog) -> Bool {
    !hasUnsent && backlog.isEmpty && walk == nil && !isOwedState && liveAt == nil
      && place == log.end
  }

  /// Gives up what has been copied for it, but for the rest of a line that it has begun to get.
  func dismiss(with goodbye: [UInt8]) {
    let lineFeed = UInt8(ascii: "\n")
    let isBetweenLines = sent == 0 || outbox[sent - 1] == lineFeed
    let rest = isBetweenLines ? [] : outbox[sent...].prefix { $0 != lineFeed } + [lineFeed]
    outbox = rest + goodbye
    sent = 0
    backlog = []
    walk = nil
    heldUntil = 0
    isLeaving = true
    leavingSince = BootClock.now
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
    backlogEnd = lost + 1
    return true
  }
}
