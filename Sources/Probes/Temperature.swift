/// One temperature as a probe sends it.
struct Temperature {
  /// °C; nil where the probe has none.
  var value: Decimal?
  var flags = SampleFlags()
}

/// Two temperatures of one frame: channels 1 and 2.
struct TemperaturePair {
  var first: Temperature
  var second: Temperature
}

extension SampleBatch {
  mutating func append(
    _ temperature: Temperature, channel: UInt8 = 0, site: Site = .unknown, _ context: FrameContext
  ) {
    let origin = Origin(
      offset: context.offset, context: context, flags: temperature.flags, site: site)
    append(.temperature, temperature.value, .valid, origin, channel: channel)
  }

  mutating func append(_ pair: TemperaturePair, _ context: FrameContext) {
    append(pair.first, channel: 1, context)
    append(pair.second, channel: 2, context)
  }
}

extension LineGrammar where Content == Temperature {
  func accept(
    _ content: Temperature, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    batch.append(content, context)
  }
}

extension LineGrammar where Content == TemperaturePair {
  func accept(
    _ content: TemperaturePair, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    batch.append(content, context)
  }
}
