import EventStream
import Probes
import Testing

@testable import Thermoregulation

/// Every type of line, byte for byte: the contract fixes the order of the keys.
@Suite struct EventLinesTests {
  @Test func anAssessmentWithEverything() {
    var state = Assessment(infant: 0)
    state.band = .coldStress
    state.temperature = 36_412
    state.site = .axilla
    state.age = 4
    state.quality = .good
    state.trend = .cooling
    state.slope = -512
    state.slopeLow = -1_100
    state.slopeHigh = 0
    state.minutesToColdStress = 0
    state.minutesToHypothermia = 48
    state.peripheral = 33_000
    state.gap = 3_412
    state.heartRate = 146
    state.spo2 = 97
    let line = Ward.line { $0.assessment(state, Ward.roster, Ward.stamp) }
    #expect(
      line == Ward.opening("assessment") + #","infant":"bed-3a","band":"cold-stress","#
        + #""temperature":36.412,"site":"axilla","age_s":4,"quality":"good","trend":"cooling","#
        + #""slope_c_per_h":-0.512,"slope_low_c_per_h":-1.1,"slope_high_c_per_h":0,"#
        + #""minutes_to_36_5":0,"minutes_to_36_0":48,"peripheral":33,"gap_c":3.412,"#
        + #""heart_rate":146,"spo2":97,"skin_to_skin":"unknown"}"#)
  }

  @Test func anAssessmentWithoutAnyValueHasNoKeysForThem() {
    let line = Ward.line { $0.assessment(Assessment(infant: 0), Ward.roster, Ward.stamp) }
    #expect(
      line == Ward.opening("assessment") + #","infant":"bed-3a","band":"unknown","#
        + #""quality":"none","trend":"insufficient","skin_to_skin":"unknown"}"#)
  }

  @Test func aSampleKeepsTheDecimalsOfTheWire() {
    let sample = Sample(
      time: .zero, port: 0, quantity: .temperature, thousandths: 36_800, decimals: 2,
      validity: .questionable, flags: [.motion, .lowBattery])
    #expect(
      Ward.line { $0.sample(sample, Ward.roster, Ward.stamp) }
        == Ward.opening("sample") + #","infant":"bed-3a","port":"axilla-3a","site":"axilla","#
        + #""quantity":"temperature","value":36.80,"unit":"Cel","validity":"questionable","#
        + #""flags":["motion","low-battery"],"mdc":188452}"#)
  }

  @Test func anInvalidSampleHasNoValue() {
    let sample = Sample(
      time: .zero, port: 0, quantity: .spo2, thousandths: 127_000, validity: .invalid,
      flags: .off, channel: 2)
    #expect(
      Ward.line { $0.sample(sample, Ward.roster, Ward.stamp) }
        == Ward.opening("sample") + #","infant":"bed-3a","port":"axilla-3a","quantity":"spo2","#
        + #""channel":2,"unit":"%","validity":"invalid","flags":["probe-off"],"mdc":150456}"#)
  }

  @Test func aSampleFromTheParentsChestIsTheParents() {
    let sample = Sample(time: .zero, port: 1, quantity: .temperature, thousandths: -500)
    #expect(
      Ward.line { $0.sample(sample, Ward.roster, Ward.stamp) }
        == Ward.opening("sample") + #","parent":"mother-3","port":"chest-3a","#
        + #""site":"parent-chest","quantity":"temperature","value":0,"unit":"Cel","#
        + #""validity":"valid","flags":[],"mdc":150388}"#)
  }

  @Test func aSampleOfAParentsOwnPortIsTheParents() {
    let sample = Sample(time: .zero, port: 2, quantity: .battery, thousandths: 80_000)
    #expect(
      Ward.line { $0.sample(sample, Ward.roster, Ward.stamp) }
        == Ward.opening("sample") + #","parent":"mother-3","port":"mother","#
        + #""quantity":"battery","value":80,"unit":"%","validity":"valid","flags":[]}"#)
  }

  @Test(arguments: SampleFlags.names.enumerated().map { ($0.offset, $0.element) })
  func everyFlagHasItsName(bit: Int, name: String) {
    let line = Ward.line { writer in
      writer.begin("x")
      writer.flags("flags", SampleFlags(rawValue: 1 << UInt32(bit)))
      writer.end()
    }
    #expect(line == #"{"type":"x","flags":["\#(name)"]}"#)
  }

  @Test func flagsWithoutANameAreLeftOut() {
    let line = Ward.line { writer in
      writer.begin("x")
      writer.flags("flags", SampleFlags(rawValue: 1 << 31 | 1))
      writer.flags("none", SampleFlags(rawValue: 1 << 31))
      writer.end()
    }
    #expect(line == #"{"type":"x","flags":["probe-off"],"none":[]}"#)
  }

  @Test func aMark() {
    #expect(
      Ward.line { $0.mark(.skinToSkinStart, infant: 0, by: "rn-4", Ward.roster, Ward.stamp) }
        == Ward.opening("mark")
        + #","infant":"bed-3a","mark":"skin-to-skin-start","by":"rn-4"}"#)
    #expect(
      Ward.line { $0.mark(.bath, infant: 0, by: nil, Ward.roster, Ward.stamp) }
        == Ward.opening("mark") + #","infant":"bed-3a","mark":"bath"}"#)
  }

  @Test func aStepOfTheClock() {
    #expect(
      Ward.line { $0.clockStep(nanoseconds: 3_600_000_000_000, Ward.stamp) }
        == Ward.opening("clock") + #","step_s":3600}"#)
    #expect(
      Ward.line { $0.clockStep(nanoseconds: -1_500_000_000, Ward.stamp) }
        == Ward.opening("clock") + #","step_s":-1.5}"#)
  }

  @Test func aPortWithEverything() {
    var port = Ward.roster.ports[0]
    port.link = .open
    port.data = .fresh
    port.since = Timestamp(seconds: 80)
    port.lastFrame = Timestamp(nanoseconds: 81_000_000_000)
    port.flaps = 3
    port.match = "serial"
    port.path = "/dev/ttyUSB0"
    port.detail = "two \"quotes\""
    #expect(
      Ward.line { $0.port(port, Ward.roster, Ward.stamp) }
        == Ward.opening("port") + #","port":"axilla-3a","link":"open","data":"fresh","#
        + #""since":80.000,"age_s":2,"flaps":3,"device":"usb-FTDI_A50285BI-if00","#
        + #""match":"serial","path":"/dev/ttyUSB0","protocol":"kmc1","#
        + #""detail":"two \"quotes\"","infant":"bed-3a","site":"axilla","line":"9600-8n1"}"#)
  }

  @Test func aPortOfWhichLittleIsKnown() {
    #expect(
      Ward.line { $0.port(Ward.roster.ports[2], Ward.roster, Ward.stamp) }
        == Ward.opening("port") + #","port":"mother","link":"detached","data":"none","#
        + #""since":0.000,"flaps":0,"protocol":"auto","parent":"mother-3","line":"9600-8n1"}"#)
  }

  @Test func anInfant() {
    #expect(
      Ward.line { $0.infant(Ward.roster.infants[0], Ward.stamp) }
        == Ward.opening("infant") + #","infant":"bed-3a","gestational_age_weeks":31,"#
        + #""birth_weight_g":1480,"born":"2026-11-20T04:10:00.000Z","parent":"mother-3"}"#)
    #expect(
      Ward.line { $0.infant(InfantProfile(name: "bed-4"), Ward.stamp) }
        == Ward.opening("infant") + #","infant":"bed-4"}"#)
  }
}
