import CPeers
import Probes
import Simulator

extension Contest {
  /// Every decoder over its own protocol's bytes, beside a plain sum of the same number of bytes.
  static var decode: Contest {
    let sum = Contender(name: "sum of the bytes") { units in
      measure(over: streams[0].bytes, units) { bytes in
        var sum: UInt64 = 0
        for index in bytes.indices { sum &+= UInt64(bytes[index]) }
        return sum == 0 ? 0 : bytes.count
      }
    }
    let decoders = streams.map { stream in
      Contender(name: stream.model.name) { units in
        var decoder = stream.model.makeDecoder()
        var batch = SampleBatch()
        return measure(over: stream.bytes, units) { bytes in
          feed(bytes, to: &decoder, &batch)
          let counts = decoder.counts
          // Whoever refuses a frame of a clean stream has not done the work.
          return counts.rejected == 0 && counts.frames > 0 ? bytes.count : 0
        }
      }
    }
    return Contest(
      name: "decode", conditions: "reads of 1024 bytes; 10,000 ns a kB are 100 MB/s", unit: "kB",
      unitsPerRound: kilobytes, checksum: kilobytes * 1000, contenders: [sum] + decoders)
  }
}

private let kilobytes: UInt64 = 4000

/// As many bytes of each protocol as a round takes, ending with a whole frame or nearly so.
private let streams: [(model: ProbeModel, bytes: [UInt8])] = ProbeModel.all.compactMap { model in
  guard let row = EncoderModel.named(model.name) else { return nil }
  var encoder = row.makeEncoder("benchmark")
  var bytes: [UInt8] = []
  var time = Timestamp.zero
  var turn = 0
  while bytes.count < Int(kilobytes) * 1000 {
    let vitals = Vitals(
      temperatures: row.carriesTemperature
        ? [Vitals.Temperature(site: .axilla, thousandths: 36_000 + turn % 1000)] : [],
      heart: row.carriesHeart ? Vitals.Heart(rate: 120 + turn % 60) : nil)
    encoder.encode(vitals, at: time, into: &bytes)
    time = time.advanced(by: encoder.period)
    turn += 1
  }
  bytes.removeLast(bytes.count - Int(kilobytes) * 1000)
  return (model, bytes)
}

private func feed(
  _ bytes: Span<UInt8>, to decoder: inout any Decoder, _ batch: inout SampleBatch
) {
  var start = 0
  while start < bytes.count {
    let end = min(start + Deframing.sliceLimit, bytes.count)
    decoder.decode(bytes.extracting(start..<end), port: 0, at: .zero, into: &batch)
    batch.removeAll()
    start = end
  }
}

/// Times `work` over `bytes`; its answer, the bytes that it went through, is the checksum.
private func measure(
  over bytes: [UInt8], _ units: UInt64, _ work: (Span<UInt8>) -> Int
) -> Outcome {
  precondition(bytes.count == Int(units) * 1000, "a stream is as long as a round")
  let start = peers_now()
  let count = work(bytes.span)
  return Outcome(
    peers_passage(nanoseconds: peers_now() - start, checksum: UInt64(count)))
}
