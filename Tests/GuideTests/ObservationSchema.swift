import EventStream

/// The rules that FHIR R4 has for an `Observation`, written down from its specification: which
/// elements there are, how many of each, of what form; its invariants; and what the profiles of
/// “Vital Signs” add. Elements that never occur here are left out, so what occurs must be here.
enum ObservationSchema {
  /// What a value has to look like.
  indirect enum Form: Sendable {
    case string, uri, canonical, dateTime, decimal
    case code(Set<String>)
    case object([String: Element])
  }

  struct Element: Sendable {
    var form: Form
    var min = 0
    /// Nil where there may be many: then it is a list.
    var max: Int? = 1

    static func one(_ form: Form) -> Element { Element(form: form, min: 1) }
    static func maybe(_ form: Form) -> Element { Element(form: form) }
    static func many(_ form: Form, min: Int = 0) -> Element {
      Element(form: form, min: min, max: nil)
    }
  }

  private static let coding = Form.object([
    "system": .maybe(.uri), "version": .maybe(.string), "code": .maybe(.string),
    "display": .maybe(.string),
  ])
  private static let concept = Form.object(["coding": .many(coding), "text": .maybe(.string)])
  private static let identifier = Form.object([
    "use": .maybe(.code(["usual", "official", "temp", "secondary", "old"])),
    "type": .maybe(concept), "system": .maybe(.uri), "value": .maybe(.string),
  ])
  private static let reference = Form.object([
    "reference": .maybe(.string), "type": .maybe(.uri), "identifier": .maybe(identifier),
    "display": .maybe(.string),
  ])
  private static let quantity = Form.object([
    "value": .maybe(.decimal), "comparator": .maybe(.code(["<", "<=", ">=", ">"])),
    "unit": .maybe(.string), "system": .maybe(.uri), "code": .maybe(.string),
  ])

  private static let observation: [String: Element] = [
    "resourceType": .one(.code(["Observation"])),
    "id": .maybe(.string),
    "meta": .maybe(.object(["profile": .many(.canonical)])),
    "identifier": .many(identifier),
    "status": .one(
      .code([
        "registered", "preliminary", "final", "amended", "corrected", "cancelled",
        "entered-in-error", "unknown",
      ])),
    "category": .many(concept),
    "code": .one(concept),
    "subject": .maybe(reference),
    "effectiveDateTime": .maybe(.dateTime),
    "performer": .many(reference),
    "valueQuantity": .maybe(quantity),
    "valueCodeableConcept": .maybe(concept),
    "dataAbsentReason": .maybe(concept),
    "interpretation": .many(concept),
    "note": .many(.object(["text": .one(.string)])),
    "bodySite": .maybe(concept),
    "method": .maybe(concept),
    "device": .maybe(reference),
  ]

  /// What is wrong with a resource; nothing where it keeps all rules.
  static func faults(of resource: JSON) -> [String] {
    var faults: [String] = []
    check(resource, .object(observation), at: "Observation", &faults)
    checkCodes(resource, at: "Observation", &faults)
    let values = ["valueQuantity", "valueCodeableConcept"].filter { resource[$0] != nil }
    if values.count > 1 { faults.append("more than one value[x]") }
    if !values.isEmpty, resource["dataAbsentReason"] != nil {
      faults.append("obs-6: a value and a reason why there is none")
    }
    if resource["category"]?.hasCoding("vital-signs") == true {
      checkVitalSign(resource, hasValue: !values.isEmpty, &faults)
    }
    return faults
  }

  private static func check(
    _ json: JSON, _ form: Form, at path: String, _ faults: inout [String]
  ) {
    switch (form, json.value) {
    case (.string, .text(let text)):
      if text.isEmpty { faults.append("\(path): an empty string") }
    case (.uri, .text(let text)), (.canonical, .text(let text)):
      if text.wholeMatch(of: /\S+/) == nil { faults.append("\(path): no URI: \(text)") }
    case (.dateTime, .text(let text)):
      if !isDateTime(text) { faults.append("\(path): no dateTime: \(text)") }
    case (.code(let codes), .text(let text)):
      if !codes.contains(text) { faults.append("\(path): the unknown code \(text)") }
    case (.decimal, .number(let text)):
      if !isDecimal(text) { faults.append("\(path): no decimal: \(text)") }
    case (.object(let elements), .object(let members)):
      if members.isEmpty { faults.append("\(path): an empty object") }
      if Set(members.map(\.key)).count != members.count { faults.append("\(path): a key twice") }
      for member in members {
        guard let element = elements[member.key] else {
          faults.append("\(path): the unknown element \(member.key)")
          continue
        }
        check(member.value, element, at: "\(path).\(member.key)", &faults)
      }
      for (key, element) in elements where element.min > 0 && json[key] == nil {
        faults.append("\(path): no \(key)")
      }
    default: faults.append("\(path): \(json.value) is of the wrong kind")
    }
  }

