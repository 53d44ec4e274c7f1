public import Probes
import Thermoregulation

/// Reads configuration files one after the other; later ones add to and override earlier ones.
///
/// Every problem is collected, so that one run shows them all.
public struct ConfigurationParser: Sendable {
  private var configuration = Configuration()
  public private(set) var problems: [ConfigurationProblem] = []

  private enum Section {
    case none, daemon
    case infant(Int)
    case probe(Int)
    /// After a heading that was refused: its keys are not looked at.
    case refused
  }

  private var section = Section.none
  private var file = ""
  private var line = 0
  /// Limits by infant, kept apart until the gestational age is known.
  private var limits: [[(key: String, value: Int)]] = []
  private var infantPlaces: [(file: String, line: Int)] = []

  /// Bytes in one file.
  public static let longestFile = 1 << 20

  public init() {}

  public mutating func parse(_ text: String, file: String) {
    self.file = file
    line = 0
    section = .none
    for row in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      line += 1
      parse(row.withoutComment.trimmed)
    }
  }

  /// The configuration, or nil where anything was wrong.
  public mutating func finish() -> Configuration? {
    settleLimits()
    for probe in configuration.probes { check(probe) }
    checkNames()
    guard problems.isEmpty else { return nil }
    implyInfants()
    return configuration
  }

  private mutating func refuse(_ message: String) {
    problems.append(ConfigurationProblem(file: file, line: line, message: message))
  }

  private mutating func parse(_ row: Substring) {
    if row.isEmpty { return }
    if row.first == "[" {
      openSection(row)
      return
    }
    guard let equals = row.firstIndex(of: "=") else {
      refuse("found “\(row)”, expected “key = value” or “[section]”")
      return
    }
    let key = String(row[..<equals].trimmed)
    let value = String(row[row.index(after: equals)...].trimmed)
    guard !key.isEmpty, !value.isEmpty else {
      refuse("found “\(row)”, expected a key and a value")
      return
    }
    switch section {
    case .none: refuse("found “\(key)” before any section, expected “[daemon]” or another")
    case .daemon: setDaemon(key, value)
    case .infant(let place): setInfant(place, key, value)
    case .probe(let place): setProbe(place, key, value)
    case .refused: break
    }
  }

  private mutating func openSection(_ row: Substring) {
    section = .refused
    guard row.last == "]" else {
      refuse("found “\(row)”, expected “]” at the end of the section's name")
      return
    }
    let words = row.dropFirst().dropLast().split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("daemon", 1): section = .daemon
    case ("infant", 2): openInfant(words[1])
    case ("probe", 2): openProbe(words[1])
    default:
      refuse("found section “\(row)”, expected [daemon], [infant NAME] or [probe NAME]")
    }
  }

  private mutating func openInfant(_ name: String) {
    guard name.isIdentifier else {
      refuse("found infant “\(name)”, expected 1 to 64 letters, digits and . _ - : @")
      return
    }
    if let place = configuration.infants.firstIndex(where: { $0.name == name }) {
      section = .infant(place)
      return
    }
    configuration.infants.append(InfantProfile(name: name))
    limits.append([])
    infantPlaces.append((file, line))
    section = .infant(configuration.infants.count - 1)
  }

  private mutating func openProbe(_ name: String) {
    guard name.isIdentifier else {
      refuse("found probe “\(name)”, expected 1 to 64 letters, digits and . _ - : @")
      return
    }
    if let place = configuration.probes.firstIndex(where: { $0.name == name }) {
      section = .probe(place)
      return
    }
    var probe = ProbeSection(name: name)
    probe.file = file
    probe.lineNumber = line
    configuration.probes.append(probe)
    section = .probe(configuration.probes.count - 1)
  }

  private mutating func setDaemon(_ key: String, _ value: String) {
    switch key {
    case "socket-path": setPath(\.socketPath, key, value)
    case "control-socket-path": setPath(\.controlSocketPath, key, value)
    case "state-directory": setPath(\.stateDirectory, key, value)
    case "clock":
      guard let clock = ClockChoice(value) else {
        refuse(
          "found clock “\(value)”, expected boottime, “fast 2” to “fast 1000”, or “driven PATH”")
        return
      }
      configuration.clock = clock
    default:
      refuse(
        "found the unknown key “\(key)” in [daemon], "
          + "expected socket-path, control-socket-path, state-directory or clock")
    }
  }

  private mutating func setPath(
    _ path: WritableKeyPath<Configuration, String>, _ key: String, _ value: String
  ) {
    guard value.first == "/" else {
      refuse("found \(key) “\(value)”, expected a path that begins with “/”")
      return
    }
    configuration[keyPath: path] = value
  }

  private mutating func setInfant(_ place: Int, _ key: String, _ value: String) {
    switch key {
    case "gestational-age-weeks":
      if let weeks = number(key, value, 22...45, "weeks") {
        configuration.infants[place].gestationalAgeWeeks = weeks
      }
    case "birth-weight-g":
      if let weight = number(key, value, 200...7000, "grams") {
        configuration.infants[place].birthWeightGrams = weight
      }
    case "born":
      guard let born = WallTime(rfc3339: value) else {
        refuse("found born “\(value)”, expected a time such as 2026-11-20T04:10:00Z")
        return
      }
      configuration.infants[place].born = born.nanoseconds
    case "parent":
      guard value.isIdentifier else {
        refuse("found parent “\(value)”, expected 1 to 64 letters, digits and . _ - : @")
        return
      }
      configuration.infants[place].parent = value
    default: setLimit(place, key, value)
    }
  }

  private mutating func setLimit(_ place: Int, _ key: String, _ value: String) {
    guard let limit = LimitKey.named(key) else {
      refuse(
        "found the unknown key “\(key)” in [infant], expected gestational-age-weeks, "
          + "birth-weight-g, born, parent or a limit (\(LimitKey.names))")
      return
    }
    guard let number = limit.parse(value) else {
      refuse("found \(key) “\(value)”, expected \(limit.expectation)")
      return
    }
    limits[place].append((key, number))
  }

  private mutating func setProbe(_ place: Int, _ key: String, _ value: String) {
    switch key {
    case "device":
      guard value.first != "/" else {
        refuse(
          "found device “\(value)”, expected a stable identity such as usb-FTDI_FT232R_A50285BI-if00"
        )
        return
      }
      configuration.probes[place].device = value
    case "path":
      guard value.hasPrefix("/") else {
        refuse("found path “\(value)”, expected a path that begins with “/”")
        return
      }
      guard !value.hasPrefix("/dev/ttyUSB"), !value.hasPrefix("/dev/ttyACM") else {
        refuse(
          "found path “\(value)”, a number that changes with every plugging; expected “device =” and its identity"
        )
        return
      }
      configuration.probes[place].path = value
    case "protocol":
      guard value == "auto" || ProbeModel.named(value) != nil else {
        refuse(
          "found protocol “\(value)”, expected auto, "
            + ProbeModel.all.map(\.name).joined(separator: ", "))
        return
      }
      configuration.probes[place].protocolName = value
    case "line":
      guard let line = LineSettings(value) else {
        refuse("found line “\(value)”, expected one such as 9600-8n1")
        return
      }
      configuration.probes[place].line = line
    case "write": setWrite(place, value)
    case "infant": configuration.probes[place].infant = value
    case "parent": configuration.probes[place].parent = value
    case "site":
      if let site = site(key, value) { configuration.probes[place].site = site }
    default: setChannel(place, key, value)
    }
  }

  private mutating func setWrite(_ place: Int, _ value: String) {
    switch value {
    case "yes": configuration.probes[place].mayWrite = true
    case "no": configuration.probes[place].mayWrite = false
    default: refuse("found write “\(value)”, expected yes or no")
    }
  }

  private mutating func setChannel(_ place: Int, _ key: String, _ value: String) {
    guard key.hasPrefix("channel-"), let number = Int(key.dropFirst(8)), (1...16).contains(number)
    else {
      refuse(
        "found the unknown key “\(key)” in [probe], expected device, path, protocol, line, write, "
          + "infant, parent, site or channel-1 to channel-16")
      return
    }
    guard let site = site(key, value) else { return }
    while configuration.probes[place].channelSites.count < number {
      configuration.probes[place].channelSites.append(.unknown)
    }
    configuration.probes[place].channelSites[number - 1] = site
  }

  private mutating func site(_ key: String, _ value: String) -> Site? {
    if let site = Site(configured: value) { return site }
    refuse(
      "found \(key) “\(value)”, expected one of "
        + Site.allCases.filter { $0 != .unknown }.map(\.name).joined(separator: ", "))
    return nil
  }

  private mutating func number(
    _ key: String, _ value: String, _ bounds: ClosedRange<Int>, _ unit: String
  ) -> Int? {
    if let number = Int(value), bounds.contains(number) { return number }
    refuse(
      "found \(key) “\(value)”, expected \(bounds.lowerBound) to \(bounds.upperBound) \(unit)")
    return nil
  }

  private mutating func settleLimits() {
    for place in configuration.infants.indices {
      var settled = Limits(gestationalAgeWeeks: configuration.infants[place].gestationalAgeWeeks)
      for (key, value) in limits[place] { settled[keyPath: LimitKey.named(key)!.path] = value }
      if let contradiction = settled.contradiction {
        (file, line) = infantPlaces[place]
        refuse(
          "the limits of infant “\(configuration.infants[place].name)” contradict: \(contradiction)"
        )
      }
      configuration.infants[place].limits = settled
    }
  }

  private mutating func check(_ probe: ProbeSection) {
    (file, line) = (probe.file, probe.lineNumber)
    switch (probe.device, probe.path) {
    case (nil, nil): refuse("probe “\(probe.name)” has neither device nor path, expected one")
    case (_?, _?): refuse("probe “\(probe.name)” has both device and path, expected one")
    default: break
    }
    if let infant = probe.infant {
      let isKnown = configuration.infants.contains { $0.name == infant }
      if !configuration.infants.isEmpty, !isKnown {
        refuse(
          "probe “\(probe.name)” is for infant “\(infant)”, expected a section [infant \(infant)]")
      } else if !infant.isIdentifier {
        refuse("found infant “\(infant)”, expected 1 to 64 letters, digits and . _ - : @")
      }
    } else if probe.parent == nil, configuration.infants.count > 1 {
      refuse("probe “\(probe.name)” names no infant, expected “infant =” since there are several")
    }
  }

  /// Two sections that would read one node would steal each other's bytes.
  private mutating func checkNames() {
    var seen: [String: String] = [:]
    for probe in configuration.probes {
      guard let node = probe.path ?? probe.device else { continue }
      if let other = seen[node] {
        (file, line) = (probe.file, probe.lineNumber)
        refuse("probes “\(other)” and “\(probe.name)” are both bound to “\(node)”, expected one")
      }
      seen[node] = probe.name
    }
    if configuration.socketPath == configuration.controlSocketPath {
      line = 0
      refuse("socket-path and control-socket-path are the same, expected two")
    }
  }

  /// Without any section for infants, those that the probes name are the infants.
  private mutating func implyInfants() {
    guard configuration.infants.isEmpty else { return }
    for probe in configuration.probes {
      guard let name = probe.infant ?? (probe.parent == nil ? Configuration.defaultInfant : nil),
        !configuration.infants.contains(where: { $0.name == name })
      else { continue }
      configuration.infants.append(InfantProfile(name: name))
    }
  }
}

