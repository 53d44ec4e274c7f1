import Configuration
import Journal
import LinuxIO
import Probes
import Thermoregulation

/// What a daemon finds of its past when it starts, and what becomes of it.
///
/// The checkpoint is restored, and the inputs since are told to the analyzer again: what it says to
/// them has been said before. A pause up to now is to it what a gap in the data is.
struct Recovery {
  /// As the configuration has it, with what is known of before.
  private(set) var analyzer: Analyzer
  private(set) var clock: StreamClock
  /// Number of the next input.
  private(set) var next: UInt64 = 0
  /// Inputs that were told again.
  private(set) var inputs = 0
  /// Whether anything was restored.
  private(set) var hasPast = false
  /// What there is to say of it, and whether it is bad news.
  private(set) var remarks: [(text: String, isWarning: Bool)] = []
  /// What was cleared because nothing in the configuration answers to it.
  private(set) var cleared: [Event] = []

  /// Looks in the state directory; what cannot be used is left where it is, and said.
  ///
  /// `analyzer` has the infants and ports of today.
  init(_ configuration: Configuration, _ analyzer: consuming Analyzer, _ portNames: [String]) {
    self.analyzer = analyzer
    clock = StreamClock(configuration.clock)
    let files = StateFiles(configuration.stateDirectory)
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try Files.read(files.checkpoint, atMost: CheckpointFile.longest)
    } catch {
      if error != .noSuchFile { warn("\(files.checkpoint) cannot be read: \(error)") }
      self.analyzer.lastAlarm = files.newestAlarm
      return
    }
    do throws(CheckpointError) {
      let file = try CheckpointFile(parsing: bytes)
      try restore(file, files, configuration.clock, portNames)
    } catch {
      warn(
        "\(files.checkpoint): \(error): windows, sessions and standing alarms begin anew")
      self.analyzer.lastAlarm = files.newestAlarm
    }
  }

  /// Probes that no section names and that were there before: without any section, which probes
  /// there are is found out only as they are plugged in.
  static func tagged(_ configuration: Configuration) -> [String] {
    guard configuration.probes.isEmpty else { return [] }
    let path = StateFiles(configuration.stateDirectory).checkpoint
    // What is wrong with it is said by whoever restores it.
    guard let bytes = try? Files.read(path, atMost: CheckpointFile.longest),
      let file = try? CheckpointFile(parsing: bytes),
      let names = try? Analyzer.recentPorts(in: file.archive)
    else { return [] }
    return names.filter { name in
      ["usb-", "pci-", "platform-"].contains { name.hasPrefix($0) }
    }
  }

  private mutating func warn(_ text: String) { remarks.append((text, true)) }

  private mutating func restore(
    _ file: CheckpointFile, _ files: StateFiles, _ choice: ClockChoice, _ portNames: [String]
  ) throws(CheckpointError) {
    let numbers: ArchiveNumbers
    do throws(ArchiveError) {
      numbers = try analyzer.restore(from: file.archive, portNames: portNames)
    } catch {
      throw CheckpointError(error.description)
    }
    hasPast = true
    cleared = analyzer.events
    analyzer.forgetEvents()
    next = file.next
    relive(files, numbers)
    let newest = max(analyzer.time, file.moment.stream)
    let today = ClockMoment.now(StreamClock(choice), newest, choice)
    let resumption = Resumption(choice, then: file.moment, newest: newest, now: today)
    clock = resumption.clock
    let now = clock.now
    if resumption.isLong {
      analyzer.resume(afterLongPauseAt: now)
      warn("the pause was too long or its length is not known: windows begin anew")
    }
    let pause = now.since(newest) / 1_000_000
    remarks.append(
      (
        "resumed after \(pause) ms: \(inputs) inputs since the checkpoint, "
          + "\(analyzer.standingAlarms.count) standing alarms, "
          + "\(analyzer.openSessions.count) open sessions", false
      ))
  }

  /// Tells the analyzer again what it was told since the checkpoint.
  private mutating func relive(_ files: StateFiles, _ numbers: ArchiveNumbers) {
    for path in files.inputLogs {
      guard let bytes = try? Files.read(path, atMost: InputLog.longest * 2) else {
        warn("\(path) cannot be read: what the probes said in it is missing")
        continue
      }
      let end = InputLog.read(bytes, from: next) { input in
        guard let input = input.renumbered(numbers), input.time >= analyzer.time else { return }
        analyzer.step(input)
        analyzer.forgetEvents()
        inputs += 1
      }
      next = end.next
      if !end.isWhole {
        warn("\(path) is torn or has a gap: what the probes said there is missing")
      }
    }
  }
}

extension Input {
  /// The same by today's numbers; nil where its port or infant is gone.
  fileprivate func renumbered(_ numbers: ArchiveNumbers) -> Input? {
    switch self {
    case .sample(var sample):
      guard let port = numbers.port(sample.port) else { return nil }
      sample.port = port
      return .sample(sample)
    case .attached(let port, let time): return numbers.port(port).map { .attached($0, time) }
    case .detached(let port, let time): return numbers.port(port).map { .detached($0, time) }
    case .passed, .acknowledge, .house: return self
    case .mark(let mark, let infant, let by, let time):
      return numbers.infant(infant).map { .mark(mark, infant: $0, by: by, time) }
    case .spotCheck(let value, let site, let infant, let by, let time):
      return numbers.infant(infant).map { .spotCheck(value, site, infant: $0, by: by, time) }
    }
  }
}

/// Where the state directory keeps what outlives the daemon.
struct StateFiles {
  let directory: String

  init(_ directory: String) { self.directory = directory }

  var checkpoint: String { "\(directory)/checkpoint" }
  var draft: String { "\(directory)/checkpoint.new" }

  /// The log of inputs from that number on.
  func inputs(from number: UInt64) -> String {
    let digits = String(number)
    return "\(directory)/inputs-" + String(repeating: "0", count: 20 - digits.utf8.count) + digits
  }

  /// The greatest number that an alarm bears in the newest segments of the journal, by which no
  /// number is given twice although nothing else is known of before.
  var newestAlarm: Int {
    let names = (try? Files.names(in: "\(directory)/journal")) ?? []
    var newest = 0
    for name in names.filter({ $0.hasSuffix(SegmentName.suffix) }).suffix(2) {
      let path = "\(directory)/journal/\(name)"
      guard let bytes = try? Files.read(path, atMost: CheckpointFile.longest) else { continue }
      newest = max(newest, Self.greatestAlarm(in: bytes))
    }
    return newest
  }

  /// Looks for `"alarm":N`, which no other line has.
  static func greatestAlarm(in bytes: [UInt8]) -> Int {
    let key = Array("\"alarm\":".utf8)
    var greatest = 0
    var matched = 0
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      matched = byte == key[matched] ? matched + 1 : byte == key[0] ? 1 : 0
      guard matched == key.count else { continue }
      matched = 0
      var number = 0
      while place < bytes.count, (0x30...0x39).contains(bytes[place]), number < 1_000_000_000 {
        number = number * 10 + Int(bytes[place] - 0x30)
        place += 1
      }
      greatest = max(greatest, number)
    }
    return greatest
  }

  /// All that there are, in the order of their numbers.
  var inputLogs: [String] {
    let names = (try? Files.names(in: directory)) ?? []
    return names.filter { $0.hasPrefix("inputs-") && $0.utf8.count == 27 }
      .map { "\(directory)/\($0)" }
  }
}
