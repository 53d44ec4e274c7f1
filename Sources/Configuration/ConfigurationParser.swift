import Thermoregulation

/// Reads configuration files one after the other; later ones add to and override earlier ones.
///
/// Every problem is collected, so that one run shows them all. Within one file a probe, an infant
/// or a key stands once: a section that was copied and not renamed would replace the other one's
/// probe without a word.
public struct ConfigurationParser: Sendable {
  var configuration = Configuration()
  public private(set) var problems: [ConfigurationProblem] = []

  private enum Section {
    case none, daemon
    case infant(Int)
    case probe(Int)
    /// After a heading that was refused: its keys are not looked at.
    case refused
  }

  /// Where something stands.
  struct Place {
    var file = ""
    var line = 0
  }

  private var section = Section.none
  private var sectionName = ""
  var place = Place()
  /// The lines of this file's headings and keys, by section and key.
  private var seen: [String: Int] = [:]
  /// Limits by infant, kept apart until the gestational age is known.
  var limits: [[(key: LimitKey, value: Int)]] = []
  var infantPlaces: [Place] = []
  var socketPlace = Place()
  /// The keys of a recording, until all have been seen.
  var record: (directory: String?, size: Int?, fileSize: Int?)
  var recordPlace = Place()

  /// Bytes in one file.
  public static let longestFile = 1 << 20
  /// Infants, and probes.
  public static let mostSections = 256

  public init() {}

  public mutating func parse(_ text: String, file: String) {
    place = Place(file: file, line: 0)
    section = .none
    sectionName = ""
    seen = [:]
    for row in text.withoutByteOrderMark.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    {
      place.line += 1
      parse(row.withoutComment.trimmed)
    }
  }

  /// The configuration, or nil where anything was wrong.
  public mutating func finish() -> Configuration? {
    settleLimits()
    for probe in configuration.probes { check(probe) }
    checkNodes()
    settleRecord()
    guard problems.isEmpty else { return nil }
    implyInfants()
    return configuration
  }

  mutating func refuse(_ message: String) {
    problems.append(ConfigurationProblem(file: place.file, line: place.line, message: message))
  }

  private mutating func parse(_ row: Substring) {
    if row.isEmpty { return }
    if row.first == "[" {
      section = .refused
      openSection(row)
      return
    }
    guard let equals = row.firstIndex(of: "=") else {
      refuse("found “\(row.shown)”, expected “key = value” or “[section]”")
      return
    }
    let key = String(row[..<equals].trimmed)
    let value = String(row[row.index(after: equals)...].trimmed)
    guard !key.isEmpty, !value.isEmpty else {
      refuse("found “\(row.shown)”, expected a key and a value")
      return
    }
    if case .refused = section { return }
    if let line = seen.updateValue(place.line, forKey: "\(sectionName) \(key)") {
      refuse("found \(key.shown) again, expected it once: it stands in line \(line) too")
      return
    }
    if let quote = value.first, quote == "\"" || quote == "'" {
      refuse("found \(key.shown) “\(value.shown)”, expected it without quotation marks")
      return
    }
    switch section {
    case .none:
      refuse("found “\(key.shown)” before any section, expected “[daemon]” or another")
    case .daemon: setDaemon(key, value)
    case .infant(let index): setInfant(index, key, value)
    case .probe(let index): setProbe(index, key, value)
    case .refused: break
    }
  }

  private mutating func openSection(_ row: Substring) {
    guard row.last == "]" else {
      refuse("found “\(row.shown)”, expected “]” at the end of the section's name")
      return
    }
    let words = row.dropFirst().dropLast().split(whereSeparator: \.isWhitespace).map(String.init)
    switch (words.first, words.count) {
    case ("daemon", 1):
      sectionName = "daemon"
      section = .daemon
    case ("infant", 2): openInfant(words[1])
    case ("probe", 2): openProbe(words[1])
    default:
      refuse("found section “\(row.shown)”, expected [daemon], [infant NAME] or [probe NAME]")
    }
  }

  /// Whether a section of that kind and name may begin here.
  private mutating func mayOpen(_ kind: String, _ name: String) -> Bool {
    guard name.isIdentifier else {
      refuse("found \(kind) “\(name.shown)”, expected \(String.identifierForm)")
      return false
    }
    sectionName = "[\(kind) \(name)]"
    if let line = seen.updateValue(place.line, forKey: sectionName) {
      refuse("found \(sectionName) again, expected another name: it begins in line \(line) too")
      return false
    }
    return true
  }

  private mutating func openInfant(_ name: String) {
    guard mayOpen("infant", name) else { return }
    if let index = configuration.infants.firstIndex(where: { $0.name == name }) {
      section = .infant(index)
      return
    }
    guard configuration.infants.count < Self.mostSections else {
      refuse("found one more infant, expected at most \(Self.mostSections)")
      return
    }
    configuration.infants.append(InfantProfile(name: name))
    limits.append([])
    infantPlaces.append(place)
    section = .infant(configuration.infants.count - 1)
  }

  private mutating func openProbe(_ name: String) {
    guard mayOpen("probe", name) else { return }
    if let index = configuration.probes.firstIndex(where: { $0.name == name }) {
      section = .probe(index)
      return
    }
    guard configuration.probes.count < Self.mostSections else {
      refuse("found one more probe, expected at most \(Self.mostSections)")
      return
    }
    var probe = ProbeSection(name: name)
    probe.file = place.file
    probe.lineNumber = place.line
    configuration.probes.append(probe)
    section = .probe(configuration.probes.count - 1)
  }
}