extension Site {
  /// The site of that name, nil where there is none; `unknown` cannot be configured.
  public init?(configured name: some StringProtocol) {
    guard let site = Self.allCases.first(where: { $0.name == name }), site != .unknown else {
      return nil
    }
    self = site
  }
}

extension ClockChoice {
  init?(_ value: String) {
    let words = value.split(separator: " ")
    switch (words.first, words.count) {
    case ("boottime", 1): self = .boottime
    case ("fast", 2):
      guard let rate = Int(words[1]), (2...1000).contains(rate) else { return nil }
      self = .fast(rate)
    case ("driven", 2) where words[1].first == "/": self = .driven(path: String(words[1]))
    default: return nil
    }
  }
}

extension String {
  /// A name of an infant, a parent or a probe, as it may stand in captures and on command lines.
  var isIdentifier: Bool {
    !isEmpty && utf8.count <= 64
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: [0x2E, 0x5F, 0x2D, 0x3A, 0x40].contains(byte)
        }
      }
  }
}

extension Substring {
  /// Without what follows a `#` at the beginning or after white space.
  var withoutComment: Substring {
    var previous: Character = " "
    for place in indices {
      if self[place] == "#", previous == " " || previous == "\t" { return self[..<place] }
      previous = self[place]
    }
    return self
  }

  var trimmed: Substring {
    var text = self
    while let first = text.first, first == " " || first == "\t" || first == "\r" {
      text.removeFirst()
    }
    while let last = text.last, last == " " || last == "\t" || last == "\r" || last == "\r\n" {
      text.removeLast()
    }
    return text
  }
}
