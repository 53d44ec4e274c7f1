import Probes

/// Collects the samples of one 10-second bin.
struct BinIntake {
  private var values = SortedValues<64>()
  private var seen = 0
  private var faulty = 0
  /// Samples seen in each of the last six bins: the most of them are what a bin should hold.
  private var recent = InlineArray<6, Int>(repeating: 0)
  private var turn = 0
  /// What the probe said in the bin just closed, where most of its samples were faulty.
  private(set) var lastFault: SampleFlags?
  private var faultFlags = SampleFlags()

  mutating func count(valid: Int32?, faulty isFaulty: Bool, flags: SampleFlags) {
    seen += 1
    if isFaulty {
      faulty += 1
      faultFlags = flags
    }
    // A probe that sends more than six values a second is thinned to the bin's first 64.
    if let valid, !values.isFull { values.insert(Int64(valid)) }
  }

  /// The bin's lower median, nil with less than half of what it should hold.
  mutating func close() -> Int32? {
    var expected = min(seen, 64)
    for index in 0..<6 { expected = max(expected, recent[index]) }
    recent[turn] = min(seen, 64)
    turn = (turn + 1) % 6
    let enough = values.count > 0 && values.count * 2 >= expected
    let median = enough ? Int32(values.lowerMedian) : nil
    lastFault = faulty > 0 && faulty * 2 >= seen ? faultFlags : nil
    values.removeAll()
    seen = 0
    faulty = 0
    return median
  }
}

extension Sample {
  /// Whether the probe says that it is broken or off, or its temperature is none of a living body.
  var isFaulty: Bool {
    switch validity {
    case .invalid: true
    case .settling: false
    case .valid, .questionable:
      quantity == .temperature && !TemperatureChannel.plausible.contains(thousandths)
    }
  }
}

extension BinIntake {
  mutating func pass(through archive: inout Archive) throws(ArchiveError) {
    try values.pass(through: &archive)
    try archive.pass(&seen)
    try archive.pass(&faulty)
    for place in 0..<6 {
      var count = recent[place]
      try archive.pass(&count, within: 0...64)
      recent[place] = count
    }
    try archive.pass(&turn, within: 0...5)
    try archive.pass(&lastFault, from: []) { flags, archive throws(ArchiveError) in
      try archive.pass(&flags.rawValue)
    }
    try archive.pass(&faultFlags.rawValue)
  }
}
