import EventStream
import Thermoregulation

/// The newest lines of the stream, each formatted once and shared by all subscribers.
///
/// Bounded in lines and in bytes; the oldest go first. Lines are known by their place: a count
/// that only rises, whatever their `seq`.
struct LineLog {
  static let mostLines = 4096
  static let mostBytes = 1 << 20

  struct Entry {
    var start = 0
    var length = 0
    var seq = 0
    var infant: InfantIndex?
    var type = LineType.heartbeat
  }

  /// A line lies in one piece: the last one before the end may reach into what is added here.
  private var bytes = [UInt8](repeating: 0, count: Self.mostBytes + LineWriter.longestLine)
  private var entries = [Entry](repeating: Entry(), count: Self.mostLines)
  /// Place of the oldest line, and of the next.
  private(set) var first = 0
  private(set) var end = 0
  /// Where the next line's bytes go, and how many bytes are held.
  private var head = 0
  private var held = 0

  subscript(place: Int) -> Entry { entries[place % Self.mostLines] }

  /// Whether a line of so many bytes fits without giving up the oldest.
  func hasRoom(for length: Int) -> Bool {
    end - first < Self.mostLines && held + length <= Self.mostBytes
  }

  /// Gives up the oldest line.
  mutating func dropFirst() {
    held -= self[first].length
    first += 1
  }

  /// Appends a line; there must be room.
  mutating func append(_ line: [UInt8], _ type: LineType, infant: InfantIndex?, seq: Int) {
    precondition(hasRoom(for: line.count), "the oldest lines are dropped first")
    entries[end % Self.mostLines] = Entry(
      start: head, length: line.count, seq: seq, infant: infant, type: type)
    bytes.replaceSubrange(head..<head + line.count, with: line)
    head += line.count
    if head >= Self.mostBytes { head = 0 }
    held += line.count
    end += 1
  }

  /// Appends the bytes of the line at `place` to `outbox`.
  func copy(_ place: Int, to outbox: inout [UInt8]) { copy(place..<place + 1, to: &outbox) }

  /// Appends the bytes of the lines at `places` to `outbox`.
  func copy(_ places: Range<Int>, to outbox: inout [UInt8]) {
    var place = places.lowerBound
    while place < places.upperBound {
      let start = self[place].start
      var end = start
      // They lie side by side up to where the log begins anew.
      while place < places.upperBound, self[place].start == end {
        end += self[place].length
        place += 1
      }
      outbox.append(contentsOf: bytes[start..<end])
    }
  }

  /// The place of the first held line that has this number or a greater one.
  func place(from seq: Int) -> Int {
    var place = end
    while place > first, self[place - 1].seq >= seq { place -= 1 }
    return place
  }

  /// The place of the first held line whose `seq` is greater; nil where lines between are gone.
  func place(after seq: Int) -> Int? {
    guard end > first, self[first].seq <= seq + 1 else { return nil }
    return place(from: seq + 1)
  }
}
