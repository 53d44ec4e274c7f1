import Captures
import Configuration
import EventStream
import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// Keeps captures of what the wires say, for as long as the daemon runs: `record` in `[daemon]`.
///
/// A record's time is the stream's, so that each file is a capture of its own, and the files of one
/// run, one after the other, are a single one. All goes through the storage thread's door; what
/// finds no room there is dropped and counted, and the next line of the capture says so.
struct Recorder: ~Copyable, Sendable {
  /// Bytes composed that have not gone through the door.
  private static let mostText = 1 << 18
  /// Bytes of the door's room that are left to others.
  private static let reserve = StorageDoor.workRoom / 2
  /// Chunks that are newer than what has been judged.
  private static let mostHeld = 1024
  /// Nanoseconds until a file that cannot be written is begun anew, and until it is looked at.
  private static let retryInterval: Int64 = 5_000_000_000
  private static let firstLook: Int64 = 1_000_000_000
  /// Seconds of stream time between two records that time has passed.
  private static let passedInterval: Int64 = 10

  private let keys: RecordKeys
  private let stream: String
  private var shelf: RecordingShelf
  private var ports = RecordedPorts()
  private var writer = CaptureWriter()
  private var text: [UInt8] = []
  private var held: [WireChunk] = []
  /// What was read or written, and goes on in the next chunk.
  private var piece: (chunk: WireChunk, bytes: [UInt8])?
  private var isOpen = false
  private var written = 0
  private var nextTry: Int64 = 0
  private var nextLook: Int64 = 0
  /// The time of the last record, and the second of the last that says that time has passed.
  private var last = Timestamp.zero
  private var lastPassed: Int64 = .min
  /// Records that were dropped, in all and since that was last told.
  private(set) var lost = 0
  private var untold = 0
  /// Why nothing is being recorded; nil where it is.
  private(set) var trouble: Errno?

  /// Nil where nothing is to be recorded.
  init?(_ configuration: Configuration, _ identity: StreamIdentity) {
    guard let keys = configuration.record else { return nil }
    self.keys = keys
    stream = identity.stream
    shelf = RecordingShelf(keys)
    held.reserveCapacity(Self.mostHeld)
    text.reserveCapacity(Self.mostText)
  }

  /// What a wire said. It is recorded once all before it has been judged, so that a command stands
  /// where it was obeyed.
  mutating func take(_ chunk: WireChunk) {
    guard held.count < Self.mostHeld else { return lose(1) }
    held.append(chunk)
  }

  /// So many chunks did not even reach us.
  mutating func lose(_ count: Int) {
    lost += count
    untold += count
  }

  /// A command that the analyzer was told, as it was sent.
  mutating func command(_ line: [UInt8], at time: Timestamp, _ roster: Roster) {
    release(upTo: time, roster)
    guard hasRoom else { return lose(1) }
    writer.command(line.span, at: advance(to: time), into: &text)
  }

  /// The wall clock moved.
  mutating func clockStep(_ nanoseconds: Int64, at time: Timestamp) {
    guard hasRoom else { return lose(1) }
    writer.clockStep(nanoseconds: nanoseconds, at: advance(to: time), into: &text)
  }

  /// Something was told of a port.
  mutating func portHasChanged(_ roster: Roster) { ports.check(roster) }

  /// Once a round, when everything up to `now` has been judged.
  mutating func goOn(_ analysis: borrowing Analysis, _ door: inout StorageDoor) {
    guard let now = analysis.now else { return }
    watch(door.state)
    let roster = analysis.publisher.roster
    // What belongs to a file goes there before the next one begins.
    let isFull = written + text.count >= keys.fileSize || ports.haveChanged
    if isOpen, isFull, piece == nil { send(&door) }
    if isOpen ? isFull && piece == nil && text.isEmpty : BootClock.now >= nextTry {
      begin(at: now, analysis.publisher.wall(at: now), analysis.publisher.wallAtZero, roster, &door)
    }
    release(upTo: now, roster)
    if now.seconds >= lastPassed + Self.passedInterval, isOpen, piece == nil {
      lastPassed = now.seconds
      writer.passed(at: advance(to: now), into: &text)
    }
    send(&door)
  }

  /// The end: everything that was said is on its way.
  mutating func finish(_ analysis: borrowing Analysis, _ door: inout StorageDoor) {
    guard isOpen, let now = analysis.now else { return }
    release(upTo: Timestamp(nanoseconds: .max), analysis.publisher.roster)
    writer.passed(at: advance(to: now), into: &text)
    send(&door)
  }

