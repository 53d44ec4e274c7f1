import Journal
import LinuxIO
import Probes

/// The journal's files, as the storage thread keeps them.
///
/// Records wait here until they are on disk; after a failure they wait for the next attempt.
struct JournalStore: ~Copyable {
  /// Bytes of records that wait; what comes beyond them is lost and counted.
  static let mostWaiting = 1 << 18

  let directory: String
  private let stateDirectory: String
  private let stream: String
  private let retention: Retention
  /// Holds the directory for this daemon alone.
  private var lock: FileDescriptor?
  private var segment: FileDescriptor?
  private var lastNumber: FileDescriptor?
  private var writtenNumber = -1
  /// All segments, oldest first; the last is the one that is written, once there is one.
  private(set) var segments: [Retention.Segment] = []
  private var waiting: [UInt8] = []
  /// Records that wait, and that were lost while there was no room to wait.
  private(set) var waitingCount = 0
  private(set) var lost = 0

  init(stateDirectory: String, stream: String, retention: Retention) {
    self.stateDirectory = stateDirectory
    directory = stateDirectory + "/journal"
    self.stream = stream
    self.retention = retention
    waiting.reserveCapacity(Self.mostWaiting)
  }

  var hasWaiting: Bool { waitingCount > 0 }

  mutating func take(_ record: Span<UInt8>) {
    guard waiting.count + record.count <= Self.mostWaiting else {
      lost += 1
      return
    }
    for place in record.indices { waiting.append(record[place]) }
    waitingCount += 1
  }

  /// Whether the segment that is written can still be found by its name.
  var isInPlace: Bool {
    guard segment != nil, let last = segments.last else { return true }
    return Files.exists("\(directory)/\(last.name.text)")
  }

  /// Somebody has removed the journal: what waits goes to a new one.
  mutating func startOver() {
    Log.error("\(directory) was removed: the journal begins anew")
    segment = nil
    lastNumber = nil
    lock = nil
  }

  /// Puts what waits on disk. What was thrown leaves all of it waiting.
  mutating func commit() throws(Errno) {
    do throws(Errno) {
      try open()
    } catch {
      // The directory itself may have gone: the next attempt looks for it from the beginning.
      lock = nil
      lastNumber = nil
      throw error
    }
    if waitingCount > 0 {
      if segments[segments.count - 1].size >= retention.segmentSize { try begin() }
      try write(waiting)
      waiting.removeAll(keepingCapacity: true)
      waitingCount = 0
    }
  }

  /// Makes sure that there is a segment to write.
  private mutating func open() throws(Errno) {
    if segment != nil { return }
    if lock == nil {
      try makeDirectory(stateDirectory)
      try makeDirectory(directory)
      let lock = try FileDescriptor(reading: directory)
      guard try lock.lock() else { throw .busy }
      try look()
      self.lock = consume lock
    }
    try begin()
  }

  private func makeDirectory(_ path: String) throws(Errno) {
    do throws(Errno) {
      try Files.makeDirectory(path, mode: 0o750)
    } catch .exists {}
  }

  /// Finds the segments of earlier runs, and cuts off what the last of them did not finish.
  private mutating func look() throws(Errno) {
    segments = []
    for name in try Files.names(in: directory) {
      guard let known = SegmentName(name) else { continue }
      let size = (try? Files.size(of: "\(directory)/\(name)")) ?? 0
      segments.append(Retention.Segment(name: known, size: size))
    }
    guard let last = segments.last else { return }
    let path = "\(directory)/\(last.name.text)"
    let bytes = try Files.read(path, atMost: 64 << 20)
    var scanner = JournalScanner()
    var place = 0
    while true {
      let start = place
      switch scanner.next(in: bytes.span, at: &place, isWhole: true) {
      case .end: return
      case .torn:
        let file = try FileDescriptor(updating: path)
        try file.truncate(to: start)
        try file.synchronize()
        segments[segments.count - 1].size = start
        Log.notice("\(path): \(bytes.count - start) bytes of an unfinished record were dropped")
        return
      case .heading, .record, .damage, .more: continue
      }
    }
  }

  /// Begins the next segment, and gives up the oldest where there are too many.
  private mutating func begin() throws(Errno) {
    segment = nil
    let isFirst = !segments.contains { $0.name.stream == stream }
    let name = SegmentName(
      number: (segments.last?.name.number ?? 0) + 1,
      begun: WallTime(nanoseconds: WallClock.now), stream: stream)
    let path = "\(directory)/\(name.text)"
    var head = Array((JournalScanner.heading + "\n").utf8)
    if isFirst { recallNumber(into: &head) }
    let file = try FileDescriptor(creating: path, mode: 0o640)
    do throws(Errno) {
      try file.writeAll(head.span)
      try file.synchronize()
      try Files.synchronizeDirectory(directory)
    } catch {
      // An empty one each second would be no help to a disk that is full.
      try? Files.unlink(path)
      throw error
    }
    segments.append(Retention.Segment(name: name, size: head.count))
    segment = consume file
    for _ in 0..<retention.surplus(of: segments, now: WallTime(nanoseconds: WallClock.now)) {
      let oldest = segments.removeFirst()
      try? Files.unlink("\(directory)/\(oldest.name.text)")
    }
  }

  private mutating func write(_ bytes: [UInt8]) throws(Errno) {
    let place = segments.count - 1
    let size = segments[place].size
    do throws(Errno) {
      try segment?.writeAll(bytes.span)
      try segment?.synchronize()
    } catch {
      // What a failed synchronization leaves in the file nobody can know: it is cut off, and the
      // next attempt goes to another segment. Where even that fails, records that stand twice are
      // told by their numbers.
      try? segment?.truncate(to: size)
      segment = nil
      throw error
    }
    segments[place].size = size + bytes.count
  }
}

/// The last number that a stream has issued: lines that are not kept have numbers too.
///
/// A file of one record that is written in place, about once a second and not synchronized; the
/// next run's first segment begins with it.
extension JournalStore {
  static let numberFile = "last"
  static let numberLine = Array("{\"type\":\"last\"}".utf8)

  mutating func keepNumber(_ seq: Int, isLast: Bool = false) throws(Errno) {
    guard lock != nil, seq != writtenNumber || isLast else { return }
    if lastNumber == nil {
      lastNumber = try FileDescriptor(updating: "\(directory)/\(Self.numberFile)", mode: 0o640)
    }
    var record: [UInt8] = []
    JournalRecord.append(stream: stream, seq: seq, line: Self.numberLine.span, to: &record)
    try lastNumber?.writeAll(record.span, at: 0)
    if isLast { try lastNumber?.synchronize() }
    writtenNumber = seq
  }

  /// Appends what an earlier run has left of it.
  private func recallNumber(into bytes: inout [UInt8]) {
    guard let left = try? Files.read("\(directory)/\(Self.numberFile)", atMost: 4096) else {
      return
    }
    var scanner = JournalScanner.amidst
    var place = 0
    guard case .record(let record) = scanner.next(in: left.span, at: &place, isWhole: true),
      record.stream != stream
    else { return }
    JournalRecord.append(
      stream: record.stream, seq: record.seq, line: left.span.extracting(record.line), to: &bytes)
  }
}
