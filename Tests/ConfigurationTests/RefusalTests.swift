import Configuration
import Testing

/// What is wrong is said in one sentence: where, what was found, what was expected.
@Suite struct RefusalTests {
  private static let names = "1 to 64 letters (a to z), digits and . _ - : @"
  private static let sites =
    "rectal, esophageal, axilla, abdomen, back, foot, forehead, parent-chest, ambient"
  private static let celsius = "degrees Celsius such as 36.5, 25 to 43, with at most 3 decimals"
  private static let slope =
    "degrees Celsius an hour such as -0.5, -20 to -0.1, with at most 3 decimals"

  @Test(arguments: [
    ("socket-path", "1: found “socket-path”, expected “key = value” or “[section]”"),
    ("a = b", "1: found “a” before any section, expected “[daemon]” or another"),
    ("[daemon", "1: found “[daemon”, expected “]” at the end of the section's name"),
    (
      "[infants]",
      "1: found section “[infants]”, expected [daemon], [infant NAME] or [probe NAME]"
    ),
    ("[]", "1: found section “[]”, expected [daemon], [infant NAME] or [probe NAME]"),
    (
      "[infant bed 3]",
      "1: found section “[infant bed 3]”, expected [daemon], [infant NAME] or [probe NAME]"
    ),
    ("[infant bett-ä]", "1: found infant “bett-ä”, expected \(names)"),
    ("[probe a/b]", "1: found probe “a/b”, expected \(names)"),
    (
      "[probe a]\ndevice = x\n[probe a]\ndevice = y",
      "3: found [probe a] again, expected another name: it begins in line 1 too"
    ),
    (
      "[infant a]\n[infant a]",
      "2: found [infant a] again, expected another name: it begins in line 1 too"
    ),
  ])
  func sections(text: String, problem: String) { expect(text, problem) }

  @Test(arguments: [
    ("= b", "2: found “= b”, expected a key and a value"),
    ("socket-path =", "2: found “socket-path =”, expected a key and a value"),
    ("socket-path = # none", "2: found “socket-path =”, expected a key and a value"),
    (
      "sockt-path = /x",
      "2: found the unknown key “sockt-path” in [daemon], expected socket-path, control-socket-path, state-directory, journal-size, journal-days, commit-interval-ms, record, record-size, record-file-size or clock"
    ),
    (
      "socket-path = x",
      "2: found socket-path “x”, expected a path that begins with “/”, of at most 107 bytes"
    ),
    (
      "state-directory = lib",
      "2: found state-directory “lib”, expected a path that begins with “/”"
    ),
    (
      "record = captures",
      "2: found record “captures”, expected a path that begins with “/”"
    ),
    (
      "record = /x\nrecord-size = 1000",
      "3: found record-size “1000”, expected a size such as 64M, 1M to 64G, in K, M or G"
    ),
    (
      "record = /x\nrecord-file-size = 63K",
      "3: found record-file-size “63K”, expected a size such as 64M, 64K to 64G, in K, M or G"
    ),
    (
      "record-size = 2M",
      "2: found a size for recordings, expected “record =” and a directory too"
    ),
    (
      "record = /x\nrecord-size = 2M\nrecord-file-size = 1025K",
      "4: found a record-file-size of 1049600 bytes, expected at most half of record-size, 1048576"
    ),
    (
      "clock = fast 1",
      "2: found clock “fast 1”, expected boottime, “fast 2” to “fast 1000”, or “driven PATH”"
    ),
    (
      "clock = driven x",
      "2: found clock “driven x”, expected boottime, “fast 2” to “fast 1000”, or “driven PATH”"
    ),
    (
      "socket-path = \"/x\"",
      "2: found socket-path “\"/x\"”, expected it without quotation marks"
    ),
    (
      "socket-path = /a\nsocket-path = /b",
      "3: found socket-path again, expected it once: it stands in line 2 too"
    ),
    (
      "\nsocket-path = /run/kangarood/control.sock",
      "3: found the same path for socket-path and control-socket-path, expected two"
    ),
  ])
  func daemonKeys(text: String, problem: String) { expect("[daemon]\n" + text, problem) }

