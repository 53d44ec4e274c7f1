@testable import Probes

/// Everything that a decoder made of a stream.
struct Decoded: Equatable {
  var samples: [Sample] = []
  var offsets: [Int] = []
  var counts = FrameCounts()

  /// The values of one quantity in order, nil where the probe said that there is none.
  func values(_ quantity: Quantity, channel: UInt8 = 0) -> [Double?] {
    samples.filter { $0.quantity == quantity && $0.channel == channel }
      .map { $0.validity == .invalid ? nil : Double($0.thousandths) / 1000 }
  }

  func validities(_ quantity: Quantity) -> [Validity] {
    samples.filter { $0.quantity == quantity }.map(\.validity)
  }

  func flags(_ quantity: Quantity) -> [SampleFlags] {
    samples.filter { $0.quantity == quantity }.map(\.flags)
  }
}

/// Feeds `bytes` to a fresh decoder of the named protocol, so many at a time.
func decode(_ name: String, _ bytes: [UInt8], inPiecesOf size: Int = 1024) -> Decoded {
  var decoder = ProbeModel.named(name)!.makeDecoder()
  var batch = SampleBatch()
  var decoded = Decoded()
  var start = 0
  while start < bytes.count {
    let end = min(start + min(size, Deframing.sliceLimit), bytes.count)
    decoder.decode(bytes.span.extracting(start..<end), port: 3, at: .zero, into: &batch)
    decoded.samples += batch.samples
    decoded.offsets += batch.offsets
    batch.removeAll()
    start = end
  }
  decoded.counts = decoder.counts
  return decoded
}

func decode(_ name: String, _ text: String) -> Decoded { decode(name, Array(text.utf8)) }

/// Seeded noise, the same on every machine: xorshift64*.
struct Noise: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 56) }
  }
}
