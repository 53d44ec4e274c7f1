import Configuration
import EventStream
import LinuxIO
import LockFree
import Probes

/// The reading loop: ports, devices and the seconds of the clock. It runs on the main thread.
///
/// It never waits for anyone: it writes no file, no socket and no log. A full ring drops what is
/// newest and counts it.
struct Reader: ~Copyable {
  enum Token {
    static let second: UInt64 = 0
    static let stop: UInt64 = 1
    static let devices: UInt64 = 2
    static let driver: UInt64 = 3
    static let turn: UInt64 = 4
    static let nudge: UInt64 = 5
    static let firstPort: UInt64 = 16
  }

  var epoll: Epoll
  var intake: Intake
  var notices: Ring<Notice>.Producer
  private let bell: DoorbellButton
  private let stop: Doorbell
  private let pulse: Pulse
  /// Rings when new orders have come.
  private let nudge: Doorbell
  let incoming: Mailbox<PortOrders>
  let outgoing: Mailbox<PortChanges>
  private let timer: IntervalTimer
  /// Expires when the next dialogue wants to go on, at `turn` of the stream.
  private let turnTimer: IntervalTimer
  private var turn: Timestamp?
  var monitor: DeviceMonitor?
  private var driver: FileDescriptor?
  private var driverLines = ClockDriver()
  private var clock: StreamClock
  var slots: [PortSlot] = []
  private var buffer = [UInt8](repeating: 0, count: 4096)
  /// Without any section, every probe that a udev tag claims is ours.
  var isOpenHouse: Bool
  /// Every identity that udev has told, by node.
  var devices: [String: SerialDevice] = [:]

  init(
    configuration: Configuration, intake: consuming Intake,
    notices: consuming Ring<Notice>.Producer, bell: consuming DoorbellButton,
    stop: consuming Doorbell, pulse: Pulse, nudge: consuming Doorbell,
    incoming: Mailbox<PortOrders>, outgoing: Mailbox<PortChanges>,
    clock: StreamClock, tagged: [String]
  ) throws(Errno) {
    let epoll = try Epoll()
    let timer = try IntervalTimer()
    let turnTimer = try IntervalTimer()
    try epoll.add(timer, for: .input, token: Token.second)
    try epoll.add(turnTimer, for: .input, token: Token.turn)
    try epoll.add(stop, for: .input, token: Token.stop)
    try epoll.add(nudge, for: .input, token: Token.nudge)
    var driver: FileDescriptor?
    if case .driven(let path) = configuration.clock {
      let pipe = try FileDescriptor(reading: path)
      try pipe.setNonBlocking()
      try epoll.add(pipe, for: .input, token: Token.driver)
      driver = consume pipe
    }
    if let seconds = clock.seconds {
      try timer.start(first: seconds.first, interval: seconds.interval)
    }
    self.epoll = epoll
    self.intake = intake
    self.notices = notices
    self.bell = bell
    self.stop = stop
    self.pulse = pulse
    self.nudge = nudge
    self.incoming = incoming
    self.outgoing = outgoing
    self.timer = timer
    self.turnTimer = turnTimer
    self.driver = consume driver
    self.clock = clock
    isOpenHouse = configuration.probes.isEmpty
    for section in configuration.probes { add(section) }
    for name in tagged { admitTagged(name) }
    watchDevices(for: configuration.probes)
  }

  /// Listens to udev, unless it does or no section needs it.
  mutating func watchDevices(for sections: [ProbeSection]) {
    guard monitor == nil, isOpenHouse || sections.contains(where: { $0.device != nil }) else {
      return
    }
    // Monitor first, then enumerate: what comes in between is told twice, not missed.
    monitor = try? DeviceMonitor()
    if monitor != nil { try? epoll.add(monitor!, for: .input, token: Token.devices) }
    listDevices()
  }

  mutating func listDevices() {
    for device in DeviceEnumerator.serialDevices() { devices[device.node] = device }
  }

  /// A port for one more section; its number.
  @discardableResult
  mutating func add(_ section: ProbeSection) -> PortIndex {
    let slot = PortSlot(section, index: PortIndex(slots.count))
    slots.append(slot)
    // A port whose protocol is not known yet decodes nothing.
    intake.add(
      ProbeModel.named(section.protocolName) ?? ProbeModel.all[0], sensors: section.sensors)
    return slot.index
  }

