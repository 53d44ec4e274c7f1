import Testing

@testable import Probes

@Suite struct ScratchpadTests {
  private func verdict(_ family: UInt8, _ bytes: [UInt8]) -> Scratchpad.Verdict {
    var scratchpad = Scratchpad()
    for byte in bytes { scratchpad.append(byte) }
    return scratchpad.verdict(family: family)
  }

  private func sealed(_ bytes: [UInt8]) -> [UInt8] { EmulatedThermometer.checked(bytes) }

  private func pad(
    _ raw: Int, configuration: UInt8 = 0x7F, remain: UInt8 = 0x0C, perDegree: UInt8 = 0x10
  ) -> [UInt8] {
    sealed([
      UInt8(truncatingIfNeeded: raw), UInt8(truncatingIfNeeded: raw >> 8), 0x55, 0x00,
      configuration, 0xFF, remain, perDegree,
    ])
  }

  /// The table of the data sheet, and newborn skin.
  @Test(arguments: [
    (0x07D0, 125_000), (0x0191, 25_063), (0x00A2, 10_125), (0x0008, 500), (0x0000, 0),
    (-0x0008, -500), (-0x00A2, -10_125), (-0x0191, -25_063), (-0x0370, -55_000),
    (0x0244, 36_250), (0x0248, 36_500), (0x0251, 37_063), (0x0551, 85_063), (0x054F, 84_938),
  ])
  func `a DS18B20 counts in sixteenths`(raw: Int, thousandths: Int) {
    #expect(
      verdict(0x28, pad(raw)) == .temperature(Decimal(thousandths: thousandths, decimals: 3)))
  }

  @Test(arguments: [(0x1F, 36_500, 1), (0x3F, 36_750, 2), (0x5F, 36_875, 3), (0x7F, 36_938, 3)])
  func `bits below the resolution mean nothing`(configuration: Int, thousandths: Int, digits: Int) {
    #expect(
      verdict(0x28, pad(0x024F, configuration: UInt8(configuration)))
        == .temperature(Decimal(thousandths: thousandths, decimals: digits)))
  }

  @Test func `nobody is at 85 degrees`() {
    #expect(verdict(0x28, pad(0x0550)) == .refused(.powerOn))
    #expect(verdict(0x28, pad(0x0550, remain: 0x10)) == .refused(.powerOn))
    #expect(verdict(0x28, pad(0x0553, configuration: 0x1F)) == .refused(.powerOn))
    #expect(verdict(0x10, pad(0x00AA, configuration: 0xFF)) == .refused(.powerOn))
  }

  @Test func `an empty and a shorted bus say nothing`() {
    #expect(verdict(0x28, [UInt8](repeating: 0xFF, count: 9)) == .refused(.absent))
    #expect(verdict(0x28, [UInt8](repeating: 0x00, count: 9)) == .refused(.allZero))
    #expect(verdict(0x10, [UInt8](repeating: 0x00, count: 9)) == .refused(.allZero))
  }

  @Test func `what cannot be is refused`() {
    #expect(verdict(0x28, pad(0x07D1)) == .refused(.range))
    #expect(verdict(0x28, pad(-0x0371)) == .refused(.range))
    #expect(verdict(0x28, pad(0x0248, configuration: 0xFF)) == .refused(.configuration))
    #expect(verdict(0x28, pad(0x0248, configuration: 0x00)) == .refused(.configuration))
    #expect(verdict(0x28, pad(0x0248, configuration: 0x7E)) == .refused(.configuration))
    #expect(verdict(0x10, pad(0x0049, perDegree: 0)) == .refused(.countPerDegree))
    #expect(verdict(0x10, pad(251)) == .refused(.range))
    #expect(verdict(0x10, pad(-111)) == .refused(.range))
  }

  /// T = (raw >> 1) − 0.25 + (K − R) / K
  @Test(arguments: [
    (0x0049, 6, 36_375), (0x0049, 12, 36_000), (0x0048, 1, 36_687), (0x0032, 12, 25_000),
    (0x0000, 12, 0), (-0x0001, 12, -1000), (-0x0032, 8, -24_750),
  ])
  func `a DS18S20 refines its half degrees`(raw: Int, remain: Int, thousandths: Int) {
    #expect(
      verdict(0x10, pad(raw, configuration: 0xFF, remain: UInt8(remain)))
        == .temperature(Decimal(thousandths: thousandths, decimals: 3)))
  }

  @Test func `every flipped bit is noticed`() {
    let good = pad(0x0248)
    for bit in 0..<72 {
      var bad = good
      bad[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(verdict(0x28, bad) == .refused(.checksum))
    }
  }
}

