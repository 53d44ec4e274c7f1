import Probes
import Thermoregulation

/// Says event lines as resources `Observation` of FHIR R4, for systems that keep records.
///
/// Give it every line of a connection, from `hello` on: `port` lines tell it what is plugged in
/// where. <doc:Observations> has the mapping as a table, with its sources.
public struct FHIRWriter: Sendable {
  /// The types of which resources are made.
  public static let types: LineTypes = [
    LineTypes(.assessment), LineTypes(.alarm), LineTypes(.mark),
  ]
  /// Ports that are remembered: many times what a ward has.
  private static let mostPorts = 1024

  private struct Port {
    var infant: String?
    var site: String?
    var device: JSON
  }

  private var stream = ""
  private var ports: [String: Port] = [:]

  public init() {}

  /// The resources that an event line becomes; for many lines there are none.
  public mutating func resources(of line: JSON) -> [JSON] {
    switch line["type"]?.text {
    case "hello":
      stream = line["stream"]?.text ?? ""
      return []
    case "port":
      learn(line)
      return []
    case "assessment": return assessment(line)
    case "alarm": return [alarm(line)]
    case "mark" where line["mark"]?.text == "spot-check": return [spotCheck(line)]
    default: return []
    }
  }

  private mutating func learn(_ line: JSON) {
    guard let name = line["port"]?.text else { return }
    guard ports[name] != nil || ports.count < Self.mostPorts else { return }
    let device = Self.device(line["device"]?.text ?? name, name: name)
    ports[name] = Port(
      infant: line["infant"]?.text, site: line["site"]?.text, device: device)
  }

  private func assessment(_ line: JSON) -> [JSON] {
    let quality = line["quality"]?.text
    let site = line["site"]?.text
    let probes = ports.values.filter { port in
      port.infant == line["infant"]?.text && port.site == site && site != nil
    }
    // Without a band there is none that may be shown, though the line says what was known last.
    let value = line["band"]?.text == Band.unknown.name ? nil : line["temperature"]
    let temperature = JSON.observation(
      .temperature(at: site), of: line, identifier: identifier(line, "temperature"),
      // What the daemon itself does not trust fully, somebody may want to look at.
      status: quality == "good" ? "final" : "preliminary",
      age: value == nil ? 0 : line["age_s"]?.integer ?? 0, value: value,
      absence: Self.absence(quality),
      interpretation: value == nil ? nil : Self.interpretation(line["band"]?.text),
      site: site, device: probes.count == 1 ? probes[0].device : nil)
    let others: [(vital: Vital, key: String)] = [(.heartRate, "heart_rate"), (.spo2, "spo2")]
    return [temperature]
      + others.compactMap { vital, key in
        line[key].map { value in
          JSON.observation(
            vital, of: line, identifier: identifier(line, key), status: "final", value: value)
        }
      }
  }

  private func spotCheck(_ line: JSON) -> JSON {
    let site = line["site"]?.text
    return JSON.observation(
      .temperature(at: site), of: line, identifier: identifier(line, "temperature"),
      status: "final", value: line["value"], absence: "unknown", site: site,
      method: .object(["text": .text("thermometer")]),
      performer: line["by"]?.text.map { .reference("Practitioner", Self.system("staff"), $0) })
  }

  private func alarm(_ line: JSON) -> JSON {
    let kind = line["kind"]?.text ?? "technical"
    let event = line["event"]?.text ?? "active"
    let isOver = event == "cleared"
    let interpretation = line["priority"]?.text == "high" ? "AA" : "A"
    let name = line["port"]?.text
    return .object([
      "resourceType": .text("Observation"),
      "identifier": identifier(line, "alarm"),
      "status": .text("final"),
      "category": .list([.concept(Self.system("category"), "\(kind)-alarm", text: "alarm")]),
      "code": line["rule"]?.text.map { .concept(Self.system("rule"), $0, text: $0) },
      "subject": line["infant"]?.text.map { .reference("Patient", Self.system("infant"), $0) },
      "effectiveDateTime": line["time"],
      "performer": line["by"]?.text.map {
        .list([.reference("Practitioner", Self.system("staff"), $0)])
      },
      "valueCodeableConcept": .concept(Self.system("alarm-event"), event, text: event),
      "interpretation": isOver || kind == "technical"
        ? nil : .list([.concept(.interpretation, interpretation)]),
      "note": line["message"].map { .list([.object(["text": $0])]) },
      "bodySite": line["site"].map { .object(["text": $0]) },
      "device": name.map { ports[$0]?.device ?? Self.device($0, name: $0) },
    ])
  }

  /// Names the resource for ever, so that one told twice is known; nil for what is no event.
  private func identifier(_ line: JSON, _ part: String) -> JSON? {
    guard let seq = line["seq"]?.integer else { return nil }
    let stream = line["stream"]?.text ?? stream
    return .list([
      .object([
        "system": .text(Self.system("event")), "value": .text("\(stream):\(seq):\(part)"),
      ])
    ])
  }

