@testable import Probes

/// Streams of our own making, one for each protocol of the table, that hold whole frames only.
enum Fixture {
  static func stream(_ name: String) -> [UInt8] {
    switch name {
    case "kmc1":
      text(
        [
          "KMHLO,1,kmc-probe-07,1.0.2,3,1000", "KMTMP,65534,4294967000,AXI,36.12,0000,90",
          "KMTMP,65535,4294967200,X02,34.620,0020,", "KMHRT,0,4,FOO,150,88,1.20,0000,89",
          "KMEVT,1,704,OFF,AXI", "KMTMP,2,704,AXI,,0001,90",
        ].map(Encode.kmc1).joined())
    case "contec-v7":
      (120..<180).flatMap { Encode.contecV7(rate: $0, spo2: 95, perfusion: $0 * 3) }
    case "contec-5byte":
      (120..<190).flatMap { Encode.contec5(rate: $0, spo2: 95) }
    case "nonin-df2":
      [126, 128, 150].flatMap { Encode.nonin(format: 2, rate: $0, spo2: 95) }
    case "nonin-df7":
      [126, 128, 150].flatMap { Encode.nonin(format: 7, rate: $0, spo2: 95) }
    case "nonin-df8":
      (120..<140).flatMap { Encode.noninDF8(rate: $0, spo2: 95) }
    case "nonin-df13":
      [148, 300].flatMap { Encode.noninDF13(rate: $0, spo2: 96) }
    case "nonin-ascii":
      text(
        "SPO2=097 HR=140\r\n12:30:01 SPO2=096 HR=141\r\nSPO2=--- HR=---\r\nSPO2=096 HR=142*\r\n")
    case "masimo-ascii1":
      text((0..<4).map { Encode.masimo(second: $0) }.joined())
    case "nellcor":
      text(
        """
        11-Jun-26 03:00:00    97      150      45    MO\r
        11-Jun-26 03:00:02    84*     205*     44    SL PH   AS\r
        N-560    VERSION 1.61.00    CRC:ABCD  SpO2 Limit: 85-95%    PR Limit: 100-200BPM\r
                                     NEO             10SAT-S \r
        TIME                 %SpO2   BPM     PA     Status\r
        11-Jun-26 03:00:04   ---     ---     ---    SO\r

        """)
    case "ansar-b":
      (0..<3).flatMap { Encode.ansarB(heart: "1;\(150 + $0);ECG-II-DIAG;") }
    case "giraffe-incubator":
      text(
        ["36.6,36.9", "36.7,OPEN", "36.8,37.0"]
          .map { "HYB_1.40,\($0),28.3,33.0,36.5,100,N,N,C,00,063,D,L,00\r\n" }.joined())
    case "giraffe-warmer":
      text("PWRM_2.0.0,36.8,36.4,0,P,0,0,0,00,29\r\n")
    case "isolette-c2000":
      text(
        Encode.isolette(skin1: "366", skin2: "368")
          + Encode.isolette(skin1: "---", skin2: "   ", padding: 9)
          + Encode.isolette(skin1: "367", skin2: "369"))
    case "papouch-tm":
      text("+023.4C\r+036.6C\r-012.3C\r")
    case "tsm125":
      text("121.1\r\n 36.5\r\n-11.2\r\nErr.1\r\n")
    case "temperx232":
      text(
        "TEMPerX232_V2.0\r\nTemp-Outer:27.11 [C],36.72 [%RH]<Temp-Inner:-0.31 [C]<\r\n")
    case "onewire-uart", "onewire-ds2480b":
      // What answers nothing means nothing; their conversations have tests of their own.
      []
    default:
      fatalError("no stream for \(name): every protocol of the table needs one")
    }
  }

  /// Protocols in which a value is protected by a check.
  static let checked: Set<String> = [
    "kmc1", "nonin-df2", "nonin-df7", "nonin-df13", "isolette-c2000",
  ]

  /// Protocols whose frames are told from others by a few bits only.
  static let bare: Set<String> = ["contec-v7", "contec-5byte", "nonin-df8"]

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
}