  @Test(arguments: [
    (
      "gestational-age-weeks = 31+4",
      "2: found gestational-age-weeks “31+4”, expected completed weeks as a plain whole number, 22 to 45"
    ),
    (
      "gestational-age-weeks = 21",
      "2: found gestational-age-weeks “21”, expected completed weeks as a plain whole number, 22 to 45"
    ),
    (
      "birth-weight-g = 1480 g",
      "2: found birth-weight-g “1480 g”, expected grams as a plain whole number, 200 to 7000"
    ),
    (
      "birth-weight-g = 1.48",
      "2: found birth-weight-g “1.48”, expected grams as a plain whole number, 200 to 7000"
    ),
    (
      "born = 20.11.2026",
      "2: found born “20.11.2026”, expected a time with its zone, such as 2026-11-20T04:10:00Z or 2026-11-20T06:10:00+02:00"
    ),
    (
      "born = 2026-02-29T04:10:00Z",
      "2: found born “2026-02-29T04:10:00Z”, expected a time with its zone, such as 2026-11-20T04:10:00Z or 2026-11-20T06:10:00+02:00"
    ),
    ("parent = Anna B.", "2: found parent “Anna B.”, expected \(names)"),
    (
      "weight = 3",
      "2: found the unknown key “weight” in [infant], expected gestational-age-weeks, birth-weight-g, born, parent or a limit (cold-stress, hypothermia, hypothermia-high, severe-hypothermia, hyperthermia, hyperthermia-medium, hyperthermia-high, cooling-trend, cooling-fast, cooling-rapid, bradycardia, bradycardia-high, tachycardia)"
    ),
    ("cold-stress = 36,5", "2: found cold-stress “36,5”, expected \(celsius)"),
    ("cold-stress = 97.7", "2: found cold-stress “97.7”, expected \(celsius)"),
    ("cold-stress = 36.5001", "2: found cold-stress “36.5001”, expected \(celsius)"),
    ("cold-stress = 36.", "2: found cold-stress “36.”, expected \(celsius)"),
    ("cold-stress = 36.+5", "2: found cold-stress “36.+5”, expected \(celsius)"),
    ("cold-stress = .5", "2: found cold-stress “.5”, expected \(celsius)"),
    ("cold-stress = 36.5 °C", "2: found cold-stress “36.5 °C”, expected \(celsius)"),
    ("cooling-trend = 0.5", "2: found cooling-trend “0.5”, expected \(slope)"),
    ("cooling-trend = -0.05", "2: found cooling-trend “-0.05”, expected \(slope)"),
    ("cooling-trend = −0.5", "2: found cooling-trend “−0.5”, expected \(slope)"),
    (
      "bradycardia = 99.5",
      "2: found bradycardia “99.5”, expected beats per minute as a plain whole number, 20 to 300"
    ),
    (
      "bradycardia = 19",
      "2: found bradycardia “19”, expected beats per minute as a plain whole number, 20 to 300"
    ),
  ])
  func infantKeys(text: String, problem: String) { expect("[infant bed-3a]\n" + text, problem) }

  @Test(arguments: [
    ("cold-stress = 35.9", "hypothermia must be lower than cold-stress"),
    ("hypothermia-high = 36", "hypothermia-high must be lower than hypothermia"),
    ("severe-hypothermia = 35", "severe-hypothermia must be lower than hypothermia-high"),
    ("hyperthermia = 38.0", "hyperthermia must be lower than hyperthermia-medium"),
    ("hyperthermia-medium = 39.5", "hyperthermia-medium must be lower than hyperthermia-high"),
    ("hyperthermia = 36.5", "cold-stress must be lower than hyperthermia"),
    ("hyperthermia = 36.8", "hyperthermia must be at least 0.4 °C above cold-stress"),
    ("bradycardia = 80", "bradycardia-high must be lower than bradycardia"),
    ("tachycardia = 119", "tachycardia must be at least 20 above bradycardia"),
    (
      "cooling-fast = -0.5",
      "cooling-rapid, cooling-fast and cooling-trend must rise in this order to below 0"
    ),
    (
      "cooling-trend = -0.2", "cooling-trend must be lower than -0.2, or it would clear at once"
    ),
    ("cooling-fast = -0.6", "cooling-fast must be lower than -0.6, or it would clear at once"),
    (
      "cooling-rapid = -1.0\ncooling-fast = -0.8",
      "cooling-rapid must be lower than -1.0, or it would clear at once"
    ),
  ])
  func contradictoryLimits(text: String, contradiction: String) {
    expect(
      "\n[infant bed-3a]\n" + text,
      "2: the limits of infant “bed-3a” contradict each other: " + contradiction)
  }

