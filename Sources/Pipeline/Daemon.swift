public import Configuration
import EventStream
import Journal
public import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// The daemon: two loops that share nothing but rings and bells.
public enum Daemon {
  public static let version = "0.1.0"
  public static let nameAndVersion = "kangarood \(version)"

  /// Deliveries that the analysing thread may be behind: minutes of a ward's samples.
  private static let deliveryRoom = 8192
  private static let noticeRoom = 256
  private static let chunkRoom = 1024

  /// Runs until a signal ends it. The calling thread becomes the reading loop, since a service
  /// manager can give real-time priority to the main thread only.
  ///
  /// `path` is where the configuration was read, and is read again on a hang-up signal.
  public static func run(
    _ configuration: Configuration, from path: String? = nil
  ) throws(DaemonError) {
    let inherited = Supervisor.inherited
    let streamListener = try listener(
      "stream", among: inherited, at: configuration.socketPath, group: "kangaroo")
    let controlListener = try listener(
      "control", among: inherited, at: configuration.controlSocketPath, group: "kangaroo-control")
    lockMemory()
    do throws(Errno) {
      try run(configuration, path, streamListener, controlListener)
    } catch {
      throw .system(error)
    }
  }

  /// The socket that the service manager holds for us under that name, else one of our own.
  private static func listener(
    _ name: String, among inherited: [Supervisor.Inherited], at path: String, group: String
  ) throws(DaemonError) -> UnixListener {
    guard let found = inherited.first(where: { $0.name == name }) else {
      return try listen(at: path, group: group)
    }
    let adopted: UnixListener?
    do throws(Errno) {
      adopted = try UnixListener(adopting: FileDescriptor(adopting: found.fileNumber))
    } catch {
      throw .system(error)
    }
    guard let adopted else { throw .inherited(name) }
    return adopted
  }

  /// The group where there is one, and we may give the socket to it; else our own.
  private static func listen(
    at path: String, group: String
  ) throws(DaemonError) -> UnixListener {
    do throws(UnixListenerError) {
      return try UnixListener(path: path, group: group)
    } catch .groupUnknown, .groupRefused {
      do throws(UnixListenerError) {
        return try UnixListener(path: path)
      } catch {
        throw .socket(error)
      }
    } catch {
      throw .socket(error)
    }
  }

  /// A page that must be fetched from disk first would delay a verdict.
  private static func lockMemory() {
    do throws(Errno) {
      try Process.lockMemory()
    } catch .notPermitted {
      Log.info("memory is not locked: found a limit on it, expected none (LimitMEMLOCK=infinity)")
    } catch {
      Log.warning("memory is not locked: \(error)")
    }
  }

  private static func run(
    _ configuration: Configuration, _ path: String?, _ streamListener: consuming UnixListener,
    _ controlListener: consuming UnixListener
  ) throws(Errno) {
    // First: what threads are started later inherits what is blocked.
    Signal.pipe.ignore()
    do throws(Errno) {
      // A ward's thousand screens are more than the usual soft limit.
      try Process.raiseDescriptorLimit()
    } catch {
      Log.warning("the limit of open descriptors cannot be raised: \(error)")
    }
    let signals = try SignalSource([.terminate, .interrupt, .hangUp])
    let bell = try Doorbell()
    let stop = try Doorbell()
    let deliveries = Ring<Delivery>(capacity: deliveryRoom)
    let notices = Ring<Notice>(capacity: noticeRoom)
    let chunks = Ring<WireChunk>(capacity: chunkRoom)
    let tap = TapSwitch(isOpen: configuration.record != nil)
    let button = try bell.makeButton()
    var analysis = Analysis(configuration)
    let tagged = Recovery.tagged(configuration)
    for name in tagged { analysis.add(PortEntry(tagged: name)) }
    let recovery = Recovery(configuration, analysis.analyzer, analysis.portNames)
    analysis.resume(recovery)
    let keeper = InputKeeper(configuration, recovery)
    let identity = StreamIdentity()
    let recorder = Recorder(configuration, identity)
    let gate = try startStorage(configuration, identity, bell: bell)
    let pulse = Pulse()
    let orders = Mailbox<PortOrders>()
    let changes = Mailbox<PortChanges>()
    let nudge = try Doorbell()
    let parts = ServerParts(
      bell: bell, supervision: Supervision(watching: [pulse], disk: gate.door.state.pulse),
      signals: signals,
      streamListener: streamListener,
      controlListener: controlListener, stop: try stop.makeButton(),
      deliveries: deliveries.consumer, notices: notices.consumer, chunks: chunks.consumer,
      tap: tap, identity: identity, gate: gate, keeper: keeper, recorder: recorder,
      recovery: recovery, clockLabel: configuration.clock.label,
      reloading: Reloading(
        configuration, from: path, orders: orders, changes: changes,
        nudge: try nudge.makeButton()))
    let intake = Intake(deliveries: deliveries.producer, tap: Tap(tap, chunks.producer))
    var reader = try Reader(
      configuration: configuration, intake: intake, notices: notices.producer, bell: button,
      stop: stop, pulse: pulse, nudge: nudge, incoming: orders, outgoing: changes,
      clock: recovery.clock, tagged: tagged)
    let server = try Server(parts, analysis: analysis)
    let thread = try Thread.start(owning: server, name: "serving") { server in
      var server = server
      do throws(Errno) {
        try server.run()
      } catch {
        Log.error("the serving loop failed: \(error)")
        Process.exit(70)
      }
    }
    Log.notice("\(nameAndVersion) serving at \(configuration.socketPath)")
    try? Supervisor.notify("READY=1")
    try reader.run()
    thread.join()
  }
}

