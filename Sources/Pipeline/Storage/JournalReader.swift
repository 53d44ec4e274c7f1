import EventStream
import Journal
public import LinuxIO

/// Reads a journal's segments one after the other, also while a daemon writes them.
public struct JournalReader: ~Copyable {
  public enum Finding: Equatable, Sendable {
    /// A record; its line is `line`.
    case record(stream: String, seq: Int)
    /// Bytes from there on are no record, up to the next line.
    case damage(file: String, offset: Int)
    /// The segment ends within a record.
    case torn(file: String, offset: Int)
    /// There is no more for now.
    case nothing
  }

  private let directory: String
  private var file: FileDescriptor?
  private var scanner = JournalScanner()
  /// The segment that is read; nil before the first.
  private var segment: SegmentName?
  private var window: [UInt8] = []
  private var place = 0
  /// Where in the segment the window begins.
  private var base = 0
  /// Of the record that was found last, without its line feed.
  public private(set) var line: [UInt8] = []
  /// Streams and the last of their numbers: a record can stand twice after a disk has failed.
  private var stream = ""
  private var seq = 0

  /// `first`: the stream to begin with, by its first segment; nil for all that there is.
  public init(directory: String, first: String? = nil) throws(Errno) {
    self.directory = directory
    let names = try Self.names(in: directory)
    guard let first else { return }
    guard let segment = names.first(where: { $0.stream == first }) else { throw .noSuchFile }
    try open(segment)
  }

  private static func names(in directory: String) throws(Errno) -> [SegmentName] {
    try Files.names(in: directory).compactMap { SegmentName($0) }
  }

  private var path: String { "\(directory)/\(segment?.text ?? "")" }

  /// The next record, or what stands in its place.
  public mutating func next() throws(Errno) -> Finding {
    while true {
      if segment == nil, try !advance() { return .nothing }
      let start = base + place
      switch scan() {
      case .heading: continue
      case .damage: return .damage(file: path, offset: start)
      case .record(let record):
        if record.stream == stream, record.seq <= seq, !isNote(record) { continue }
        stream = record.stream
        seq = record.seq
        line = Array(window[record.line])
        return .record(stream: stream, seq: seq)
      case .more, .torn, .end:
        // Asked before the rest is read: what follows was begun after this was ended.
        let isEnded = try hasNext()
        if try read() { continue }
        guard isEnded else { return .nothing }
        let end = base + window.count
        let hasRest = place < window.count
        let path = path
        guard try advance() else { return .nothing }
        if hasRest { return .torn(file: path, offset: end) }
      }
    }
  }

  private mutating func scan() -> JournalScanner.Finding {
    var scanner = scanner
    var place = place
    let finding = scanner.next(in: window.span, at: &place, isWhole: false)
    self.scanner = scanner
    self.place = place
    return finding
  }

  /// What of the newest segment is no whole record yet: being written, or left by a sudden end.
  public var unfinished: (file: String, offset: Int)? {
    place < window.count ? (path, base + place) : nil
  }

  private func isNote(_ record: JournalRecord) -> Bool {
    JournalLine.type(of: window.span.extracting(record.line)).map {
      !JournalLine.types.contains($0)
    }
      ?? true
  }

  private func hasNext() throws(Errno) -> Bool {
    try Self.names(in: directory).contains { $0.number > segment?.number ?? 0 }
  }

  /// Goes on to the next segment, where there is one.
  private mutating func advance() throws(Errno) -> Bool {
    let number = segment?.number ?? 0
    while true {
      guard let next = try Self.names(in: directory).first(where: { $0.number > number }) else {
        return false
      }
      do throws(Errno) {
        try open(next)
        return true
      } catch .noSuchFile {
        // It was given up at this very moment.
        continue
      }
    }
  }

  private mutating func open(_ name: SegmentName) throws(Errno) {
    let file = try FileDescriptor(reading: "\(directory)/\(name.text)")
    self.file = consume file
    segment = name
    scanner = JournalScanner()
    window = []
    place = 0
    base = 0
  }

  /// Reads more of the segment behind what is still to be scanned; whether there was more.
  private mutating func read() throws(Errno) -> Bool {
    window.removeFirst(place)
    base += place
    place = 0
    var piece = [UInt8](repeating: 0, count: 65_536)
    var space = piece.mutableSpan
    let count = try file?.read(into: &space, at: base + window.count) ?? 0
    window.append(contentsOf: piece[..<count])
    return count > 0
  }
}
