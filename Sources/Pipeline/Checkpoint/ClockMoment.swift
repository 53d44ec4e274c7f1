import Configuration
import LinuxIO
import Probes

/// What all clocks showed at one moment: enough to go on with the stream's time after a restart.
struct ClockMoment: Equatable {
  var stream: Timestamp
  /// Nanoseconds on the boot clock, and of which boot.
  var boot: Int64
  var bootIdentity: String
  /// Nanoseconds since 1970.
  var wall: Int64
  /// Which clock the stream followed.
  var label: String
}

extension ClockMoment {
  /// `newest`: the stream's time where only a driver knows it.
  static func now(
    _ clock: StreamClock, _ newest: Timestamp, _ choice: ClockChoice
  ) -> ClockMoment {
    let boot = BootClock.now
    var stream = newest
    if case .running = clock { stream = clock.time(atBoot: boot) }
    return ClockMoment(
      stream: stream, boot: boot, bootIdentity: Self.presentBoot, wall: WallClock.now,
      label: choice.name)
  }

  /// The kernel's name for the time since it was started; empty where it does not tell.
  private static var presentBoot: String {
    let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", atMost: 256)) ?? []
    return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
  }
}

/// How a stream's time goes on after a restart.
struct Resumption {
  var clock: StreamClock
  /// Whether the pause was so long, or its length is so uncertain, that windows are void.
  var isLong: Bool

  /// Beyond, nothing that the windows hold explains the present: the reference lives four hours.
  static let longestPause: Int64 = 5 * 3_600 * 1_000_000_000
  /// So much a wall clock is set back by those who keep it right.
  private static let smallCorrection: Int64 = 60 * 1_000_000_000

  /// `then`: the moment of the checkpoint; `newest`: the time of the newest input known, from
  /// which on time must not go back; `now`: the clocks of today.
  init(_ choice: ClockChoice, then: ClockMoment, newest: Timestamp, now: ClockMoment) {
    var clock = StreamClock(choice)
    var isKnown = then.label == now.label
    switch clock {
    case .driven: clock = .driven(newest)
    case .running(let rate, _, _):
      var time = newest.nanoseconds
      if isKnown {
        let passed =
          then.bootIdentity == now.bootIdentity && !now.bootIdentity.isEmpty
          ? now.boot - then.boot : now.wall - then.wall
        let since = newest.since(then.stream)
        let isSober = passed >= since / rate - Self.smallCorrection && passed < Self.greatestPassed
        if isSober { time = max(time, then.stream.nanoseconds + passed * rate) }
        isKnown = isSober
      }
      clock = .running(rate: rate, origin: now.boot, start: time)
    }
    self.clock = clock
    isLong =
      !isKnown || clock.time(atBoot: now.boot).since(newest) > Self.longestPause
  }

  /// A month: more is not a pause but a clock that is wrong.
  private static let greatestPassed: Int64 = 30 * 24 * 3_600 * 1_000_000_000
}

extension ClockChoice {
  fileprivate var name: String { label ?? "boottime" }
}