extension Daemon {
  /// Starts the thread that waits for disks, which ends when its work does.
  private static func startStorage(
    _ configuration: Configuration, _ identity: StreamIdentity, bell: borrowing Doorbell
  ) throws(Errno) -> CommitGate {
    let work = MessageRing(capacity: StorageDoor.workRoom)
    let answers = MessageRing(capacity: StorageDoor.answerRoom)
    let storageBell = try Doorbell()
    let button = try storageBell.makeButton()
    let state = StorageState()
    let loop = try StorageLoop(
      StorageParts(
        bell: storageBell, work: work.consumer, answers: answers.producer,
        button: try bell.makeButton(), state: state,
        stateDirectory: configuration.stateDirectory, stream: identity.stream,
        retention: Retention(size: configuration.journal.size, days: configuration.journal.days),
        commitInterval: Int64(configuration.journal.commitMilliseconds) * 1_000_000))
    // Nobody joins it: a disk that hangs must not keep the daemon from ending.
    _ = try Thread.start(owning: loop, name: "storage") { loop in
      var loop = loop
      do throws(Errno) {
        try loop.run()
      } catch {
        Log.error("the storage loop failed: \(error)")
        Process.exit(70)
      }
    }
    return CommitGate(
      StorageDoor(work: work.producer, answers: answers.consumer, button: button, state: state),
      stream: identity.stream)
  }
}

/// Why the daemon cannot run.
public enum DaemonError: Error, Sendable, CustomStringConvertible {
  case socket(UnixListenerError)
  /// What the service manager handed over under that name.
  case inherited(String)
  case system(Errno)

  public var description: String {
    switch self {
    case .socket(let error): error.description
    case .inherited(let name):
      "the descriptor “\(name)” that was handed over is no socket that listens: "
        + "a Unix stream socket was expected (ListenStream=)"
    case .system(let error): "the system refuses: \(error)"
    }
  }

  /// The exit code of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .socket: 73
    case .inherited, .system: 71
    }
  }
}

/// What the serving loop is made of.
struct ServerParts: ~Copyable, Sendable {
  let bell: Doorbell
  let supervision: Supervision
  let signals: SignalSource
  let streamListener: UnixListener
  let controlListener: UnixListener
  let stop: DoorbellButton
  let deliveries: Ring<Delivery>.Consumer
  let notices: Ring<Notice>.Consumer
  let chunks: Ring<WireChunk>.Consumer
  let tap: TapSwitch
  let identity: StreamIdentity
  let gate: CommitGate
  let keeper: InputKeeper
  let recorder: Recorder?
  let recovery: Recovery
  let clockLabel: String?
  let reloading: Reloading
}

/// The random name of one run of the daemon.
struct StreamIdentity: Sendable {
  let stream: String

  init() {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    stream = String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

extension Analysis {
  /// The infants and ports of a configuration, before anything has happened.
  init(_ configuration: Configuration) {
    let now = StreamClock(configuration.clock).now
    self.init(wallAtZero: WallTime(nanoseconds: WallClock.now - now.nanoseconds), now: now)
    for infant in configuration.infants { admit(infant) }
    if configuration.infants.isEmpty { admit(InfantProfile(name: Configuration.defaultInfant)) }
    for probe in configuration.probes {
      let name = probe.infant ?? (probe.parent == nil ? configuration.onlyInfant : nil)
      let infant = name.flatMap { publisher.roster.infant(named: $0) }
      add(PortEntry(probe, infant: infant, at: now))
    }
  }
}