  @Test(arguments: [
    (
      "device = /dev/ttyUSB0",
      "2: found device “/dev/ttyUSB0”, expected a stable identity such as usb-FTDI_FT232R_A50285BI-if00, as “kangaroo ports” shows them"
    ),
    (
      "device = /dev/serial/by-id/usb-FTDI-if00",
      "2: found device “/dev/serial/by-id/usb-FTDI-if00”, expected only what follows /dev/serial/by-id/"
    ),
    ("path = ttyAMA0", "2: found path “ttyAMA0”, expected a path that begins with “/”"),
    (
      "path = /dev/ttyUSB0",
      "2: found path “/dev/ttyUSB0”, a number that changes with every plugging; expected “device =” and its identity, as “kangaroo ports” shows it"
    ),
    (
      "path = /dev/ttyACM12",
      "2: found path “/dev/ttyACM12”, a number that changes with every plugging; expected “device =” and its identity, as “kangaroo ports” shows it"
    ),
    (
      "line = 9600 8n1",
      "2: found line “9600 8n1”, expected one such as 9600-8n1: bits a second, data bits, parity (n, e or o), stop bits"
    ),
    ("write = true", "2: found write “true”, expected yes or no"),
    ("infant = bed 3a", "2: found infant “bed 3a”, expected \(names)"),
    ("parent = mother 3", "2: found parent “mother 3”, expected \(names)"),
    ("site = armpit", "2: found site “armpit”, expected one of \(sites)"),
    ("site = unknown", "2: found site “unknown”, expected one of \(sites)"),
    ("channel-2 = toe", "2: found channel-2 “toe”, expected one of \(sites)"),
    (
      "channel-17 = foot",
      "2: found the unknown key “channel-17” in [probe], expected device, path, protocol, line, write, infant, parent, site, channel-1 to channel-16, sensor-ROM or offset-ROM"
    ),
    (
      "channel-+1 = foot",
      "2: found the unknown key “channel-+1” in [probe], expected device, path, protocol, line, write, infant, parent, site, channel-1 to channel-16, sensor-ROM or offset-ROM"
    ),
    ("sensor-28-fcb07 = foot", "2: found sensor-28-fcb07, expected \(rom)"),
    ("sensor-01-0000000fcb07 = foot", "2: found sensor-01-0000000fcb07, expected \(rom)"),
    ("offset-28 = 0.1", "2: found offset-28, expected \(rom)"),
  ])
  func probeKeys(text: String, problem: String) {
    // The section has a device or a path of its own, unless it is that which is refused.
    let isPlace = text.hasPrefix("device") || text.hasPrefix("path")
    let (configuration, problems) = read(
      "[probe a]\n\(text)\n" + (isPlace ? "" : "device = usb-x\n"))
    #expect(configuration == nil)
    #expect(problems.first == "k.conf:" + problem)
    #expect(problems.count == (isPlace ? 2 : 1))
  }

  private static let rom = "the ROM of a DS18B20 or DS18S20 such as 28-0000000fcb07"

  @Test(arguments: [
    (
      "sensor-28-0000000fcb07 = toe",
      "4: found sensor-28-0000000fcb07 “toe”, expected one of \(sites)"
    ),
    (
      "offset-28-0000000fcb07 = 1.001",
      "4: found offset-28-0000000fcb07 “1.001”, expected degrees Celsius such as -0.12, -1 to 1, with at most 3 decimals"
    ),
    (
      "offset-28-0000000fcb07 = 0,1",
      "4: found offset-28-0000000fcb07 “0,1”, expected degrees Celsius such as -0.12, -1 to 1, with at most 3 decimals"
    ),
    (
      "offset-28-0000000fcb07 = 0.1\nsensor-28-0000000fcb08 = foot",
      "1: found no sensor-28-0000000fcb07 for probe “a”, expected its site, since others have one"
    ),
    (
      "protocol = kmc1\noffset-28-0000000fcb07 = 0.1",
      "1: found the sensor 28-0000000fcb07 for probe “a”, expected sensors only where protocol is onewire-uart or onewire-ds2480b"
    ),
    (
      (1...9).map { "sensor-28-00000000000\($0) = foot" }.joined(separator: "\n"),
      "12: found sensor-28-000000000009, expected at most 8 sensors"
    ),
  ])
  func sensors(text: String, problem: String) {
    let bus = text.hasPrefix("protocol") ? "" : "protocol = onewire-uart\n"
    expect("[probe a] # with leave to talk\n\(bus)write = yes\n\(text)\ndevice = x", problem)
  }

