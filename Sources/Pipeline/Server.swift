import Captures
import Configuration
import EventStream
import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// The analysing and serving loop: judges what comes over the ring and serves both sockets.
///
/// Ingestion waits for nobody here, and nobody here waits for a subscriber.
struct Server: ~Copyable {
  enum Token {
    static let bell: UInt64 = 0
    static let signals: UInt64 = 1
    static let stream: UInt64 = 2
    static let control: UInt64 = 3
    static let firstSubscriber: UInt64 = 16
  }

  var epoll: Epoll
  private let bell: Doorbell
  private var supervision: Supervision
  private let signals: SignalSource
  var streamListener: UnixListener
  var controlListener: UnixListener
  private let stop: DoorbellButton
  var deliveries: Ring<Delivery>.Consumer
  var batch: [Delivery] = []
  private var notices: Ring<Notice>.Consumer
  private var chunks: Ring<WireChunk>.Consumer
  private let tap: TapSwitch
  private var lostChunks = 0
  let clockLabel: String?
  /// How far stream time is ahead of the boot clock.
  private let streamAhead: Int64

  var analysis: Analysis
  var broadcast: Broadcast
  var keeper: InputKeeper
  /// Nil where the wires are not recorded.
  var recorder: Recorder?
  private let recovery: Recovery
  /// Ports that were there before a restart and have not been seen since.
  var awaited: Set<PortIndex> = []
  var writer = LineWriter()
  /// How long the machine had slept when this was last looked at.
  private var suspended = BootClock.suspended
  /// By port, what the reading thread said last.
  private var newestLink: [PortIndex: Link] = [:]
  let identity: StreamIdentity
  var reloading: Reloading
  var nextToken = Token.firstSubscriber
  var buffer = [UInt8](repeating: 0, count: 4096)
  /// What is wrong with the daemon itself, as it was told last.
  var house = House()
  var nextRecall: UInt64 = 1
  /// When accepting is tried again after descriptors ran short.
  var acceptAgain: Int64?

  init(
    _ parts: consuming ServerParts, analysis: consuming Analysis
  ) throws(Errno) {
    let epoll = try Epoll()
    try epoll.add(parts.bell, for: .input, token: Token.bell)
    try epoll.add(parts.signals, for: .input, token: Token.signals)
    try epoll.add(parts.streamListener, for: .input, token: Token.stream)
    try epoll.add(parts.controlListener, for: .input, token: Token.control)
    self.epoll = epoll
    self.analysis = analysis
    keeper = parts.keeper
    recorder = parts.recorder
    batch.reserveCapacity(Self.batchLimit)
    broadcast = Broadcast(parts.gate)
    bell = parts.bell
    supervision = parts.supervision
    signals = parts.signals
    streamListener = parts.streamListener
    controlListener = parts.controlListener
    stop = parts.stop
    deliveries = parts.deliveries
    notices = parts.notices
    chunks = parts.chunks
    tap = parts.tap
    identity = parts.identity
    reloading = parts.reloading
    clockLabel = parts.clockLabel
    recovery = parts.recovery
    streamAhead = recovery.clock.aheadOfBoot ?? 0
  }

  /// Serves until a signal ends it.
  mutating func run() throws(Errno) {
    let past = recovery
    takeUpThePast(past)
    var isRunning = true
    while isRunning {
      let count = try epoll.wait(milliseconds: patience)
      for index in 0..<count {
        let event = epoll[index]
        switch event.token {
        case Token.bell: bell.answer()
        case Token.signals: isRunning = !isToldToEnd()
        case Token.stream: accept(.stream)
        case Token.control: accept(.control)
        default: serve(event)
        }
      }
      resumeAccepting()
      watchWallClock()
      drain()
      attendHouse()
      keeper.goOn(&analysis, &broadcast.gate.door)
      recorder?.goOn(analysis, &broadcast.gate.door)
      broadcast.unrecorded = recorder?.lost
      flushAll()
      for line in broadcast.takeAlarmLines() { Log.alarm(line) }
      broadcast.gate.door.ring()
      superviseAll()
    }
    try? Supervisor.notify("STOPPING=1")
    try end()
    stop.press()
  }

  func answerBell() { bell.answer() }

  /// As of now, for lines that are made for one subscriber.
  var stamp: LineWriter.Stamp {
    analysis.publisher.stamp(at: analysis.now ?? .zero, seq: nil)
  }

