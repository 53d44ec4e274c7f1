import EventStream
import LinuxIO
import Probes
import Programs
import Testing
import Thermoregulation

@Suite("Observations")
struct ObservationsTests {
  /// All lines of a capture, and what becomes of them.
  private func resources(of capture: String) throws -> [(line: JSON, resources: [JSON])] {
    let outcome = try Program.kangaroo.run(
      "replay", Fixture.path(capture), "--types", "port,assessment,alarm,mark")
    try #require(outcome.code == 0)
    var writer = FHIRWriter()
    return try outcome.lines.map { text in
      let line = try JSON(parsing: text)
      return (line, writer.resources(of: line))
    }
  }

  private func text(_ json: JSON) -> String {
    var bytes: [UInt8] = []
    json.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("of every capture keep the rules of FHIR R4")
  func rules() throws {
    var codes: Set<String> = []
    var absences: Set<String> = []
    var count = 0
    for name in try Files.names(in: "\(Guide.root)/fixtures") where name.hasSuffix(".capture") {
      for (line, resources) in try resources(of: name) {
        #expect(resources.isEmpty == (line.type == "port" || line.isPlainMark))
        for resource in resources {
          let faults = ObservationSchema.faults(of: resource)
          #expect(faults.isEmpty, "\(faults) in \(text(resource))")
          // As text it is the same again: nothing is lost on the way.
          #expect(try JSON(parsing: text(resource)).value.isSame(as: resource.value))
          count += 1
          codes.insert(resource["code"]?["coding"]?.list?[0]["code"]?.text ?? "")
          let absence = resource["dataAbsentReason"]?["coding"]?.list?[0]["code"]?.text
          absences.formUnion(absence.map { [$0] } ?? [])
        }
      }
    }
    #expect(count > 5000)
    #expect(codes.isSuperset(of: ["8310-5", "8867-4", "2708-6", "cooling-trend", "cold-stress"]))
    #expect(absences == ["temp-unknown", "error"])
  }

  @Test("without a temperature say why, for every quality", arguments: Quality.allCases)
  func absences(quality: Quality) throws {
    let line = try JSON(
      parsing: """
        {"type":"assessment","seq":7,"t":1.000,"time":"2026-11-21T10:00:00.000Z","infant":"bed-1",\
        "band":"unknown","quality":"\(quality.name)","trend":"insufficient","skin_to_skin":"no"}
        """)
    var writer = FHIRWriter()
    let resources = writer.resources(of: line)
    try #require(resources.count == 1)
    #expect(ObservationSchema.faults(of: resources[0]) == [])
    let reason = resources[0]["dataAbsentReason"]?["coding"]?.list?[0]["code"]?.text
    switch quality {
    case .none: #expect(reason == "not-performed")
    case .fault, .stuck: #expect(reason == "error")
    default: #expect(reason == "temp-unknown")
    }
  }

  @Test("have the values of their events")
  func values() throws {
    let all = try resources(of: "slow-cooling.capture")
    var identifiers: Set<String> = []
    for (line, resources) in all {
      for resource in resources {
        let time = try #require(
          resource["effectiveDateTime"]?.text.flatMap { WallTime(rfc3339: $0) })
        let told = try #require(line["time"]?.text.flatMap { WallTime(rfc3339: $0) })
        // A temperature is as old as the line says that it is.
        let isTemperature = line.type == "assessment" && resource == resources[0]
        let hasValue = resource["valueQuantity"] != nil
        let age = isTemperature && hasValue ? Int64(line["age_s"]?.integer ?? 0) : 0
        #expect(told.since(time) == age * 1_000_000_000)
        #expect(resource["subject"]?["identifier"]?["value"]?.text == line["infant"]?.text)
        let identifier = try #require(resource["identifier"]?.list?[0]["value"]?.text)
        #expect(identifiers.insert(identifier).inserted, "\(identifier)")
      }
      guard line.type == "assessment" else { continue }
      let isKnown = line.shown("band") != "unknown"
      let temperature = isKnown ? line.shown("temperature") : nil
      #expect(resources[0]["valueQuantity"]?["value"]?.shownNumber == temperature)
      #expect(
        resources[0].shown("status") == (line.shown("quality") == "good" ? "final" : "preliminary"))
      if line["site"] != nil {
        #expect(resources[0]["device"]?["display"]?.text == "sim-kmc1-bed-1")
      }
      let heart = resources.first {
        $0["meta"]?["profile"]?.list?[0].text?.hasSuffix("heartrate") == true
      }
      #expect(heart?["valueQuantity"]?["value"]?.shownNumber == line.shown("heart_rate"))
    }
    let alarm = try #require(all.first { $0.line.type == "alarm" })
    let resource = alarm.resources[0]
    #expect(resource["code"]?["text"]?.text == alarm.line.shown("rule"))
    #expect(resource["valueCodeableConcept"]?["text"]?.text == alarm.line.shown("event"))
    #expect(resource["note"]?.list?[0]["text"]?.text == alarm.line.shown("message"))
  }

  @Test("that break a rule are found to")
  func faults() throws {
    let good = try JSON(
      parsing: """
        {"resourceType":"Observation",\
        "meta":{"profile":["http://hl7.org/fhir/StructureDefinition/bodytemp"]},"status":"final",\
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",\
        "code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"8310-5"}]},\
        "subject":{"identifier":{"value":"bed-1"}},"effectiveDateTime":"2026-11-21T10:00:00.000Z",\
        "valueQuantity":{"value":36.7,"unit":"°C","system":"http://unitsofmeasure.org","code":"Cel"}}
        """)
    #expect(ObservationSchema.faults(of: good) == [])
    let changes = [
      ("\"status\":\"final\",", ""), ("\"final\"", "\"done\""), ("\"final\"", "\"\""),
      ("\"code\":\"8310-5\"", "\"code\":\"8867-4\""), ("8310-5", "8310-6"),
      ("\"subject\":{\"identifier\":{\"value\":\"bed-1\"}},", ""), ("\"bed-1\"", "null"),
      ("{\"value\":\"bed-1\"}", "{}"), ("2026-11-21T10:00:00.000Z", "2026-11-21 10:00"),
      ("2026-11-21T10:00:00.000Z", "2026-13-21T10:00:00Z"), ("\"Cel\"", "\"[degF]\""),
      ("36.7", "\"36.7\""), ("36.7,", "036.7,"), ("\"unit\":\"°C\",", ""),
      ("http://loinc.org", "loinc"),
      ("\"category\":[", "\"category\":[],\"value\":["), ("bodytemp", "bodyweight"),
      ("\"valueQuantity\"", "\"valueCelsius\""),
      ("\"valueQuantity\"", "\"dataAbsentReason\":{\"text\":\"?\"},\"valueQuantity\""),
      ("\"valueQuantity\"", "\"valueCodeableConcept\":{\"text\":\"?\"},\"valueQuantity\""),
      (
        "[{\"coding\":[{\"system\":\"http://terminology",
        "{\"coding\":[{\"system\":\"http://terminology"
      ),
    ]
    for (what, other) in changes {
      var changed = text(good).replacing(what, with: other, maxReplacements: 1)
      #expect(changed != text(good), "\(what)")
      if what.hasPrefix("[{") { changed = changed.replacing("}]}],\"code\"", with: "}]},\"code\"") }
      guard let json = try? JSON(parsing: changed) else { continue }
      #expect(!ObservationSchema.faults(of: json).isEmpty, "\(changed)")
    }
  }

  @Test("come from a running daemon, one a line")
  func watch() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    let daemon = try RunningDaemon(
      "[probe axilla]\npath = \(wire.path)\nprotocol = kmc1\ninfant = bed-1\nsite = axilla\n",
      in: scratch)
    try wire.awaitOpening()
    let watch = try ChildProcess(
      path: Program.kangaroo.path, arguments: ["watch", "--fhir", "--socket", daemon.socket],
      output: .file(scratch.path("seen")))
    _ = try awaited("anybody who watches") { () -> Bool? in
      try daemon.connect().next("heartbeat")["subscribers"]?.integer ?? 0 > 1 ? true : nil
    }
    wire.unplug()
    let seen = try awaited("an observation") { () -> JSON? in
      let lines = try scratch.read("seen").split(separator: "\n", omittingEmptySubsequences: false)
      return try lines.dropLast().map { try JSON(parsing: String($0)) }
        .first { $0["code"]?["text"]?.text == "port-lost" }
    }
    #expect(ObservationSchema.faults(of: seen) == [])
    #expect(
      seen["identifier"]?.list?[0]["value"]?.text?.wholeMatch(of: /[0-9a-f]{16}:\d+:alarm/) != nil)
    try watch.send(.terminate)
    let refused = try Program.kangaroo.run(
      "watch", "--fhir", "--types", "sample", "--socket", daemon.socket)
    #expect(refused.code == 64)
    #expect(refused.errors.contains("sample"))
  }

  @Test("have what the page says")
  func page() throws {
    let page = try Guide("Observations").text
    for word in ["8310-5", "8867-4", "2708-6", "59408-5", "150456", "`Cel`", "`/min`", "`%`"] {
      #expect(page.contains(word))
    }
    // Each element that is ever written has its row.
    var elements: Set<String> = []
    for name in ["slow-cooling", "probe-fault", "twins"] {
      for (_, resources) in try resources(of: "\(name).capture") {
        for resource in resources { elements.formUnion((resource.members ?? []).map(\.key)) }
      }
    }
    elements.subtract(["resourceType", "meta", "code", "valueQuantity", "valueCodeableConcept"])
    #expect(elements.count >= 9)
    for element in elements { #expect(page.contains("| `\(element)` |"), "\(element)") }
  }
}

extension JSON {
  fileprivate var isPlainMark: Bool { type == "mark" && shown("mark") != "spot-check" }

  fileprivate var shownNumber: String? {
    if case .number(let digits) = value { digits } else { nil }
  }
}

extension JSON.Value {
  /// Whether both say the same, wherever they stand.
  fileprivate func isSame(as other: JSON.Value) -> Bool {
    switch (self, other) {
    case (.list(let mine), .list(let theirs)):
      mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.value.isSame(as: $1.value) }
    case (.object(let mine), .object(let theirs)):
      mine.count == theirs.count
        && zip(mine, theirs).allSatisfy {
          $0.key == $1.key && $0.value.value.isSame(as: $1.value.value)
        }
    default: self == other
    }
  }
}