  @Test(arguments: ["contec-v7", "temperx232", "onewire-uart", "onewire-ds2480b"])
  func whoMustBeWrittenToNeedsLeave(name: String) {
    let problem =
      "1: found no “write = yes” for probe “a”, expected it: \(name) stays silent until it is written to"
    expect("[probe a]\ndevice = x\nprotocol = \(name)", problem)
    expect("[probe a]\ndevice = x\nprotocol = \(name)\nwrite = no", problem)
  }

  @Test func anUnknownProtocolGetsTheList() {
    let (_, problems) = read("[probe a]\ndevice = x\nprotocol = KMC1\n")
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("k.conf:3: found protocol “KMC1”, expected auto, "))
    #expect(problems[0].contains("kmc1"))
  }

  @Test(arguments: [
    ("[probe a]", "1: found neither device nor path for probe “a”, expected one"),
    (
      "[probe a]\ndevice = x\npath = /dev/ttyAMA0",
      "1: found both device and path for probe “a”, expected one"
    ),
    (
      "[infant bed-1]\n[infant bed-2]\n[probe a]\ndevice = x\ninfant = bed-3",
      "3: found infant “bed-3” for probe “a”, expected a section [infant bed-3] or one of bed-1, bed-2"
    ),
    (
      "[infant bed-1]\n[infant bed-2]\n[probe a]\ndevice = x",
      "3: found no infant for probe “a”, expected “infant =” and one of bed-1, bed-2"
    ),
    (
      "[probe a]\ndevice = x\n[probe b]\ndevice = x",
      "3: found “x” for both probes “a” and “b”, expected it for one"
    ),
    (
      "[probe a]\npath = /dev/ttyS0\n[probe b]\npath = /dev/ttyS0",
      "3: found “/dev/ttyS0” for both probes “a” and “b”, expected it for one"
    ),
  ])
  func sectionsAsAWhole(text: String, problem: String) { expect(text, problem) }

  @Test func everyProblemOfEveryFileIsReported() {
    let (configuration, problems) = read(
      (name: "k.conf", text: "[deamon]\nwhatever = 1\n[infant a]\nborn = today\ncolor = blue\n"),
      (name: "k.conf.d/9.conf", text: "[probe p]\nwrite = perhaps\n"))
    #expect(configuration == nil)
    #expect(
      problems.map { $0.split(separator: " ")[0] } == [
        "k.conf:1:", "k.conf:4:", "k.conf:5:", "k.conf.d/9.conf:2:", "k.conf.d/9.conf:1:",
      ])
  }

  @Test func whatIsQuotedIsCutAndVisible() {
    expect(
      String(repeating: "x", count: 100_000) + "\u{1B}",
      "1: found “\(String(repeating: "x", count: 80))…”, expected “key = value” or “[section]”")
    expect(
      "a\u{1B}[2Jb\u{0}", "1: found “a\u{FFFD}[2Jb\u{FFFD}”, expected “key = value” or “[section]”")
  }

  @Test func socketPathsFitIntoTheKernelsAddress() {
    let longest = "/" + String(repeating: "s", count: 106)
    #expect(read("[daemon]\nsocket-path = \(longest)").1 == [])
    #expect(read("[daemon]\nsocket-path = \(longest)s").1.count == 1)
  }

  @Test func sectionsAreBounded() {
    func sections(_ kind: String, _ count: Int) -> String {
      (1...count).map { "[\(kind) n\($0)]\n" + (kind == "probe" ? "device=\($0)\n" : "") }.joined()
    }
    #expect(read(sections("infant", 256)).1 == [])
    #expect(read(sections("probe", 256)).1 == [])
    expect(sections("infant", 257), "257: found one more infant, expected at most 256")
    expect(sections("probe", 257), "513: found one more probe, expected at most 256")
  }

  private func expect(_ text: String, _ problem: String) {
    let (configuration, problems) = read(text)
    #expect(configuration == nil)
    #expect(problems == ["k.conf:" + problem])
  }
}