  /// Whether there is a file, and room for one more line.
  private var hasRoom: Bool { isOpen && text.count < Self.mostText }

  private mutating func watch(_ state: StorageState) {
    guard isOpen, BootClock.now >= nextLook else { return }
    if let error = state[.capture] {
      if trouble == nil {
        Log.error("nothing is recorded in \(keys.directory): \(error)")
      } else {
        shelf.forgetLast()
      }
      trouble = error
      isOpen = false
      nextTry = BootClock.now + Self.retryInterval
    } else if trouble != nil {
      Log.notice("the wires are recorded again in \(keys.directory)")
      trouble = nil
    }
  }

  private mutating func begin(
    at now: Timestamp, _ wall: WallTime, _ wallAtZero: WallTime, _ roster: Roster,
    _ door: inout StorageDoor
  ) {
    // Of a file that failed the rest is lost.
    if !text.isEmpty || piece != nil { lose(1) }
    piece = nil
    text.removeAll(keepingCapacity: true)
    for path in shelf.makeRoom() { _ = door.remove(path) }
    guard door.begin(.capture, at: shelf.next(wall, stream)) else {
      nextTry = BootClock.now + Self.retryInterval
      isOpen = false
      return
    }
    isOpen = true
    written = 0
    nextLook = BootClock.now + Self.firstLook
    writer.begin(recorded: wallAtZero, into: &text)
    writer.note("\(Daemon.nameAndVersion), stream \(stream)", into: &text)
    if let trouble { writer.note("recording was broken off: \(trouble)", into: &text) }
    for infant in roster.infants { writer.infant(InfantDeclaration(infant), into: &text) }
    let time = advance(to: now)
    ports.declareAll(roster, &writer, at: time, into: &text)
  }

  /// Records what was held back, as far as that has been judged.
  private mutating func release(upTo time: Timestamp, _ roster: Roster) {
    var count = 0
    while count < held.count, held[count].time <= time {
      record(held[count], roster)
      count += 1
    }
    if count > 0 { held.removeFirst(count) }
  }

  private mutating func record(_ chunk: WireChunk, _ roster: Roster) {
    switch chunk.kind {
    case .attached, .detached:
      flushPiece(roster)
      ports.note(chunk)
      guard hasRoom else { return lose(1) }
      let time = advance(to: chunk.time)
      ports.record(chunk, roster, &writer, at: time, into: &text)
    case .read, .written:
      if let piece,
        piece.chunk.port != chunk.port || piece.chunk.kind != chunk.kind
          || piece.chunk.time != chunk.time
      {
        flushPiece(roster)
      }
      var bytes = piece?.bytes ?? []
      piece = nil
      for place in 0..<Int(chunk.length) { bytes.append(chunk.bytes[place]) }
      piece = (chunk, bytes)
      if !chunk.continues { flushPiece(roster) }
    }
  }

  private mutating func flushPiece(_ roster: Roster) {
    guard let (chunk, bytes) = piece else { return }
    piece = nil
    guard hasRoom else { return lose(1) }
    tellLost()
    let time = advance(to: chunk.time)
    guard let number = ports.number(of: chunk.port, roster, &writer, at: time, into: &text) else {
      return lose(1)
    }
    if chunk.kind == .read {
      writer.read(bytes.span, from: number, at: time, into: &text)
    } else {
      writer.written(bytes.span, to: number, at: time, into: &text)
    }
  }

  private mutating func tellLost() {
    guard untold > 0 else { return }
    writer.note("\(untold) pieces were lost here: recording could not keep up", into: &text)
    untold = 0
  }

  /// As much of the text as there is room for, cut anywhere: the file is one.
  private mutating func send(_ door: inout StorageDoor) {
    var place = 0
    while place < text.count {
      let end = min(place + StorageDoor.longestPiece, text.count)
      guard door.fits(Self.reserve), door.append(.capture, text.span.extracting(place..<end))
      else { break }
      place = end
    }
    written += place
    shelf.grow(by: place)
    if place == text.count {
      text.removeAll(keepingCapacity: true)
    } else {
      text.removeFirst(place)
    }
  }

  /// The time of the next record: never before the one before.
  private mutating func advance(to time: Timestamp) -> Timestamp {
    last = max(last, time)
    return last
  }
}
