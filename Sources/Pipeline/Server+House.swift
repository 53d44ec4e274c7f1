import EventStream
import Journal
import LinuxIO
import Probes
import Thermoregulation

/// What the daemon finds wrong with itself, as it was told last.
struct House {
  var journal: Cause?
  var storage: Cause?
  var sockets: Cause?
  /// When the sockets are looked at next.
  var nextLook: Int64 = 0
}

/// The daemon's own troubles: told as alarms, mended where they can be, and nothing else stops.
extension Server {
  /// Nanoseconds between two looks at the sockets' places.
  private static let socketInterval: Int64 = 2_000_000_000

  /// How long the loop may sleep, in milliseconds.
  var patience: Int {
    guard let rest = broadcast.gate.patience(at: BootClock.now) else { return 1000 }
    return max(1, min(1000, Int(rest / 1_000_000) + 1))
  }

  mutating func attendHouse() {
    let now = BootClock.now
    broadcast.gate.look(at: now)
    if house.journal != broadcast.gate.trouble {
      house.journal = broadcast.gate.trouble
      if let cause = house.journal {
        Log.error("the journal cannot be written (\(cause.name)): events are sent unsaved")
      } else {
        Log.notice("the journal is written again")
      }
    }
    // One alarm stands for what is kept on disk; events come before recordings.
    let trouble = house.journal ?? (recorder?.trouble == nil ? nil : .unrecorded)
    if house.storage != trouble {
      house.storage = trouble
      tell(.storage, trouble)
    }
    noteUnsaved()
    takeAnswers()
    letGo(at: now)
    if now >= house.nextLook {
      house.nextLook = now + Self.socketInterval
      watchSockets()
    }
    broadcast.gate.door.state.issued = analysis.publisher.seq
  }

  private mutating func tell(_ rule: Rule, _ cause: Cause?) {
    take(.house(rule, cause, analysis.now ?? .zero))
  }

  /// Writes into the journal how many events it lacks.
  private mutating func noteUnsaved() {
    let lost = broadcast.gate.takeUnsaved()
    guard lost > 0 else { return }
    Log.error("\(lost) events were sent and are not in the journal")
    var writer = LineWriter()
    writer.gap(missed: lost, reason: "unsaved", stamp)
    broadcast.gate.keep(
      writer.line.span, seq: analysis.publisher.seq, place: broadcast.log.end)
  }

  private mutating func watchSockets() {
    let cause =
      restore(streamListener.standing, .stream) ?? restore(controlListener.standing, .control)
    guard house.sockets != cause else { return }
    house.sockets = cause
    tell(.socketLost, cause)
  }

  /// Makes a socket anew whose place is not its own any more. Nil where all is well; the alarm
  /// stands until the next look, so that nobody overlooks it.
  private mutating func restore(
    _ standing: UnixListener.Standing, _ role: Subscriber.Role
  ) -> Cause? {
    if standing == .inPlace { return nil }
    // Those who are in its queue still came to us.
    accept(role)
    let cause = standing == .missing ? Cause.missing : .replaced
    let name = role == .stream ? "stream" : "control"
    do throws(UnixListenerError) {
      if role == .stream {
        try streamListener.restore()
      } else {
        try controlListener.restore()
      }
      Log.error("the \(name) socket was \(cause.name): it was made anew")
    } catch {
      if house.sockets != cause { Log.error("the \(name) socket is \(cause.name): \(error)") }
      return cause
    }
    do throws(Errno) {
      if role == .stream {
        try epoll.add(streamListener, for: .input, token: Token.stream)
      } else {
        try epoll.add(controlListener, for: .input, token: Token.control)
      }
    } catch {
      Log.error("the \(name) socket cannot be listened at: \(error)")
    }
    return cause
  }

  /// Closes what those left open who were told to go and do not take even that.
  private mutating func letGo(at now: Int64) {
    for subscriber in broadcast.subscribers.values {
      guard let since = subscriber.leavingSince, now - since >= Self.farewellTime else { continue }
      leave(subscriber)
    }
  }

  /// Nanoseconds that one who is let go has for its last words.
  static let farewellTime: Int64 = 5_000_000_000
}
