import Configuration
import Probes
import Testing
import Thermoregulation

@Suite struct ConfigurationTests {
  @Test func recordingsHaveADirectoryAndLimits() throws {
    #expect(read("[daemon]\nstate-directory = /s").0?.record == nil)
    let plain = try #require(read("[daemon]\nrecord = /r").0?.record)
    #expect(plain.directory == "/r")
    #expect(plain.size == 1 << 30)
    #expect(plain.fileSize == 16 << 20)
    // A small limit makes small files.
    let small = try #require(read("[daemon]\nrecord-size = 8M\nrecord = /r").0?.record)
    #expect(small.size == 8 << 20)
    #expect(small.fileSize == 2 << 20)
    let both = try #require(
      read("[daemon]\nrecord = /r\nrecord-size = 8M\nrecord-file-size = 4M").0?.record)
    #expect(both.fileSize == 4 << 20)
  }

  @Test func theExampleOfTheContract() throws {
    let (read, problems) = read(example)
    #expect(problems == [])
    let configuration = try #require(read)
    #expect(configuration.socketPath == "/run/kangarood/stream.sock")
    #expect(configuration.controlSocketPath == "/run/kangarood/control.sock")
    #expect(configuration.stateDirectory == "/var/lib/kangarood")
    #expect(configuration.clock == .boottime)
    var limits = Limits()
    limits.bradycardia = 100
    #expect(
      configuration.infants == [
        InfantProfile(
          name: "bed-3a", gestationalAgeWeeks: 31, birthWeightGrams: 1480,
          born: WallTime(rfc3339: "2026-11-20T04:10:00Z")?.nanoseconds, parent: "mother-3",
          limits: limits)
      ])
    var probe = ProbeSection(name: "axilla-3a")
    probe.device = "usb-FTDI_FT232R_A50285BI-if00"
    probe.protocolName = "kmc1"
    probe.infant = "bed-3a"
    probe.site = .axilla
    probe.file = "k.conf"
    probe.lineNumber = 13
    #expect(configuration.probes == [probe])
  }

  @Test func noFileAtAllIsAWorkingDefault() throws {
    var parser = ConfigurationParser()
    let configuration = parser.finish()
    #expect(configuration == Configuration())
    #expect(read("\n# nothing\n\n").0 == Configuration())
    #expect(Configuration().onlyInfant == "infant-1")
  }

  @Test func theOtherKeysOfAProbe() throws {
    let configuration = try #require(
      read(
        """
        [probe foot]
        path = /dev/ttyAMA0
        protocol = auto
        line = 19200-7E2
        write = yes
        parent = mother-3
        channel-3 = foot
        channel-1 = parent-chest
        """
      ).0)
    let probe = configuration.probes[0]
    #expect(probe.path == "/dev/ttyAMA0")
    #expect(probe.protocolName == "auto")
    #expect(probe.line == LineSettings(baud: 19200, dataBits: 7, parity: .even, stopBits: 2))
    #expect(probe.mayWrite)
    #expect(probe.parent == "mother-3")
    #expect(probe.channelSites == [.parentChest, .unknown, .foot])
    #expect(probe.site == .unknown)
  }

  @Test func sensorsOfABus() throws {
    let configuration = try #require(
      read(
        """
        [probe bus]
        path = /dev/ttyAMA0
        protocol = onewire-uart
        write = yes
        sensor-28-0000000fcb07 = axilla
        offset-28-0000000fcb07 = -0.12
        offset-10-0008025b6d3e = 0.5
        sensor-10-0008025b6d3e = foot
        """
      ).0)
    #expect(
      configuration.probes[0].sensors == [
        Sensor(rom: ROM("28-0000000fcb07")!, site: .axilla, offsetThousandths: -120),
        Sensor(rom: ROM("10-0008025b6d3e")!, site: .foot, offsetThousandths: 500),
      ])
  }

  @Test(
    arguments: [
      ("boottime", ClockChoice.boottime, nil), ("fast 2", .fast(2), "fast 2"),
      ("fast 1000", .fast(1000), "fast 1000"),
      ("driven /tmp/clock", .driven(path: "/tmp/clock"), "driven"),
    ] as [(String, ClockChoice, String?)])
  func clocks(value: String, clock: ClockChoice, label: String?) {
    #expect(read("[daemon]\nclock = \(value)").0?.clock == clock)
    #expect(clock.label == label)
  }

  @Test(arguments: ProbeModel.all.map(\.name))
  func everyProtocolCanBeNamed(name: String) {
    let text = "[probe a]\ndevice = x\nwrite = yes\nprotocol = \(name)"
    #expect(read(text).0?.probes[0].protocolName == name)
  }

  @Test(arguments: Site.allCases.filter { $0 != .unknown })
  func everySiteCanBeNamed(site: Site) {
    #expect(read("[probe a]\ndevice = x\nsite = \(site.name)").0?.probes[0].site == site)
  }

  @Test func everyLimitCanBeSet() throws {
    let configuration = try #require(
      read(
        """
        [infant bed-3a]
        cold-stress = 36.4
        hypothermia = 35.9
        hypothermia-high = 34.95
        severe-hypothermia = 31.125
        hyperthermia = 37.6
        hyperthermia-medium = 38.1
        hyperthermia-high = 39.1
        cooling-trend = -0.6
        cooling-fast = -1.3
        cooling-rapid = -3.1
        bradycardia = 105
        bradycardia-high = 85
        tachycardia = 195
        """
      ).0)
    var limits = Limits()
    limits.coldStress = 36_400
    limits.hypothermia = 35_900
    limits.hypothermiaHigh = 34_950
    limits.severeHypothermia = 31_125
    limits.hyperthermia = 37_600
    limits.hyperthermiaMedium = 38_100
    limits.hyperthermiaHigh = 39_100
    limits.coolingTrend = -600
    limits.coolingFast = -1_300
    limits.coolingRapid = -3_100
    limits.bradycardia = 105
    limits.bradycardiaHigh = 85
    limits.tachycardia = 195
    #expect(configuration.infants[0].limits == limits)
  }

  @Test func limitsFollowTheGestationalAgeWhereverItStands() {
    let term = read("[infant a]\nbradycardia = 75\ngestational-age-weeks = 39\n").0
    #expect(term?.infants[0].limits.bradycardia == 75)
    #expect(term?.infants[0].limits.bradycardiaHigh == 60)
    #expect(term?.infants[0].limits.tachycardia == 180)
    #expect(read("[infant a]").0?.infants[0].limits == Limits(gestationalAgeWeeks: nil))
  }

  @Test func laterFilesAddAndOverride() throws {
    let (read, problems) = read(
      (name: "k.conf", text: example),
      (name: "10.conf", text: "[infant bed-3a]\nparent = mother-4\nbradycardia = 90\n"),
      (
        name: "20.conf",
        text: "[infant bed-3b]\n[probe axilla-3a]\nsite = back\n[probe b]\ndevice=*\ninfant=bed-3b"
      ),
      (name: "30.conf", text: "[daemon]\nsocket-path = /tmp/s\n[infant bed-3a]\nbradycardia=95"))
    #expect(problems == [])
    let configuration = try #require(read)
    #expect(configuration.socketPath == "/tmp/s")
    #expect(configuration.controlSocketPath == "/run/kangarood/control.sock")
    #expect(configuration.infants.map(\.name) == ["bed-3a", "bed-3b"])
    #expect(configuration.infants[0].parent == "mother-4")
    #expect(configuration.infants[0].birthWeightGrams == 1480)
    #expect(configuration.infants[0].limits.bradycardia == 95)
    #expect(configuration.probes.map(\.name) == ["axilla-3a", "b"])
    #expect(configuration.probes[0].site == .back)
    #expect(configuration.probes[0].protocolName == "kmc1")
    #expect(configuration.probes[0].file == "k.conf")
    #expect(configuration.onlyInfant == nil)
  }

  @Test func probesWithoutAnInfantHaveTheOnlyOne() {
    let (one, _) = read("[infant bed-3a]\n[probe a]\ndevice = x\n")
    #expect(one?.probes[0].infant == nil)
    #expect(one?.onlyInfant == "bed-3a")
  }

  @Test func probesMakeTheInfantsWhereNoneIsConfigured() {
    let (configuration, _) = read(
      """
      [probe a]
      device = x
      [probe b]
      device = y
      infant = bed-4
      [probe c]
      device = z
      parent = mother-3
      [probe d]
      device = w
      """)
    #expect(configuration?.infants.map(\.name) == ["infant-1", "bed-4"])
  }

  @Test func windowsEditorsAreNoTrouble() {
    let crlf =
      "\u{FEFF}"
      + example.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    #expect(read(crlf).0 == read(example).0)
    #expect(read("\u{FEFF}[deamon]\r\n\r\nx = y\r\n").1.map { $0.prefix(9) } == ["k.conf:1:"])
    #expect(read("\r\n\r\nx\r\n").1.map { $0.prefix(9) } == ["k.conf:3:"])
  }

  @Test func commentsBeginAtTheMarginOrAfterWhiteSpace() {
    let (configuration, problems) = read(
      "# a comment\n   # another\n[probe a] # this one\ndevice = usb#1-if00\t# after a tab")
    #expect(problems == [])
    #expect(configuration?.probes[0].device == "usb#1-if00")
  }

  @Test func whiteSpaceIsNoTrouble() {
    let (configuration, problems) = read(
      "  [probe\t a ]  \n\tdevice=x\u{A0}\n  site\t =\t foot  \n protocol  =auto")
    #expect(problems == [])
    #expect(configuration?.probes[0].device == "x")
    #expect(configuration?.probes[0].site == .foot)
  }
}
