import Configuration
import Testing

/// Whatever the bytes are, the parser answers: a configuration, or problems with their places.
@Suite struct RobustnessTests {
  private func consider(_ bytes: [UInt8]) {
    let (configuration, problems) = read(String(decoding: bytes, as: UTF8.self))
    #expect((configuration == nil) == !problems.isEmpty)
    // `FILE:LINE: …`, in one line.
    for problem in problems where problem.wholeMatch(of: /k\.conf:[1-9][0-9]*: [^\n]+/) == nil {
      Issue.record("“\(problem)” is no problem's form")
    }
  }

  @Test func everyPrefixOfTheExample() {
    let bytes = Array(example.utf8)
    for end in stride(from: 0, through: bytes.count, by: 3) { consider(Array(bytes[..<end])) }
  }

  @Test(arguments: 0..<8) func mutationsOfTheExample(seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    let bytes = Array(example.utf8)
    let favourites = Array("[]=# \t\r\n\"'/-+.,*?0123456789".utf8) + [0x00, 0xC3, 0xE2, 0xEF, 0xFF]
    for _ in 0..<150 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) where !mutated.isEmpty {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        let end = min(mutated.count, place + Int.random(in: 0...30, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
        case 1: mutated[place] = favourites.randomElement(using: &random)!
        case 2: mutated.removeSubrange(place..<end)
        case 3: mutated.insert(contentsOf: mutated[place..<end], at: place)
        default: mutated.insert(favourites.randomElement(using: &random)!, at: place)
        }
      }
      consider(mutated)
    }
  }

  @Test func noise() {
    var random = SplitMix(state: 99)
    for _ in 0..<100 {
      consider((0..<500).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }
}

/// A generator of numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
