/// The samples of one call of a decoder, with the place of each one's frame in the byte stream.
///
/// Its storage is reserved once; a decoder is fed at most `Deframing.sliceLimit` bytes at a
/// time, so that no call can produce more than `capacity` samples.
public struct SampleBatch: Sendable {
  /// No protocol yields more than one sample a byte.
  public static let capacity = 1024

  public private(set) var samples: [Sample] = []
  /// For each sample the byte offset of its frame's first byte, counted over the port's life.
  public private(set) var offsets: [Int] = []

  public init() {
    samples.reserveCapacity(Self.capacity)
    offsets.reserveCapacity(Self.capacity)
  }

  @inlinable public var isEmpty: Bool { samples.isEmpty }
  @inlinable public var count: Int { samples.count }

  public mutating func append(_ sample: Sample, offset: Int) {
    precondition(samples.count < Self.capacity, "a decoder yields at most one sample a byte")
    samples.append(sample)
    offsets.append(offset)
  }

  public mutating func removeAll() {
    samples.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
  }
}
