import Probes

/// Lines that are made for one subscriber, or that tell of the daemon itself.
extension LineWriter {
  public mutating func hello(
    daemon: String, stream: String, lastSeq: Int, clock: String?, _ stamp: Stamp
  ) {
    begin(.hello, stamp)
    integer("protocol", 1)
    word("daemon", daemon)
    word("stream", stream)
    integer("seq", lastSeq)
    text("clock", clock)
    end()
  }

  public mutating func live(_ stamp: Stamp) {
    begin(.live, stamp)
    end()
  }

  /// `missed` is absent where nobody can know.
  public mutating func gap(missed: Int?, reason: String, _ stamp: Stamp) {
    begin(.gap, stamp)
    integer("missed", missed)
    word("reason", reason)
    end()
  }

  public mutating func bye(code: String, _ stamp: Stamp) {
    begin(.bye, stamp)
    word("code", code)
    end()
  }

  public mutating func error(_ error: RequestError, _ stamp: Stamp) {
    begin(.error, stamp)
    integer("id", error.id)
    word("code", error.code.rawValue)
    integer("at", error.at)
    text("message", error.message)
    end()
  }

  /// The policy now in force.
  public mutating func subscribed(_ subscription: Subscription, id: Int?, _ stamp: Stamp) {
    begin(.reply, stamp)
    integer("id", id)
    flag("ok", true)
    beginObject("subscribe")
    words("types", subscription.types.names)
    if let infants = subscription.infants { words("infants", infants) }
    if let since = subscription.since {
      beginObject("since")
      text("stream", since.stream)
      integer("seq", since.seq)
      endObject()
    }
    endObject()
    end()
  }

  /// A command was carried out. `behind`: pieces of work that are not yet with the kernel.
  public mutating func obeyed(
    id: Int?, daemon: String, stream: String, infants: Int, ports: Int, alarms: Int,
    behind: Int = 0, _ stamp: Stamp
  ) {
    begin(.reply, stamp)
    integer("id", id)
    flag("ok", true)
    word("daemon", daemon)
    word("stream", stream)
    integer("infants", infants)
    integer("ports", ports)
    integer("alarms", alarms)
    integer("storage_behind", behind)
    end()
  }

  public mutating func heartbeat(_ beat: Heartbeat, _ stamp: Stamp) {
    begin(.heartbeat, stamp)
    integer("samples", beat.samples)
    integer("rejected", beat.rejected)
    integer("dropped", beat.dropped)
    integer("subscribers", beat.subscribers)
    integer("self_check", beat.selfCheck)
    integer("unrecorded", beat.unrecorded)
    end()
  }
}

/// What a `heartbeat` line counts, since the daemon started.
public struct Heartbeat: BitwiseCopyable, Equatable, Sendable {
  public var samples = 0
  /// Candidate frames refused, over all ports and reasons.
  public var rejected = 0
  /// Samples that found the ring full.
  public var dropped = 0
  public var subscribers = 0
  /// Times that the daemon found all its threads making progress.
  public var selfCheck = 0
  /// Pieces of the wire that could not be recorded; nil where nothing is to be.
  public var unrecorded: Int?

  public init() {}
}
