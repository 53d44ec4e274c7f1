import Probes
import Thermoregulation

/// What crosses the ring from the reading to the analysing thread: 24 bytes.
struct Delivery: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case sample, attached, detached, passed
    /// Bytes that are no frame; the sample's value is the port's count of refusals so far.
    case rejected
    /// How unevenly the port's lines arrive; the sample's value is in microseconds.
    case jitter
  }

  /// Of the other kinds only time, port and value count.
  var sample: Sample
  var kind: Kind

  init(_ sample: Sample) {
    self.sample = sample
    kind = .sample
  }

  init(_ kind: Kind, port: PortIndex = 0, at time: Timestamp, count: Int = 0) {
    sample = Sample(
      time: time, port: port, quantity: .battery,
      thousandths: Int32(clamping: count), validity: .invalid)
    self.kind = kind
  }

  var time: Timestamp { sample.time }
  var port: PortIndex { sample.port }
  var count: Int { Int(sample.thousandths) }
}