  private static func check(
    _ json: JSON, _ element: Element, at path: String, _ faults: inout [String]
  ) {
    guard element.max == nil else { return check(json, element.form, at: path, &faults) }
    guard let items = json.list, !items.isEmpty else {
      faults.append("\(path): expected a list that is not empty")
      return
    }
    for item in items { check(item, element.form, at: path, &faults) }
  }

  /// Every code belongs to a system that is known, and is one of it.
  private static func checkCodes(_ json: JSON, at path: String, _ faults: inout [String]) {
    for item in json.list ?? [] { checkCodes(item, at: path, &faults) }
    for member in json.members ?? [] {
      checkCodes(member.value, at: "\(path).\(member.key)", &faults)
    }
    guard let code = json["code"]?.text, let system = json["system"]?.text else { return }
    guard let codes = systems[system] else {
      if !system.hasPrefix("urn:x-kangarood:") { faults.append("\(path): the system \(system)") }
      return
    }
    if !codes.contains(code) { faults.append("\(path): \(code) is not of \(system)") }
  }

  private static let systems: [String: Set<String>] = [
    "http://loinc.org": ["8310-5", "8867-4", "2708-6", "59408-5"],
    "urn:iso:std:iso:11073:10101": [
      "150364", "150368", "150388", "150456", "188420", "188452",
    ],
    "http://unitsofmeasure.org": ["Cel", "/min", "%"],
    "http://terminology.hl7.org/CodeSystem/observation-category": ["vital-signs"],
    "http://terminology.hl7.org/CodeSystem/data-absent-reason": [
      "unknown", "temp-unknown", "error", "not-performed",
    ],
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": [
      "N", "L", "LL", "H", "A", "AA",
    ],
  ]

  /// The profiles by their names: a code that must be there, and the unit.
  private static let profiles: [String: (code: String, unit: String)] = [
    "http://hl7.org/fhir/StructureDefinition/bodytemp": ("8310-5", "Cel"),
    "http://hl7.org/fhir/StructureDefinition/heartrate": ("8867-4", "/min"),
    "http://hl7.org/fhir/StructureDefinition/oxygensat": ("2708-6", "%"),
  ]

  private static func checkVitalSign(
    _ resource: JSON, hasValue: Bool, _ faults: inout [String]
  ) {
    for key in ["subject", "effectiveDateTime"] where resource[key] == nil {
      faults.append("a vital sign without \(key)")
    }
    if !hasValue, resource["dataAbsentReason"] == nil {
      faults.append("vs-2: neither a value nor a reason why there is none")
    }
    let name = resource["meta"]?["profile"]?.list?.first?.text ?? ""
    guard let profile = profiles[name] else {
      faults.append("a vital sign of the unknown profile \(name)")
      return
    }
    if resource["code"].map({ JSON(.list([$0]), at: 0).hasCoding(profile.code) }) != true {
      faults.append("\(name) without the code \(profile.code)")
    }
    guard let quantity = resource["valueQuantity"] else { return }
    for key in ["value", "unit", "system", "code"] where quantity[key] == nil {
      faults.append("\(name): a quantity without \(key)")
    }
    if quantity["code"]?.text != profile.unit { faults.append("\(name): not in \(profile.unit)") }
  }

  private static func isDecimal(_ text: String) -> Bool {
    text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?/) != nil
  }

  private static func isDateTime(_ text: String) -> Bool {
    let form =
      /[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?/
    return text.wholeMatch(of: form) != nil
  }
}

extension JSON {
  /// Whether a list of concepts has one with that code.
  fileprivate func hasCoding(_ code: String) -> Bool {
    (list ?? []).contains { concept in
      (concept["coding"]?.list ?? []).contains { $0["code"]?.text == code }
    }
  }
}
