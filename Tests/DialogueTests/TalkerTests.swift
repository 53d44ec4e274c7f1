import AllocationCounter
import Probes
import Testing

@Suite struct TalkerTests {
  @Test func `a Contec streams for as long as it is kept alive`() {
    var rehearsal = Rehearsal("contec-v7", EmulatedContec())
    rehearsal.run(seconds: 120)
    #expect(rehearsal.device.commands.filter { $0 == 0xA1 }.count == 1)
    #expect((22...24).contains(rehearsal.device.commands.filter { $0 == 0xAF }.count))
    #expect(rehearsal.failures.total == 0)
    let rates = rehearsal.samples.filter { $0.quantity == .pulseRate }
    #expect(rates.count > 7000)
    #expect(rates.allSatisfy { $0.thousandths == 150_000 })
  }

  @Test func `a Contec is stopped in good order`() {
    var rehearsal = Rehearsal("contec-v7", EmulatedContec())
    rehearsal.run(seconds: 3)
    rehearsal.end()
    #expect(rehearsal.device.commands.suffix(2) == [0xA7, 0xA2])
    #expect(rehearsal.device.speak(at: rehearsal.now.nanoseconds + 1_000_000_000).isEmpty)
  }

  @Test func `a Contec that fell silent is started again`() {
    var rehearsal = Rehearsal("contec-v7", EmulatedContec())
    rehearsal.run(seconds: 3)
    // It was switched off and on.
    rehearsal.device = EmulatedContec()
    rehearsal.run(seconds: 10)
    #expect(rehearsal.device.commands.first == 0xA1 || rehearsal.device.commands.contains(0xA1))
    #expect(rehearsal.failures[.silence] == 1)
    #expect(rehearsal.failures.present == nil)
  }

  @Test func `silence is asked less and less often`() {
    for name in ["contec-v7", "temperx232"] {
      var rehearsal = Rehearsal(name, EmulatedSilence())
      rehearsal.run(seconds: 100)
      #expect((8...14).contains(rehearsal.failures[.silence]), "\(name)")
      #expect(rehearsal.failures.present == .silence)
    }
  }

  @Test func `a Contec that refuses is heard`() {
    struct Refusing: EmulatedDevice {
      var isAsked = false
      mutating func take(_ byte: UInt8, baud: Int, at now: Int64) -> [UInt8] {
        defer { isAsked = true }
        return isAsked ? [] : [0x0B, 0x81, 0x85, 0x80]
      }
    }
    var rehearsal = Rehearsal("contec-v7", Refusing())
    rehearsal.run(seconds: 2)
    #expect(rehearsal.failures[.refused] == 1)
  }

  @Test func `a TEMPerX232 is asked every two seconds`() {
    var rehearsal = Rehearsal("temperx232", EmulatedTEMPer())
    rehearsal.run(seconds: 21)
    #expect(rehearsal.celsius(channel: 1) == [Double?](repeating: 30.53, count: 11))
    #expect(rehearsal.celsius(channel: 2) == [Double?](repeating: 36.71, count: 11))
    #expect(rehearsal.failures.total == 0)
  }

  @Test(.enabled("the sanitizers count allocations themselves") { allocation_counter_available() })
  func `in the steady state nothing is allocated`() {
    func check<Device: EmulatedDevice>(_ rehearsal: Rehearsal<Device>) {
      var rehearsal = rehearsal
      // The bus is searched anew every half minute; after that all has happened that ever does.
      rehearsal.run(seconds: 70)
      rehearsal.allocations = 0
      rehearsal.run(seconds: 100)
      #expect(rehearsal.allocations == 0, "\(Device.self)")
      #expect(rehearsal.samples.count > 40)
    }
    let roms = [ROM("28-0000000fcb07")!, ROM("10-0008025b6d3e")!]
    let bus = EmulatedBus(roms.map { EmulatedThermometer($0, celsius: 36.5) })
    check(Rehearsal("onewire-uart", EmulatedUART(bus)))
    check(Rehearsal("onewire-ds2480b", EmulatedDS2480B(bus)))
    check(Rehearsal("contec-v7", EmulatedContec()))
    check(Rehearsal("temperx232", EmulatedTEMPer()))
  }

  @Test(.enabled("the sanitizers count allocations themselves") { allocation_counter_available() })
  func `a dialogue that allocates would be seen`() {
    allocation_counter_start()
    let dialogue = ProbeModel.named("onewire-uart")!.makeDialogue()
    #expect(allocation_counter_stop().allocations > 0)
    #expect(dialogue != nil)
  }

  @Test func `only the four talkers talk`() {
    let talkers = ProbeModel.all.filter { $0.mustWrite }.map(\.name)
    #expect(talkers == ["contec-v7", "temperx232", "onewire-uart", "onewire-ds2480b"])
    for model in ProbeModel.all {
      #expect((model.makeDialogue() != nil) == model.mustWrite)
    }
  }
}
