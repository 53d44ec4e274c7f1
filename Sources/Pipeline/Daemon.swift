public import Configuration
import EventStream
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
  public static func run(_ configuration: Configuration) throws(DaemonError) {
    let streamListener = try listen(at: configuration.socketPath, group: "kangaroo")
    let controlListener = try listen(
      at: configuration.controlSocketPath, group: "kangaroo-control")
    do throws(Errno) {
      try run(configuration, streamListener, controlListener)
    } catch {
      throw .system(error)
    }
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

  private static func run(
    _ configuration: Configuration, _ streamListener: consuming UnixListener,
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
    let tap = TapSwitch()
    let button = try bell.makeButton()
    let parts = ServerParts(
      bell: bell, signals: signals, streamListener: streamListener,
      controlListener: controlListener, stop: try stop.makeButton(),
      deliveries: deliveries.consumer, notices: notices.consumer, chunks: chunks.consumer,
      tap: tap, identity: StreamIdentity(), clockLabel: configuration.clock.label)
    var intake = Intake(deliveries: deliveries.producer, tap: Tap(tap, chunks.producer))
    for probe in configuration.probes {
      // A port whose protocol is not known yet decodes nothing.
      intake.add(
        ProbeModel.named(probe.protocolName) ?? ProbeModel.all[0], sensors: probe.sensors)
    }
    var reader = try Reader(
      configuration: configuration, intake: intake, notices: notices.producer, bell: button,
      stop: stop)
    let server = try Server(parts, analysis: Analysis(configuration))
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

/// Why the daemon cannot run.
public enum DaemonError: Error, Sendable, CustomStringConvertible {
  case socket(UnixListenerError)
  case system(Errno)

  public var description: String {
    switch self {
    case .socket(let error): error.description
    case .system(let error): "the system refuses: \(error)"
    }
  }

  /// The exit code of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .socket: 73
    case .system: 71
    }
  }
}

/// What the serving loop is made of.
struct ServerParts: ~Copyable, Sendable {
  let bell: Doorbell
  let signals: SignalSource
  let streamListener: UnixListener
  let controlListener: UnixListener
  let stop: DoorbellButton
  let deliveries: Ring<Delivery>.Consumer
  let notices: Ring<Notice>.Consumer
  let chunks: Ring<WireChunk>.Consumer
  let tap: TapSwitch
  let identity: StreamIdentity
  let clockLabel: String?
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
      var entry = PortEntry(
        name: probe.name, protocolName: probe.protocolName, line: probe.lineSettings.text,
        assignment: PortAssignment(
          infant: name.flatMap { publisher.roster.infant(named: $0) }, parent: probe.parent,
          site: probe.site, channelSites: probe.channelSites))
      entry.sensors = probe.sensors
      entry.since = now
      add(entry)
    }
  }
}
