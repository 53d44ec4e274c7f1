import CPeers
import LockFree
import Probes
import Synchronization

extension Contest {
  /// Our ring against an index queue in C++, between two threads.
  static var ring: Contest {
    let count = UInt64(batch) * 32_768
    return Contest(
      name: "ring",
      conditions: "24-byte samples in 32-byte slots, capacity \(capacity)",
      unit: "sample",
      unitsPerRound: count,
      checksum: checksumOfSamples(count),
      contenders: [
        Contender(name: "SPSC index queue in C++") { count in
          Outcome(peers_pass_through_index_queue(count, UInt64(capacity)))
        },
        Contender(name: "ring, one by one") { pass($0, sendOneByOne, receiveOneByOne) },
        Contender(name: "ring, batches of \(batch)") {
          pass($0, sendInBatches, receiveInBatches)
        },
      ])
  }
}

private let capacity = 1024
private let batch = 64
private let handover = Mutex(Handover())

private func pass(
  _ count: UInt64, _ send: @convention(c) (UInt64) -> Void,
  _ receive: @convention(c) (UInt64) -> UInt64
) -> Outcome {
  handover.withLock { $0.layOut(capacity: capacity) }
  return Outcome(peers_run_together(send, receive, count))
}

private func sendOneByOne(count: UInt64) {
  var producer = handover.withLock { $0.takeProducer() }
  for index in 0..<count {
    var patience = Patience()
    while !producer.hasRoom(for: 1) { patience.wait() }
    _ = producer.push(Sample(numbered: index))
  }
}

private func receiveOneByOne(count: UInt64) -> UInt64 {
  var consumer = handover.withLock { $0.takeConsumer() }
  var checksum: UInt64 = 0
  var received: UInt64 = 0
  var patience = Patience()
  while received < count {
    if let sample = consumer.pop() {
      sample.fold(into: &checksum)
      received &+= 1
    } else {
      patience.wait()
    }
  }
  return checksum
}

private func sendInBatches(count: UInt64) {
  var producer = handover.withLock { $0.takeProducer() }
  var samples = Array(repeating: Sample(numbered: 0), count: batch)
  for start in stride(from: 0, to: count, by: batch) {
    var span = samples.mutableSpan
    for index in span.indices { span[index] = Sample(numbered: start &+ UInt64(index)) }
    var patience = Patience()
    while !producer.hasRoom(for: batch) { patience.wait() }
    _ = producer.push(contentsOf: samples.span)
  }
}

private func receiveInBatches(count: UInt64) -> UInt64 {
  var consumer = handover.withLock { $0.takeConsumer() }
  var samples = Array(repeating: Sample(numbered: 0), count: batch)
  var checksum: UInt64 = 0
  var received: UInt64 = 0
  var patience = Patience()
  while received < count {
    var span = samples.mutableSpan
    let popped = consumer.pop(into: &span)
    if popped == 0 { patience.wait() }
    for index in 0..<popped { samples[index].fold(into: &checksum) }
    received &+= UInt64(popped)
  }
  return checksum
}

private func checksumOfSamples(_ count: UInt64) -> UInt64 {
  var checksum: UInt64 = 0
  for index in 0..<count { Sample(numbered: index).fold(into: &checksum) }
  return checksum
}

/// The ends of a ring on the way to their threads: a C function pointer captures nothing.
private struct Handover: ~Copyable {
  private var producer: Ring<Sample>.Producer?
  private var consumer: Ring<Sample>.Consumer?

  mutating func layOut(capacity: Int) {
    let ring = Ring<Sample>(capacity: capacity)
    producer = consume ring.producer
    consumer = consume ring.consumer
  }

  mutating func takeProducer() -> Ring<Sample>.Producer {
    guard let producer = producer.take() else { preconditionFailure("one sender a round") }
    return producer
  }

  mutating func takeConsumer() -> Ring<Sample>.Consumer {
    guard let consumer = consumer.take() else { preconditionFailure("one receiver a round") }
    return consumer
  }
}

/// Spins for a while, as the queue in C++ does; then another thread may need the processor.
private struct Patience {
  private var spins: UInt32 = 0

  mutating func wait() {
    spins &+= 1
    if spins % 1024 == 0 { peers_yield() }
  }
}

extension Sample {
  /// The sample that the C++ side, too, sends as its `index`-th.
  fileprivate init(numbered index: UInt64) {
    self.init(
      time: Timestamp(nanoseconds: Int64(truncatingIfNeeded: index &* 1000)),
      port: PortIndex(truncatingIfNeeded: index), quantity: .temperature,
      thousandths: 36_000 &+ Int32(truncatingIfNeeded: index & 2047), decimals: 2,
      flags: SampleFlags(rawValue: UInt32(truncatingIfNeeded: index)), channel: 1)
  }

  /// Works every field that differs into a checksum that also depends on the order.
  fileprivate func fold(into checksum: inout UInt64) {
    let folded =
      UInt64(bitPattern: time.nanoseconds) ^ UInt64(bitPattern: Int64(thousandths))
      ^ UInt64(flags.rawValue) << 32 ^ UInt64(port) << 16 ^ UInt64(channel) << 8
      ^ UInt64(decimals)
    checksum = checksum &* 31 &+ folded
  }
}
