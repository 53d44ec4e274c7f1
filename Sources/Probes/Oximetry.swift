/// What one record of an oximeter says.
struct Oximetry {
  /// Beats a minute; nil where the record has none, or one of the values that mean none.
  var rate: Int?
  /// Percent.
  var spo2: Int?
  var perfusionIndex: Decimal?
  var flags = SampleFlags()

  /// States in which units go on sending numbers that are none: the numbers are dropped.
  private static let voiding: SampleFlags = [
    .off, .disconnected, .searching, .noPulse, .defective,
  ]
  private static let shaking: SampleFlags = [
    .artifact, .outOfTrack, .motion, .lowPerfusion, .interference, .calibrating, .selfTest,
    .fromMemory,
  ]

  var validity: Validity {
    if !flags.isDisjoint(with: Self.voiding) { return .invalid }
    return flags.isDisjoint(with: Self.shaking) ? .valid : .questionable
  }
}

extension SampleBatch {
  mutating func append(
    _ oximetry: Oximetry, quantity: Quantity = .pulseRate, at offset: Int, _ context: FrameContext
  ) {
    let validity = oximetry.validity
    let origin = Origin(offset: offset, context: context, flags: oximetry.flags)
    append(quantity, oximetry.rate.map(Decimal.init(whole:)), validity, origin)
    append(.spo2, oximetry.spo2.map(Decimal.init(whole:)), validity, origin)
    if oximetry.perfusionIndex != nil, validity != .invalid {
      append(.perfusionIndex, oximetry.perfusionIndex, validity, origin)
    }
  }

  /// What the samples of one frame have in common.
  struct Origin {
    var offset: Int
    var context: FrameContext
    var flags = SampleFlags()
    var site = Site.unknown
  }

  /// A value, or the probe's word that there is none.
  mutating func append(
    _ quantity: Quantity, _ value: Decimal?, _ validity: Validity = .valid, _ origin: Origin,
    channel: UInt8 = 0
  ) {
    let validity = value == nil ? Validity.invalid : validity
    append(
      Sample(
        time: origin.context.time, port: origin.context.port, quantity: quantity,
        thousandths: validity == .invalid ? 0 : Int32(value?.thousandths ?? 0),
        decimals: UInt8(value?.decimals ?? 0), validity: validity, flags: origin.flags,
        channel: channel, site: origin.site),
      offset: origin.offset)
  }
}

extension Format where Content == Oximetry {
  func accept(
    _ content: Oximetry, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    batch.append(content, at: context.offset, context)
  }
}

extension LineGrammar where Content == Oximetry {
  func accept(
    _ content: Oximetry, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    batch.append(content, at: context.offset, context)
  }
}
