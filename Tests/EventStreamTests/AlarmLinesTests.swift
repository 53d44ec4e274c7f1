import EventStream
import Probes
import Testing

@testable import Thermoregulation

/// The lines of alarms, and the sentences in them.
@Suite struct AlarmLinesTests {
  @Test func anAlarmWithEverything() {
    let alarm = Alarm(
      id: 41, rule: .coldStress, priority: .medium, infant: 0, port: 0, site: .axilla,
      onset: Timestamp(seconds: 20), raised: Timestamp(seconds: 80), value: 36_412,
      limit: 36_500, cause: .falling, level: 36_400, minutesToColdStress: 5)
    #expect(
      Ward.line { $0.alarm(AlarmEvent(change: .raised, alarm: alarm), Ward.roster, Ward.stamp) }
        == Ward.opening("alarm") + #","event":"raised","alarm":41,"rule":"cold-stress","#
        + #""kind":"physiological","priority":"medium","infant":"bed-3a","port":"axilla-3a","#
        + #""site":"axilla","onset":20.000,"raised":80.000,"dwell_s":60,"value":36.412,"#
        + #""limit":36.5,"cause":"falling","message":"Temperature 36.41 °C, below 36.5 for "#
        + #"1 min and still falling: check contact, cap and cover","temperature":36.4,"#
        + #""minutes_to_36_5":5}"#)
  }

  @Test func anAlarmInASnapshotSaysHowItStands() {
    var alarm = Alarm(
      id: 2, rule: .bradycardia, priority: .high, infant: 0, onset: Timestamp(seconds: 60),
      raised: Timestamp(seconds: 70), value: 62_000, limit: 80_000)
    alarm.isLatched = true
    #expect(
      Ward.line { $0.alarm(AlarmEvent(change: .active, alarm: alarm), Ward.roster, Ward.stamp) }
        == Ward.opening("alarm") + #","event":"active","alarm":2,"rule":"bradycardia","#
        + #""kind":"physiological","priority":"high","infant":"bed-3a","onset":60.000,"#
        + #""raised":70.000,"dwell_s":10,"value":62,"limit":80,"#
        + #""message":"Heart rate 62/min, below 80 for 10 s: look at the infant","#
        + #""acknowledged":false,"latched":true}"#)
  }

  @Test func anAcknowledgementSaysWhoseItIs() {
    let alarm = Alarm(
      id: 3, rule: .portLost, priority: .medium, port: 0, onset: Timestamp(seconds: 83),
      raised: Timestamp(seconds: 83))
    let event = AlarmEvent(change: .acknowledged, alarm: alarm, by: "rn-4")
    #expect(
      Ward.line { $0.alarm(event, Ward.roster, Ward.stamp) }
        == Ward.opening("alarm") + #","event":"acknowledged","alarm":3,"rule":"port-lost","#
        + #""kind":"technical","priority":"medium","port":"axilla-3a","onset":83.000,"#
        + #""raised":83.000,"dwell_s":0,"by":"rn-4","message":"Acknowledged: The probe "#
        + #"“axilla-3a” is no longer plugged in: plug it in again"}"#)
  }

  /// What a nurse reads, by rule.
  @Test(arguments: [
    (
      Rule.coolingTrend,
      "Cooling 0.7 °C/h, 36.90 °C now; the cold-stress limit is expected in 34 min: check contact, cap and cover"
    ),
    (
      .coolingFast,
      "Cooling 0.7 °C/h, 36.90 °C now; the cold-stress limit is expected in 34 min: check contact, cap and cover"
    ),
    (
      .coolingRapid,
      "Cooling 0.7 °C/h, 36.90 °C now; the cold-stress limit is expected in 34 min: check contact, cap and cover"
    ),
    (.coldStress, "Temperature -0.70 °C, below 36.0 for 43 s: check contact, cap and cover"),
    (.hypothermia, "Temperature -0.70 °C, below 36.0 for 43 s: warm the infant"),
    (.severeHypothermia, "Temperature -0.70 °C, below 36.0 for 43 s: warm the infant at once"),
    (
      .hyperthermia,
      "Temperature -0.70 °C, above 36.0 for 43 s: check covers and the parent's temperature"
    ),
    (.bradycardia, "Heart rate -0.7/min, below 36 for 20 s: look at the infant"),
    (.tachycardia, "Heart rate -0.7/min, above 36 for 20 s: look at the infant"),
    (.noData, "No valid value from “axilla-3a” (axilla) for 43 s: check the probe and its cable"),
    (.probeFault, "The probe “axilla-3a” (axilla) reports an open circuit: check or replace it"),
    (.probeOff, "The sensor “axilla-3a” (axilla) is off the infant: put it back"),
    (.portLost, "The probe “axilla-3a” (axilla) is no longer plugged in: plug it in again"),
  ])
  func everyRuleHasASentence(rule: Rule, sentence: String) throws {
    #expect(try message(of: rule, .raised) == sentence)
    #expect(try message(of: rule, .cleared) == "Over: " + sentence)
    #expect(try message(of: rule, .latched) == "Over, waiting to be acknowledged: " + sentence)
  }

  private func message(of rule: Rule, _ change: AlarmEvent.Change) throws -> String {
    let alarm = Alarm(
      id: 1, rule: rule, priority: .low, infant: 0, port: 0, site: .axilla,
      onset: Timestamp(seconds: 40), raised: Timestamp(seconds: 60), value: -700,
      limit: 36_000, cause: .open, level: 36_900, minutesToColdStress: 34)
    let event = AlarmEvent(change: change, alarm: alarm)
    let line = Ward.line { $0.alarm(event, Ward.roster, Ward.stamp) }
    return try #require(JSON(parsing: line)["message"]?.text)
  }
}
