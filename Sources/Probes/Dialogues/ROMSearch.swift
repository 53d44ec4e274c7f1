/// Finds every device of a 1-Wire bus: a walk through the tree of their ROM bits, one a pass.
///
/// For each bit, from the lowest, all devices still in the race send it and then its complement: 0
/// and 0 mean that both kinds are there, 1 and 1 that nobody is. The master writes the bit of those
/// that stay. Where a pass chose 0 at a fork, a later one chooses 1.
struct ROMSearch: Sendable {
  enum Step: Equatable {
    case choose(Bool)
    /// Nobody is left in the race.
    case nobody
  }

  /// The ROM of the pass under way, and after it the one that was found.
  private(set) var bits: UInt64 = 0
  /// The place of the next bit, 64 once a pass is over.
  private(set) var place = 0
  /// The last fork at which the pass before chose 0, where this one chooses 1; −1 before the first.
  private var fork = -1
  /// The last fork at which this pass has chosen 0.
  private var nextFork = -1

  init() {}

  /// What is chosen where both kinds are there.
  func choice(at place: Int) -> Bool {
    place < fork ? bits >> UInt64(place) & 1 == 1 : place == fork
  }

  /// Takes what the devices sent for the next bit.
  mutating func step(bit: Bool, complement: Bool) -> Step {
    if bit && complement { return .nobody }
    let isFork = !bit && !complement
    let chosen = isFork ? choice(at: place) : bit
    take(chosen, isFork: isFork)
    return .choose(chosen)
  }

  /// Takes what an adapter that chooses by itself found for the next bit.
  mutating func take(_ bit: Bool, isFork: Bool) {
    precondition(place < 64, "a ROM has 64 bits")
    if isFork && !bit { nextFork = place }
    bits = bits & ~(1 << UInt64(place)) | (bit ? 1 : 0) << UInt64(place)
    place += 1
  }

  /// Whether the pass that is over was the last.
  var isOver: Bool { nextFork < 0 }

  /// The next pass, once one is over.
  func advanced() -> ROMSearch {
    precondition(place == 64, "a pass has 64 bits")
    var next = self
    next.place = 0
    next.fork = nextFork
    next.nextFork = -1
    return next
  }
}