  /// Reads until it is told to stop.
  mutating func run() throws(Errno) {
    openPorts(at: clock.now)
    converse(at: clock.now)
    bell.press()
    // Without seconds of its own, it still comes round to show that it moves.
    let longestWait = clock.seconds == nil ? 1000 : nil
    while true {
      let count = try epoll.wait(milliseconds: longestWait)
      pulse.beat()
      // A time that was told before bytes were sent is the time of those bytes, even where this
      // wake-up, being for the bytes, does not speak of it.
      if driver != nil { drive() }
      let now = clock.now
      for index in 0..<count {
        let event = epoll[index]
        switch event.token {
        case Token.second:
          timer.expirations()
          secondPassed(now)
        case Token.turn: turnTimer.expirations()
        case Token.stop:
          sayFarewell(at: now)
          return
        case Token.devices: devicesChanged(at: now)
        case Token.nudge:
          nudge.answer()
          takeOrders(at: now)
        case Token.driver: break
        default: read(slots[Int(event.token - Token.firstPort)], at: now)
        }
      }
      converse(at: now)
      bell.press()
    }
  }

  private mutating func secondPassed(_ now: Timestamp) {
    intake.pass(to: now)
    openPorts(at: now)
    for slot in slots where slot.port != nil { listenOn(slot, at: now) }
  }

  /// Whoever drives the clock says how late it is.
  private mutating func drive() {
    var told = [UInt8](repeating: 0, count: 256)
    while driver != nil {
      var storage = told.mutableSpan
      switch driver!.read(into: &storage) {
      case .bytes(let count):
        guard let time = driverLines.take(told.span.extracting(0..<count), after: clock.now)
        else { continue }
        clock = .driven(time)
        secondPassed(time)
      case .nothing: return
      case .gone:
        // The driver has gone: time stands still. Closing it also takes it out of the poll.
        driver = nil
      }
    }
  }

  private mutating func read(_ slot: PortSlot, at now: Timestamp) {
    guard slot.port != nil else { return }
    var bytes: [UInt8] = []
    // Taken out while it is read from: the bytes must not alias the loop that hands them on.
    swap(&bytes, &buffer)
    defer { swap(&bytes, &buffer) }
    var storage = bytes.mutableSpan
    switch slot.port!.read(into: &storage) {
    case .bytes(let count):
      take(bytes.span.extracting(0..<count), from: slot, at: now)
    case .nothing: break
    case .gone(let departure): lose(slot, detail: "hung up: \(departure)", at: now)
    }
  }

  private mutating func take(_ bytes: Span<UInt8>, from slot: PortSlot, at now: Timestamp) {
    guard slot.listening != nil else {
      intake.receive(bytes, port: slot.index, at: now)
      slot.conversation?.hear(bytes, at: now)
      return
    }
    guard case .recognised(let model, let evidence) = slot.listening!.hear(bytes) else { return }
    intake.change(slot.index, to: model)
    slot.recognised(model)
    tell(slot, .open, detail: evidence, at: now)
  }

  /// Tries the next line setting where nothing was recognised, and begins anew where what was
  /// recognised is no longer what comes.
  private mutating func listenOn(_ slot: PortSlot, at now: Timestamp) {
    if slot.section.isAuto, slot.listening == nil,
      slot.hasLostItsProbe(intake.counts(of: slot.index), at: now)
    {
      slot.listen(at: now)
      tell(slot, .open, detail: "what comes is no longer \(slot.modelName): listening", at: now)
    }
    guard case .change(let line) = slot.listening?.pass(to: now) else { return }
    do throws(SerialPortError) {
      try slot.port!.reconfigure(SerialSettings(line))
      slot.line = line
      tell(slot, .open, detail: "nothing recognised so far: listening at \(line.text)", at: now)
    } catch {
      tell(slot, .open, detail: error.description, at: now)
    }
  }

  /// Lets every dialogue do what is due, and wakes up for the one that wants to go on first.
  private mutating func converse(at now: Timestamp) {
    var next: Timestamp?
    for slot in slots where slot.conversation != nil && slot.port != nil {
      do throws(SerialPortError) {
        let pause = try slot.conversation!.goOn(
          through: &slot.port!, slot.index, into: &intake, at: now)
        if case .until(let end) = pause { next = min(next ?? end, end) }
        watch(slot, isBlocked: pause == .blocked)
        tell(slot, .open, detail: slot.conversation!.trouble?.description ?? "", at: now)
      } catch {
        lose(slot, detail: error.description, at: now)
      }
    }
    guard let next, next != turn else { return }
    turn = next
    if let time = clock.bootTime(at: next) { try? turnTimer.start(first: time, interval: 0) }
  }

  /// Waits for room on a line that takes no more.
  private func watch(_ slot: PortSlot, isBlocked: Bool) {
    guard isBlocked != slot.isBlocked else { return }
    slot.isBlocked = isBlocked
    try? epoll.modify(
      slot.port!, for: isBlocked ? [.input, .output] : .input,
      token: Token.firstPort + UInt64(slot.index))
  }

  private mutating func sayFarewell(at now: Timestamp) {
    for slot in slots where slot.conversation != nil && slot.port != nil {
      slot.conversation!.end(through: &slot.port!, slot.index, into: &intake, at: now)
    }
  }
}
