/// Decodes DS18B20 and DS18S20 thermometers by overhearing the conversation with their bus.
///
/// A frame is a scratchpad as it arrives; other answers only separate frames, and bytes that answer
/// nothing are noise.
///
/// Where the configuration gives sensors a site, these are numbered in the order of their ROMs, and
/// others mean nothing. Where it does not, whoever is asked first is channel 1: the dialogue asks
/// in the order of the ROMs. A number never passes from one sensor to another, which would be to
/// measure at another site unawares.
struct OneWireEar<Adapter: OneWireAdapter>: Decoder {
  private static var frameLength: Int { Scratchpad.length * Adapter.charactersPerByte }

  private var adapter = Adapter()
  private var unanswered = Unanswered()
  private var talk = BusTalk()
  /// By channel, from 1.
  private var channels: [Sensor]
  private let configured: [Sensor]
  private let isClosed: Bool
  private var isInNoise = false
  private var isContiguous = false
  private(set) var counts = FrameCounts()

  init(_ sensors: [Sensor]) {
    configured = sensors
    isClosed = sensors.areClosed
    channels = isClosed ? sensors.sorted { $0.rom < $1.rom } : []
    channels.reserveCapacity(Sensor.limit)
  }

  mutating func overhear(_ bytes: Span<UInt8>) {
    for index in bytes.indices { adapter.overhear(written: bytes[index], &unanswered) }
  }

  mutating func decode(
    _ bytes: Span<UInt8>, port: PortIndex, at time: Timestamp, into batch: inout SampleBatch
  ) {
    precondition(bytes.count <= Deframing.sliceLimit, "fed more than a slice at once")
    for index in bytes.indices {
      counts.bytes += 1
      guard let (scratchpad, rom) = take(bytes[index]) else { continue }
      let context = FrameContext(
        port: port, time: time, offset: counts.bytes - Self.frameLength, contiguous: isContiguous)
      accept(scratchpad, of: rom, context, into: &batch)
    }
  }

  /// Takes one character; the scratchpad that it completes, and whose.
  private mutating func take(_ character: UInt8) -> (Scratchpad, ROM)? {
    guard let item = unanswered.next() else {
      if !isInNoise { counts.noise += 1 }
      isInNoise = true
      isContiguous = false
      return nil
    }
    isInNoise = false
    counts.separators += 1
    switch item {
    case .reset:
      talk.reset(Adapter.presence(character))
      return nil
    case .bit(let bit): return talk.bit(written: bit, heard: character & 1 == 1)
    case .byte(let byte): return talk.byte(written: byte, heard: character)
    case .other: return nil
    }
  }

  private mutating func accept(
    _ scratchpad: Scratchpad, of rom: ROM, _ context: FrameContext,
    into batch: inout SampleBatch
  ) {
    guard let channel = channel(of: rom) else { return }
    counts.separators -= Self.frameLength
    switch scratchpad.verdict(family: rom.family) {
    case .temperature(var value):
      let sensor = channels[channel - 1]
      if sensor.offsetThousandths != 0 {
        value.thousandths += Int(sensor.offsetThousandths)
        value.decimals = 3
      }
      append(Temperature(value: value), channel, context, into: &batch)
    case .refused(.absent):
      append(Temperature(flags: .disconnected), channel, context, into: &batch)
    case .refused(.powerOn):
      append(Temperature(flags: .powerOn), channel, context, into: &batch)
    case .refused(.checksum): refuse(.checksum)
    case .refused: refuse(.implausible)
    }
  }

  private mutating func append(
    _ temperature: Temperature, _ channel: Int, _ context: FrameContext,
    into batch: inout SampleBatch
  ) {
    counts.count(frameOf: Self.frameLength, contiguous: isContiguous)
    isContiguous = true
    batch.append(
      temperature, channel: UInt8(channel), site: channels[channel - 1].site, context)
  }

  private mutating func refuse(_ rejection: Rejection) {
    counts[rejection] += 1
    isContiguous = false
  }

  /// From 1; nil for a sensor that is not ours, or one too many.
  private mutating func channel(of rom: ROM) -> Int? {
    for place in channels.indices where channels[place].rom == rom { return place + 1 }
    guard !isClosed, rom.isThermometer, channels.count < Sensor.limit else { return nil }
    channels.append(configured.first { $0.rom == rom } ?? Sensor(rom: rom))
    return channels.count
  }
}

extension [Sensor] {
  /// Whether these are all the sensors of their bus: the configuration says where each one sits.
  var areClosed: Bool { contains { $0.site != .unknown } }
}
