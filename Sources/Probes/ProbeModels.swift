extension ProbeModel {
  /// Every kind of probe, in the order in which they are listed.
  public static let all: [ProbeModel] = homeMade + oximeters + monitors + thermometers

  private static let homeMade = [
    ProbeModel(
      "kmc1", "KMC1 probe", line: .slow,
      quantities: [.temperature, .heartRate, .spo2, .perfusionIndex, .battery],
      detection: Detection(3, .lines, lines: [.slow, .fast], within: 5),
      makeDecoder: { Deframer(KMC1()) })
  ]

  private static let oximeters = [
    ProbeModel(
      "contec-v7", "Contec CMS50 oximeter, protocol 7", line: .fast,
      quantities: [.pulseRate, .spo2, .perfusionIndex],
      detection: Detection(30, .frames, lines: [], within: 2),
      makeDecoder: { Deframer(ContecV7()) }, dialogue: { ContecV7Dialogue() }),
    ProbeModel(
      "contec-5byte", "Contec CMS50D oximeter, 5-byte frames", line: .contec5,
      quantities: [.pulseRate, .spo2],
      detection: Detection(60, .frames, lines: [.contec5], within: 2),
      makeDecoder: { Deframer(Contec5()) }),
    ProbeModel(
      "nonin-df2", "Nonin oximeter, data format 2", line: .slow,
      quantities: [.pulseRate, .spo2],
      detection: Detection(2, .packets, lines: [.slow], within: 2),
      makeDecoder: { Deframer(NoninPackets.format2) }),
    ProbeModel(
      "nonin-df7", "Nonin oximeter, data format 7", line: .slow,
      quantities: [.pulseRate, .spo2],
      detection: Detection(2, .packets, lines: [.slow], within: 2),
      makeDecoder: { Deframer(NoninPackets.format7) }),
    ProbeModel(
      "nonin-df8", "Nonin oximeter, data format 8", line: .slow,
      quantities: [.pulseRate, .spo2],
      detection: Detection(10, .frames, lines: [.slow], within: 12),
      makeDecoder: { Deframer(NoninDF8()) }),
    ProbeModel(
      "nonin-df13", "Nonin oximeter, data format 13 (spot checks)", line: .slow,
      quantities: [.pulseRate, .spo2], makeDecoder: { Deframer(NoninDF13()) }),
    ProbeModel(
      "nonin-ascii", "Nonin oximeter, text", line: .slow, quantities: [.pulseRate, .spo2],
      detection: Detection(3, .lines, lines: [.slow], within: 5),
      makeDecoder: { Deframer(Lines(NoninASCII())) }),
    ProbeModel(
      "masimo-ascii1", "Masimo oximeter, ASCII1", line: .slow,
      quantities: [.pulseRate, .spo2, .perfusionIndex],
      detection: Detection(3, .lines, lines: [.slow], within: 5),
      makeDecoder: { Deframer(Lines(MasimoASCII1())) }),
    ProbeModel(
      "nellcor", "Nellcor oximeter, text", line: .slow, quantities: [.pulseRate, .spo2],
      detection: Detection(3, .lines, lines: [.slow], within: 9),
      makeDecoder: { Deframer(Lines(Nellcor())) }),
  ]

  private static let monitors = [
    ProbeModel(
      "ansar-b", "Ivy 450C monitor, ANSAR-B", line: .slow,
      quantities: [.heartRate, .pulseRate, .spo2, .respirationRate, .temperature],
      detection: Detection(2, .frames, lines: [.slow], within: 8),
      makeDecoder: { Deframer(ANSARB()) }),
    ProbeModel(
      "giraffe-incubator", "GE Giraffe incubator", line: .giraffe, quantities: [.temperature],
      detection: Detection(3, .lines, lines: [.giraffe], within: 9),
      makeDecoder: { Deframer(Lines(GiraffeIncubator())) }),
    ProbeModel(
      "giraffe-warmer", "GE Giraffe or Panda warmer (experimental: counted only)", line: .fast,
      quantities: [], makeDecoder: { Deframer(Lines(GiraffeWarmer())) }),
    ProbeModel(
      "isolette-c2000", "Isolette C2000 incubator", line: .isolette, quantities: [.temperature],
      detection: Detection(2, .frames, lines: [.isolette], within: 16),
      makeDecoder: { Deframer(IsoletteC2000()) }),
  ]

  private static let thermometers = [
    ProbeModel(
      "papouch-tm", "Papouch TM or TMU thermometer", line: .slow, quantities: [.temperature],
      detection: Detection(3, .lines, lines: [.slow], within: 32),
      makeDecoder: { Deframer(Lines(PapouchTM())) }),
    ProbeModel(
      "tsm125", "H-Tronic TSM 125 thermometer", line: .slow, quantities: [.temperature],
      makeDecoder: { Deframer(Lines(TSM125())) }),
    ProbeModel(
      "temperx232", "PCsensor TEMPerX232 thermometer", line: .slow,
      quantities: [.temperature, .humidity], makeDecoder: { Deframer(TEMPerX232()) },
      dialogue: { TEMPerX232Dialogue() }),
    ProbeModel(
      "onewire-uart", "DS18B20 or DS18S20 thermometers, passive adapter", line: .slow,
      adapter: PassiveUART.self),
    ProbeModel(
      "onewire-ds2480b", "DS18B20 or DS18S20 thermometers, DS2480B adapter", line: .slow,
      adapter: DS2480B.self),
  ]
}

extension LineSettings {
  fileprivate static let slow = LineSettings(baud: 9600)
  fileprivate static let fast = LineSettings(baud: 115_200)
  fileprivate static let contec5 = LineSettings(baud: 19_200, parity: .odd)
  fileprivate static let giraffe = LineSettings(baud: 19_200)
  fileprivate static let isolette = LineSettings(baud: 2400)
}
