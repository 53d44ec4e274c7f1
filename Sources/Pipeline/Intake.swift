import LockFree
import Probes

/// The one door: bytes of a port go in here, live and in a replay alike, and come out on the
/// ring's other side as deliveries.
///
/// Nothing here allocates, waits or writes once a port has been added.
struct Intake: ~Copyable {
  /// One port's decoder, and what it had refused when that was last told.
  private struct Port {
    var decoder: any Decoder
    var told = 0
  }

  private static let jitterSeconds: Int64 = 10

  private var ports: [Port] = []
  private var batch = SampleBatch()
  private var deliveries: Ring<Delivery>.Producer
  private var tap: Tap?

  init(deliveries: consuming sending Ring<Delivery>.Producer, tap: consuming sending Tap? = nil) {
    self.deliveries = deliveries
    self.tap = tap
  }

  /// Adds a port; its number is the count of those before it.
  mutating func add(_ model: ProbeModel, sensors: [Sensor] = []) {
    ports.append(Port(decoder: model.makeDecoder(sensors: sensors)))
  }

  /// From here on the port is read as another model.
  mutating func change(_ port: PortIndex, to model: ProbeModel) {
    ports[Int(port)] = Port(decoder: model.makeDecoder())
  }

  /// Deliveries that found the ring full.
  var dropped: Int { Int(deliveries.dropped) }

  func counts(of port: PortIndex) -> FrameCounts { ports[Int(port)].decoder.counts }

  /// Takes what one read of a port brought.
  mutating func receive(_ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp) {
    tap?.copy(bytes, .read, port: port, at: time)
    var start = 0
    while start < bytes.count {
      let end = min(start + Deframing.sliceLimit, bytes.count)
      take(bytes.extracting(start..<end), port: port, at: time)
      start = end
    }
  }

  /// Takes what was written to a port: without the question some answers mean nothing.
  mutating func overhear(_ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp) {
    tap?.copy(bytes, .written, port: port, at: time)
    ports[Int(port)].decoder.overhear(bytes)
  }

  private mutating func take(_ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp) {
    ports[Int(port)].decoder.decode(bytes, port: port, at: time, into: &batch)
    for place in 0..<batch.count { _ = deliveries.push(Delivery(batch.samples[place])) }
    batch.removeAll()
    let rejected = ports[Int(port)].decoder.counts.rejected
    if rejected != ports[Int(port)].told {
      ports[Int(port)].told = rejected
      _ = deliveries.push(Delivery(.rejected, port: port, at: time, count: rejected))
    }
  }

  mutating func attach(_ port: PortIndex, at time: Timestamp) {
    tap?.link(.attached, port: port, at: time)
    _ = deliveries.push(Delivery(.attached, port: port, at: time))
  }

  mutating func detach(_ port: PortIndex, at time: Timestamp) {
    tap?.link(.detached, port: port, at: time)
    _ = deliveries.push(Delivery(.detached, port: port, at: time))
  }

  /// Time went by. Now and then, how evenly each probe's lines arrive is told along.
  mutating func pass(to time: Timestamp) {
    if time.seconds % Self.jitterSeconds == 0 {
      for place in ports.indices {
        guard let arrivals = ports[place].decoder.arrivals else { continue }
        _ = deliveries.push(
          Delivery(
            .jitter, port: PortIndex(place), at: time, count: arrivals.jitterMicroseconds))
      }
    }
    _ = deliveries.push(Delivery(.passed, at: time))
  }
}