  private mutating func superviseAll() {
    let roster = analysis.publisher.roster
    let alarms = broadcast.present.alarms
    supervision.look(at: BootClock.now, isDiskInTrouble: house.journal != nil) {
      let ports = roster.ports.filter { !$0.isRetired }
      let open = ports.count { $0.link == .open }
      let infants = roster.infants.count - roster.discharged.count
      let physiological = alarms.count { $0.rule.kind == .physiological }
      return "\(counted(infants, "infant")), \(open) of \(counted(ports.count, "port")) open, "
        + "\(counted(physiological, "physiological alarm")), "
        + counted(alarms.count - physiological, "technical alarm")
    }
    broadcast.selfChecks = supervision.checks
  }

  private mutating func isToldToEnd() -> Bool {
    while let signal = signals.next() {
      switch signal {
      case .terminate, .interrupt:
        Log.notice("\(signal): ending")
        return true
      default: reload()
      }
    }
    return false
  }

  /// Follows the wall clock, which only labels; a jump is told.
  private mutating func watchWallClock() {
    let slept = BootClock.suspended - suspended
    if slept >= Self.shortestSleep {
      Log.notice("the machine slept for \(slept / 1_000_000_000) s, which ages count")
      suspended += slept
    }
    guard clockLabel == nil else { return }
    let ahead = WallClock.aheadOfBoot - streamAhead
    let moved = ahead - analysis.publisher.wallAtZero.nanoseconds
    if abs(moved) >= Self.smallestStep {
      analysis.publisher.publish(
        clockStep: moved, at: analysis.now ?? .zero, to: &broadcast)
      recorder?.clockStep(moved, at: analysis.now ?? .zero)
      Log.notice("the wall clock moved by \(moved / 1_000_000) ms")
    } else {
      analysis.publisher.wallAtZero = WallTime(nanoseconds: ahead)
    }
  }

  /// A clock that is disciplined drifts by less than this between two wake-ups.
  private static let smallestStep: Int64 = 250_000_000
  /// The two clocks are not read at one moment.
  private static let shortestSleep: Int64 = 1_000_000_000

  private mutating func drain() {
    takeDeliveries()
    takePortChanges()
    takeNotices()
    broadcast.dropped = Int(deliveries.dropped)
    turnTap()
    while let chunk = chunks.pop() {
      analysis.publisher.publish(chunk, to: &broadcast)
      recorder?.take(chunk)
    }
    let lost = Int(chunks.dropped)
    if lost != lostChunks {
      analysis.publisher.publishLostChunks(
        lost - lostChunks, at: analysis.now ?? .zero, to: &broadcast)
      recorder?.lose(lost - lostChunks)
      lostChunks = lost
    }
  }

  /// Records for as long as anybody wants it.
  func turnTap() {
    let isOpen = broadcast.isRecorded || recorder != nil
    if tap.isOpen != isOpen { tap.isOpen = isOpen }
  }

  mutating func takeNotices() {
    while let notice = notices.pop() { take(notice) }
  }

  private mutating func take(_ notice: Notice) {
    let port = Int(notice.port)
    if port == analysis.publisher.roster.ports.count { admitPort(notice) }
    // Where the notice that told of it was lost, or it has been retired meanwhile.
    guard analysis.knows(notice.port) else { return }
    let before = analysis.publisher.roster.ports[port].link
    analysis.publisher.roster.ports[port].take(notice)
    newestLink[notice.port] = notice.link
    let name = analysis.publisher.roster.ports[port].name
    let detail = notice.detail.text.map { ", \($0)" } ?? ""
    Log.write("port \(name): \(notice.link.name)\(detail)", notice.link == .open ? .info : .warning)
    // That a port opens or is lost is a delivery too, which tells of it in its turn.
    if (before == .open) == (notice.link == .open) {
      analysis.tell(port: notice.port, notice.link, at: notice.time, to: &broadcast)
    }
    recorder?.portHasChanged(analysis.publisher.roster)
    missAwaited(notice)
  }

  /// What was said of a port since it was lost, and could not be told before that was.
  mutating func tellAfterwards(_ loss: Delivery) {
    guard let link = newestLink[loss.port], link != .open, link != .detached else { return }
    analysis.tell(port: loss.port, link, at: loss.time, to: &broadcast)
  }

  /// A probe that no section names, claimed by a udev tag.
  private mutating func admitPort(_ notice: Notice) {
    analysis.add(PortEntry(tagged: notice.device.text ?? "port-\(notice.port)"))
    keeper.numbersHaveChanged()
  }
}

/// Such as “1 port” or “2 ports”.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
