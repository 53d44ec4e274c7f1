import AllocationCounter
import Probes

/// A dialogue with an emulated device on a clock of its own: no port, no waiting.
struct Rehearsal<Device: EmulatedDevice> {
  /// What passed the port.
  enum Record: Equatable {
    case wrote([UInt8], at: Timestamp)
    case read([UInt8], at: Timestamp)
  }

  var device: Device
  var dialogue: any Dialogue
  private(set) var decoder: any Decoder
  private(set) var now = Timestamp.zero
  private(set) var samples: [Sample] = []
  private(set) var records: [Record] = []
  private(set) var lines: [LineSettings] = []
  /// How the device's answers are cut.
  var pieces = 64
  /// What the dialogue and the decoder have asked of the allocator.
  var allocations: UInt64 = 0
  private var line: LineSettings
  private var onTheWay: [(bytes: [UInt8], at: Timestamp)] = []
  private var batch = SampleBatch()

  init(_ name: String, _ device: Device, sensors: [Sensor] = []) {
    let model = ProbeModel.named(name)!
    self.device = device
    dialogue = model.makeDialogue(sensors: sensors)!
    decoder = model.makeDecoder(sensors: sensors)
    line = model.line
  }

  var counts: FrameCounts { decoder.counts }
  var failures: Failures { dialogue.failures }

  /// The values of a channel in order, nil where a sample says that there is none.
  func celsius(channel: UInt8 = 1) -> [Double?] {
    samples.filter { $0.quantity == .temperature && $0.channel == channel }
      .map { $0.validity == .invalid ? nil : Double($0.thousandths) / 1000 }
  }

  /// Lets so many seconds go by.
  mutating func run(seconds: Double) {
    let end = now.advanced(by: Int64(seconds * 1e9))
    while now < end {
      let wake = act()
      var next = min(wake, end, now.advanced(by: 50_000_000))
      if let first = onTheWay.first { next = min(next, first.at) }
      // Time only stands still while bytes arrive.
      if next > now { now = next }
      let spoken = device.speak(at: now.nanoseconds)
      if !spoken.isEmpty { send(spoken) }
      deliver()
    }
  }

  /// Says the last words.
  mutating func end() {
    if let words = dialogue.farewell() { say(words) }
    deliver()
  }

  private mutating func act() -> Timestamp {
    while true {
      allocation_counter_start()
      let act = dialogue.next(at: now)
      allocations += allocation_counter_stop().allocations
      switch act {
      case .wait(let end): return end
      case .change(let settings):
        line = settings
        lines.append(settings)
        onTheWay = []
      case .say(let words): say(words)
      }
    }
  }

  private mutating func say(_ words: Utterance) {
    let bytes = words.bytes.span.extracting(0..<words.count)
    allocation_counter_start()
    decoder.overhear(bytes)
    allocations += allocation_counter_stop().allocations
    records.append(.wrote((0..<words.count).map { words.bytes[$0] }, at: now))
    var answer: [UInt8] = []
    for index in bytes.indices {
      answer += device.take(bytes[index], baud: line.baud, at: now.nanoseconds)
    }
    send(answer)
  }

  private mutating func send(_ bytes: [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
      onTheWay.append((piece, now.advanced(by: 2_000_000)))
    }
  }

  private mutating func deliver() {
    while let first = onTheWay.first, first.at <= now {
      onTheWay.removeFirst()
      records.append(.read(first.bytes, at: now))
      allocation_counter_start()
      decoder.decode(first.bytes.span, port: 0, at: now, into: &batch)
      dialogue.hear(first.bytes.span, at: now)
      allocations += allocation_counter_stop().allocations
      samples += batch.samples
      batch.removeAll()
    }
  }

  /// What a fresh decoder makes of the conversation, cut otherwise.
  func replayed(_ name: String, sensors: [Sensor] = [], pieces: Int) -> [Sample] {
    var decoder = ProbeModel.named(name)!.makeDecoder(sensors: sensors)
    var samples: [Sample] = []
    var batch = SampleBatch()
    for record in records {
      switch record {
      case .wrote(let bytes, _): decoder.overhear(bytes.span)
      case .read(let bytes, let time):
        for start in stride(from: 0, to: bytes.count, by: pieces) {
          let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
          decoder.decode(piece.span, port: 0, at: time, into: &batch)
          samples += batch.samples
          batch.removeAll()
        }
      }
    }
    return samples
  }
}