  private static func device(_ identity: String, name: String) -> JSON {
    .reference("Device", system("device"), identity, display: name)
  }

  /// Our own names have a space of their own; whoever takes them in may map them to the house's.
  static func system(_ what: String) -> String { "urn:x-kangarood:\(what)" }

  /// Why there is no temperature, in the words of FHIR.
  private static func absence(_ quality: String?) -> String {
    switch quality {
    case "none": "not-performed"
    case "fault", "stuck": "error"
    default: "temp-unknown"
    }
  }

  private static func interpretation(_ band: String?) -> String? {
    switch band {
    case "severe-hypothermia", "moderate-hypothermia": "LL"
    case "cold-stress": "L"
    case "normothermia": "N"
    case "hyperthermia": "H"
    default: nil
    }
  }
}

/// A vital sign: what it is called by LOINC and by IEEE, and how it is told in UCUM.
struct Vital {
  /// The profile of FHIR's own for it.
  var profile: String
  var loinc: [(code: String, display: String)]
  var mdc: Int?
  var unit: (code: String, text: String)

  static func temperature(at site: String?) -> Vital {
    let site = Site.allCases.first { $0.name == site } ?? .unknown
    return Vital(
      profile: "bodytemp", loinc: [("8310-5", "Body temperature")],
      mdc: Quantity.temperature.mdc(at: site), unit: ("Cel", "°C"))
  }

  static let heartRate = Vital(
    profile: "heartrate", loinc: [("8867-4", "Heart rate")], unit: ("/min", "beats/min"))

  /// The profile wants the first code; the second says that an oximeter found it.
  static let spo2 = Vital(
    profile: "oxygensat",
    loinc: [
      ("2708-6", "Oxygen saturation in Arterial blood"),
      ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
    ], mdc: Quantity.spo2.mdc(at: .unknown), unit: ("%", "%"))
}

extension JSON {
  /// A vital sign as FHIR's profiles want it: with a value, or with the reason why there is none.
  fileprivate static func observation(
    _ vital: Vital, of line: JSON, identifier: JSON?, status: String, age: Int = 0,
    value: JSON?, absence: String = "unknown", interpretation: String? = nil, site: String? = nil,
    method: JSON? = nil, performer: JSON? = nil, device: JSON? = nil
  ) -> JSON {
    let time = line["time"]?.text.flatMap { WallTime(rfc3339: $0) }
    let codes =
      vital.loinc.map { coding(.loinc, $0.code, display: $0.display) }
      + (vital.mdc.map { [coding(.mdc, String($0))] } ?? [])
    return .object([
      "resourceType": .text("Observation"),
      "meta": .object([
        "profile": .list([.text("http://hl7.org/fhir/StructureDefinition/\(vital.profile)")])
      ]),
      "identifier": identifier,
      "status": .text(status),
      "category": .list([.concept(.category, "vital-signs")]),
      "code": .object(["coding": .list(codes), "text": .text(vital.loinc[0].display)]),
      "subject": line["infant"]?.text.map {
        .reference("Patient", FHIRWriter.system("infant"), $0)
      },
      "effectiveDateTime": time.map {
        .text($0.advanced(by: Int64(age) * -1_000_000_000).description)
      },
      "performer": performer.map { .list([$0]) },
      "valueQuantity": value.map { value in
        .object([
          "value": value, "unit": .text(vital.unit.text), "system": .text(.ucum),
          "code": .text(vital.unit.code),
        ])
      },
      "dataAbsentReason": value == nil ? .concept(.absence, absence) : nil,
      "interpretation": interpretation.map { .list([.concept(.interpretation, $0)]) },
      "bodySite": site.map { .object(["text": .text($0)]) },
      "method": method,
      "device": device,
    ])
  }

  fileprivate static func coding(
    _ system: String, _ code: String, display: String? = nil
  ) -> JSON {
    .object([
      "system": .text(system), "code": .text(code), "display": display.map { .text($0) },
    ])
  }

  fileprivate static func concept(_ system: String, _ code: String, text: String? = nil) -> JSON {
    .object(["coding": .list([coding(system, code)]), "text": text.map { .text($0) }])
  }

  /// Whom or what it is, by an identifier: the daemon knows no addresses of resources.
  fileprivate static func reference(
    _ type: String, _ system: String, _ value: String, display: String? = nil
  ) -> JSON {
    .object([
      "type": .text(type),
      "identifier": .object(["system": .text(system), "value": .text(value)]),
      "display": display.map { .text($0) },
    ])
  }
}

/// Code systems, by the addresses that FHIR gives them.
extension String {
  fileprivate static let loinc = "http://loinc.org"
  fileprivate static let mdc = "urn:iso:std:iso:11073:10101"
  fileprivate static let ucum = "http://unitsofmeasure.org"
  fileprivate static let category =
    "http://terminology.hl7.org/CodeSystem/observation-category"
  fileprivate static let absence = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
  fileprivate static let interpretation =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
}
