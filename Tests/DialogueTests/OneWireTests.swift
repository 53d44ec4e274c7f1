import Probes
import Testing

private let a = ROM("28-0000000fcb07")!
private let b = ROM("28-00000010e3e3")!
private let c = ROM("10-0008025b6d3e")!

/// What holds for both adapters.
@Suite struct OneWireTests {
  private static let adapters = ["onewire-uart", "onewire-ds2480b"]

  private func bus(_ roms: (ROM, Double)...) -> EmulatedBus {
    EmulatedBus(roms.map { EmulatedThermometer($0.0, celsius: $0.1) })
  }

  @Test(arguments: [1, 2, 7, 64])
  func `thermometers are found and read, in the order of their ROMs`(pieces: Int) {
    let bus = bus((b, 33.125), (a, 36.625), (c, 34.5))
    func check(_ name: String, _ rehearsal: Rehearsal<some EmulatedDevice>) {
      var rehearsal = rehearsal
      rehearsal.pieces = pieces
      rehearsal.run(seconds: 11)
      #expect(rehearsal.celsius(channel: 1).starts(with: [34.5, 34.5, 34.5, 34.5]))
      #expect(rehearsal.celsius(channel: 2).starts(with: [36.625, 36.625, 36.625, 36.625]))
      #expect(rehearsal.celsius(channel: 3).starts(with: [33.125, 33.125, 33.125, 33.125]))
      #expect(rehearsal.failures.total == 0)
      #expect(rehearsal.counts.rejected == 0)
      #expect(rehearsal.counts.explained == rehearsal.counts.bytes)
      for pieces in [1, 3, 64] {
        #expect(rehearsal.replayed(name, pieces: pieces) == rehearsal.samples)
      }
    }
    check("onewire-uart", Rehearsal("onewire-uart", EmulatedUART(bus)))
    check("onewire-ds2480b", Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus)))
  }

  @Test func `a sensor has its site and its offset, and strangers are not asked`() {
    let sensors = [
      Sensor(rom: b, site: .foot), Sensor(rom: a, site: .axilla, offsetThousandths: -120),
    ]
    let bus = bus((c, 20), (a, 36.625), (b, 33.5))
    func check(_ rehearsal: Rehearsal<some EmulatedDevice>) {
      var rehearsal = rehearsal
      rehearsal.run(seconds: 5)
      #expect(rehearsal.celsius(channel: 1).first == 36.505)
      #expect(rehearsal.celsius(channel: 2).first == 33.5)
      #expect(Set(rehearsal.samples.map(\.channel)) == [1, 2])
      let sites = rehearsal.samples.filter { $0.channel == 1 }.map(\.site)
      #expect(Set(sites) == [.axilla])
    }
    check(Rehearsal("onewire-uart", EmulatedUART(bus), sensors: sensors))
    check(Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus), sensors: sensors))
  }

  @Test func `an offset alone keeps the bus open to others`() {
    let sensors = [Sensor(rom: a, offsetThousandths: 250)]
    var rehearsal = Rehearsal(
      "onewire-uart", EmulatedUART(bus((a, 36), (b, 33))), sensors: sensors)
    rehearsal.run(seconds: 4)
    #expect(rehearsal.celsius(channel: 1).first == 36.25)
    #expect(rehearsal.celsius(channel: 2).first == 33)
  }

  @Test func `a sensor that is named and missing is said to be disconnected`() {
    let sensors = [Sensor(rom: a, site: .axilla), Sensor(rom: b, site: .foot)]
    func check(_ rehearsal: Rehearsal<some EmulatedDevice>) {
      var rehearsal = rehearsal
      rehearsal.run(seconds: 5)
      #expect(rehearsal.celsius(channel: 1).first == 36.5)
      #expect(rehearsal.celsius(channel: 2).allSatisfy { $0 == nil })
      let flags = rehearsal.samples.filter { $0.channel == 2 }.map(\.flags)
      #expect(flags.first == .disconnected)
      #expect(rehearsal.failures[.absent] > 0)
    }
    check(Rehearsal("onewire-uart", EmulatedUART(bus((a, 36.5))), sensors: sensors))
    check(Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus((a, 36.5))), sensors: sensors))
  }

  @Test func `a sensor that is missing is told once, and not in turn with the others`() {
    let sensors = [c, a, b].map { Sensor(rom: $0, site: .foot) }
    var device = EmulatedUART(bus((c, 20), (a, 36.5), (b, 33)))
    device.bus.thermometers[0].spoiled = .max
    device.bus.thermometers[1].isPluggedIn = false
    var rehearsal = Rehearsal("onewire-uart", device, sensors: sensors)
    var told: [Failure?] = []
    for _ in 0..<500 {
      rehearsal.run(seconds: 0.02)
      if told.last != rehearsal.failures.present { told.append(rehearsal.failures.present) }
    }
    #expect(told == [nil, .checksum])
    #expect(rehearsal.failures[.absent] > 3)
    rehearsal.device.bus.thermometers[0].spoiled = 0
    rehearsal.device.bus.thermometers[1].isPluggedIn = true
    rehearsal.run(seconds: 6)
    #expect(rehearsal.failures.present == nil)
  }

  @Test func `one that is plugged in later takes the next number`() {
    var rehearsal = Rehearsal("onewire-uart", EmulatedUART(bus((b, 33), (a, 36))))
    rehearsal.device.bus.thermometers[1].isPluggedIn = false
    rehearsal.run(seconds: 5)
    rehearsal.device.bus.thermometers[1].isPluggedIn = true
    rehearsal.run(seconds: 60)
    #expect(rehearsal.celsius(channel: 1).allSatisfy { $0 == 33 })
    #expect(rehearsal.celsius(channel: 2).first == 36)
    #expect(rehearsal.failures.present == nil)
  }

  @Test func `one that was unplugged is read again when it is back`() {
    var rehearsal = Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus((a, 36), (b, 33))))
    rehearsal.run(seconds: 5)
    rehearsal.device.bus.thermometers[0].isPluggedIn = false
    rehearsal.run(seconds: 20)
    let before = rehearsal.celsius(channel: 1).count
    #expect(rehearsal.failures[.absent] > 0)
    rehearsal.device.bus.thermometers[0].isPluggedIn = true
    rehearsal.run(seconds: 20)
    #expect(rehearsal.celsius(channel: 1).count > before)
    #expect(rehearsal.celsius(channel: 2).allSatisfy { $0 == 33 })
  }

  @Test func `the value after power-on is none`() {
    // It has just been plugged in again, and heard no command to measure.
    var rehearsal = Rehearsal("onewire-uart", EmulatedUART(bus((a, 36), (b, 33))))
    rehearsal.run(seconds: 2.5)
    rehearsal.device.bus.thermometers[0] = EmulatedThermometer(a, celsius: 36)
    rehearsal.run(seconds: 0.9)
    #expect(rehearsal.samples.contains { $0.flags == .powerOn && $0.validity == .invalid })
    #expect(!rehearsal.celsius().contains(85))
    rehearsal.run(seconds: 4)
    #expect(rehearsal.celsius().last == 36)
  }

  @Test func `a damaged scratchpad is asked for again`() {
    func check(_ rehearsal: Rehearsal<some EmulatedDevice>) {
      var rehearsal = rehearsal
      rehearsal.run(seconds: 2.5)
      #expect(rehearsal.counts.checksum == 2)
      #expect(rehearsal.failures[.checksum] == 2)
      #expect(rehearsal.celsius().first == 36.5)
      #expect(rehearsal.failures.present == .checksum)
      rehearsal.run(seconds: 2)
      #expect(rehearsal.failures.present == nil)
    }
    var bus = bus((a, 36.5))
    bus.thermometers[0].spoiled = 2
    check(Rehearsal("onewire-uart", EmulatedUART(bus)))
    check(Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus)))
  }

  @Test func `a bad cable does not starve the others`() {
    var bus = bus((a, 36.5), (b, 33))
    bus.thermometers[0].spoiled = .max
    var rehearsal = Rehearsal("onewire-uart", EmulatedUART(bus))
    rehearsal.run(seconds: 21)
    #expect(rehearsal.celsius(channel: 1).isEmpty)
    #expect(rehearsal.celsius(channel: 2).count >= 9)
  }

  @Test func `a shorted bus is left alone more and more, and then comes back`() {
    func check(_ rehearsal: Rehearsal<some EmulatedDevice>, _ change: (inout EmulatedBus) -> Void)
      -> Failures
    {
      rehearsal.failures
    }
    var uart = Rehearsal("onewire-uart", EmulatedUART(bus((a, 36.5))))
    uart.device.bus.isShorted = true
    uart.run(seconds: 60)
    #expect(uart.failures.present == .shortCircuit)
    #expect((12...40).contains(uart.failures[.shortCircuit]))
    #expect(uart.samples.isEmpty)
    uart.device.bus.isShorted = false
    uart.run(seconds: 12)
    #expect(uart.failures.present == nil)
    #expect(uart.celsius().last == 36.5)

    var smart = Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus((a, 36.5))))
    smart.device.bus.isShorted = true
    smart.run(seconds: 60)
    #expect(smart.failures.present == .shortCircuit)
    smart.device.bus.isShorted = false
    smart.run(seconds: 12)
    #expect(smart.celsius().last == 36.5)
  }

  @Test func `an empty bus is told from a dead adapter`() {
    for name in Self.adapters {
      var silence = Rehearsal(name, EmulatedSilence())
      silence.run(seconds: 10)
      #expect(silence.failures.present == .silence)
    }
    var uart = Rehearsal("onewire-uart", EmulatedUART(bus()))
    uart.run(seconds: 10)
    #expect(uart.failures.present == .nobody)
    var smart = Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus()))
    smart.run(seconds: 10)
    #expect(smart.failures.present == .nobody)
  }

  @Test func `a loop-back is neither adapter`() {
    var smart = Rehearsal("onewire-ds2480b", EmulatedLoopBack())
    smart.run(seconds: 10)
    #expect(smart.failures.present == .loopBack)
    #expect(smart.samples.isEmpty)
    var uart = Rehearsal("onewire-uart", EmulatedLoopBack())
    uart.run(seconds: 10)
    #expect(uart.failures.present == .nobody)
  }

  @Test func `another master is noticed`() {
    var rehearsal = Rehearsal("onewire-uart", EmulatedUART(bus((a, 36.5))))
    rehearsal.run(seconds: 2.5)
    rehearsal.device.bus.disturbance = 2
    rehearsal.run(seconds: 4)
    #expect(rehearsal.failures[.echo] == 1)
    #expect(rehearsal.celsius().allSatisfy { $0 == 36.5 })
    #expect(rehearsal.failures.present == nil)
  }

  @Test func `a lost character costs one try`() {
    for place in [0, 1, 9, 60, 150, 300, 500] {
      var rehearsal = Rehearsal("onewire-uart", EmulatedUART(bus((a, 36.5))))
      rehearsal.device.lost = place
      rehearsal.run(seconds: 8)
      #expect(rehearsal.failures[.silence] == 1, "character \(place)")
      #expect(rehearsal.celsius().count >= 2)
      #expect(rehearsal.celsius().allSatisfy { $0 == 36.5 })
    }
  }

  @Test func `a presence byte that nobody asked for costs one try`() {
    var rehearsal = Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus((a, 36.5))))
    rehearsal.run(seconds: 2.5)
    rehearsal.device.unsolicited = [0xCD]
    rehearsal.run(seconds: 6)
    #expect(rehearsal.celsius().count >= 3)
    #expect(rehearsal.celsius().allSatisfy { $0 == 36.5 })
    #expect(rehearsal.failures.present == nil)
  }

  @Test func `an E3 in a ROM is doubled`() {
    let rom = ROM(family: 0x28, serial: 0x0000_E3E3_E3E3)
    var rehearsal = Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus((rom, 36.5), (a, 33))))
    rehearsal.run(seconds: 5)
    #expect(rehearsal.celsius(channel: 1).first == 33)
    #expect(rehearsal.celsius(channel: 2).first == 36.5)
    #expect(rehearsal.failures.total == 0)
  }

  @Test func `an adapter that was left in the middle of something is found again`() {
    var device = EmulatedDS2480B(bus((a, 36.5)))
    for byte: UInt8 in [0xC1, 0xC5, 0xE1, 0x55, 0x28] { _ = device.take(byte, baud: 9600, at: 0) }
    var rehearsal = Rehearsal("onewire-ds2480b", device)
    rehearsal.run(seconds: 4)
    #expect(rehearsal.celsius().first == 36.5)
    #expect(rehearsal.failures.total == 0)
  }

  @Test func `what nobody asked for is noise`() {
    for name in Self.adapters {
      var decoder = ProbeModel.named(name)!.makeDecoder()
      var batch = SampleBatch()
      let bytes: [UInt8] = [0xCD, 0x00, 0xFF]
      decoder.decode(bytes.span, port: 0, at: .zero, into: &batch)
      #expect(decoder.counts.noise == 1)
      #expect(decoder.counts.skipped == 3)
      #expect(batch.isEmpty)
    }
  }
}
