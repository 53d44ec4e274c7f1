import LockFree
import Probes
import Synchronization

/// A piece of what a wire said, on its way to whoever records it.
struct WireChunk: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable { case read, written, attached, detached }

  static let capacity = 44

  var time: Timestamp
  var port: PortIndex
  var kind: Kind
  var length: UInt8 = 0
  /// Whether the same read or write goes on in the next chunk.
  var continues = false
  var bytes = InlineArray<44, UInt8>(repeating: 0)
}

/// Whether anybody records; the serving thread turns it, the reading thread looks at it.
final class TapSwitch: Sendable {
  private let state: Atomic<Bool>

  init(isOpen: Bool) { state = Atomic(isOpen) }

  var isOpen: Bool {
    // Relaxed: whether recording begins a wake-up sooner or later does not matter.
    get { state.load(ordering: .relaxed) }
    set { state.store(newValue, ordering: .relaxed) }
  }
}

/// The reading thread's end of a recording: copies what passes the door while anybody records.
struct Tap: ~Copyable {
  private let isOpen: TapSwitch
  private var chunks: Ring<WireChunk>.Producer

  init(_ isOpen: TapSwitch, _ chunks: consuming sending Ring<WireChunk>.Producer) {
    self.isOpen = isOpen
    self.chunks = chunks
  }

  mutating func copy(
    _ bytes: Span<UInt8>, _ kind: WireChunk.Kind, port: PortIndex, at time: Timestamp
  ) {
    guard isOpen.isOpen else { return }
    var start = 0
    while start < bytes.count {
      let end = min(start + WireChunk.capacity, bytes.count)
      var chunk = WireChunk(time: time, port: port, kind: kind)
      for place in start..<end { chunk.bytes[place - start] = bytes[place] }
      chunk.length = UInt8(end - start)
      chunk.continues = end < bytes.count
      _ = chunks.push(chunk)
      start = end
    }
  }

  mutating func link(_ kind: WireChunk.Kind, port: PortIndex, at time: Timestamp) {
    guard isOpen.isOpen else { return }
    _ = chunks.push(WireChunk(time: time, port: port, kind: kind))
  }
}
