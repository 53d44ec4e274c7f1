import Testing

@testable import Probes

private let names = ProbeModel.all.map(\.name)

/// What every decoder of the table keeps, whatever it decodes.
@Suite struct CompatibilityTests {
  @Test func `names are unique`() {
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: names)
  func `nothing in, nothing out`(name: String) {
    #expect(decode(name, []) == Decoded())
  }

  @Test(arguments: names)
  func `a whole stream leaves nothing unexplained`(name: String) {
    let stream = Fixture.stream(name)
    let counts = decode(name, stream).counts
    #expect(counts.rejected == 0)
    #expect(counts.explained == stream.count)
    #expect(counts.run == counts.frames)
  }

  @Test(arguments: names)
  func `a prefix says what the whole says up to there`(name: String) {
    let stream = Fixture.stream(name)
    let whole = decode(name, stream)
    for length in stream.indices {
      let prefix = decode(name, Array(stream[..<length]))
      #expect(prefix.samples == Array(whole.samples.prefix(prefix.samples.count)))
      #expect(prefix.counts.rejected == 0)
    }
  }

  @Test(arguments: names)
  func `the pieces that a stream arrives in do not matter`(name: String) {
    var noise = Noise(seed: 7)
    let stream = Fixture.stream(name)
    let streams = [
      stream, Array(stream.dropFirst(3)) + noise.bytes(200) + stream, noise.bytes(4096),
    ]
    for stream in streams {
      let whole = decode(name, stream)
      for size in [1, 2, 3, 7, 64] {
        #expect(decode(name, stream, inPiecesOf: size) == whole, "in pieces of \(size)")
      }
    }
  }

  @Test(arguments: names)
  func `a flipped bit never makes a wrong value of a checked frame`(name: String) {
    let stream = Fixture.stream(name)
    let whole = decode(name, stream)
    let good = Set(zip(whole.samples, whole.offsets).map { "\($0.0) \($0.1)" })
    for place in stream.indices.prefix(700) {
      for bit in 0..<8 {
        var flipped = stream
        flipped[place] ^= 1 << UInt8(bit)
        let decoded = decode(name, flipped)
        #expect(decoded.counts.bytes == stream.count)
        guard Fixture.checked.contains(name) else { continue }
        for (sample, offset) in zip(decoded.samples, decoded.offsets) {
          #expect(good.contains("\(sample) \(offset)"), "bit \(bit) of byte \(place)")
        }
      }
    }
  }

  @Test(arguments: names)
  func `a stream is found again after noise`(name: String) {
    var noise = Noise(seed: 11)
    let stream = Fixture.stream(name)
    // Text is found at the next line, so the noise is given one.
    let decoded = decode(name, noise.bytes(300) + [0x0A] + stream + stream)
    let whole = decode(name, stream)
    #expect(decoded.counts.frames >= 2 * whole.counts.frames - 1)
  }

  @Test(arguments: names)
  func `64 KiB of noise say nothing`(name: String) {
    var noise = Noise(seed: 13)
    let stream = noise.bytes(65_536)
    let decoded = decode(name, stream)
    #expect(decoded.counts.bytes == stream.count)
    #expect(decoded.counts.pending <= 1100)
    if !Fixture.bare.contains(name) { #expect(decoded.samples.isEmpty) }
  }

  @Test(arguments: names)
  func `no sample without a value has one`(name: String) {
    for sample in decode(name, Fixture.stream(name)).samples where sample.validity == .invalid {
      #expect(sample.thousandths == 0)
    }
  }
}