@Suite struct ROMTests {
  /// The example of the application note on the check sum: 02 1C B8 01 00 00 00, A2.
  @Test func `the check sum is that of the application note`() throws {
    let rom = ROM(family: 0x02, serial: 0x0001_B81C)
    #expect(rom.bits == 0xA200_0000_01B8_1C02)
    #expect(ROM(bits: 0xA200_0000_01B8_1C02) == rom)
    #expect(ROM(bits: 0xA200_0000_01B8_1C03) == nil)
    #expect(ROM(bits: 0) == nil)
  }

  @Test func `it is written as Linux writes it`() throws {
    let rom = try #require(ROM("28-0000000fcb07"))
    #expect(rom.family == 0x28)
    #expect(rom.serial == 0xFCB07)
    #expect(rom.description == "28-0000000fcb07")
    #expect(ROM("28-0000000FCB07") == rom)
    #expect(ROM(bits: rom.bits) == rom)
  }

  @Test(arguments: [
    "", "28", "28-", "28-fcb07", "28-0000000fcb070", "2-0000000fcb07", "28-0000000fcb0g",
    "28-+00000fcb007", "-28-0000000fcb07", "28 0000000fcb07",
  ])
  func `nothing else is a ROM`(text: String) {
    #expect(ROM(text) == nil)
  }

  @Test func `they are ordered as they are written`() {
    let texts = ["10-0008025b6d3e", "28-0000000fcb07", "28-0000000fcb08", "28-ff00000fcb07"]
    let roms = texts.compactMap { ROM($0) }
    #expect(roms.shuffled().sorted().map(\.description) == texts)
  }
}

@Suite struct ROMSearchTests {
  /// All that a search finds among these ROMs, by the wired-AND of their bits.
  private func found(_ roms: [ROM]) -> [ROM] {
    var search = ROMSearch()
    var found: [ROM] = []
    while true {
      var racing = roms
      for place in 0..<64 {
        let ones = racing.contains { $0.bits >> UInt64(place) & 1 == 1 }
        let zeros = racing.contains { $0.bits >> UInt64(place) & 1 == 0 }
        guard case .choose(let bit) = search.step(bit: !zeros, complement: !ones) else {
          return found
        }
        racing.removeAll { ($0.bits >> UInt64(place) & 1 == 1) != bit }
      }
      found.append(ROM(bits: search.bits)!)
      if search.isOver { return found }
      search = search.advanced()
    }
  }

  @Test func `nobody is found where nobody is`() {
    #expect(found([]) == [])
  }

  @Test(arguments: 1...8)
  func `everybody is found once`(count: Int) {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let roms = Set(
        (0..<count).map { _ in
          ROM(family: Bool.random() ? 0x28 : 0x10, serial: random.next() >> 16)
        })
      let all = found(Array(roms))
      #expect(all.count == roms.count)
      #expect(Set(all) == roms)
    }
  }

  @Test func `neighbours are told apart`() {
    let roms = (0..<8).map { ROM(family: 0x28, serial: 0xFCB00 + $0) }
    #expect(Set(found(roms)) == Set(roms))
  }
}
