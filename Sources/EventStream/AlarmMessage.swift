import Probes
import Thermoregulation

/// The sentence of an alarm: what is the matter, in numbers that the line's own keys hold, and
/// where it helps, what to look at first.
extension LineWriter {
  mutating func explain(_ event: AlarmEvent, _ roster: Roster, at now: Timestamp) {
    switch event.change {
    case .acknowledged: put("Acknowledged: ")
    case .latched: put("Over, waiting to be acknowledged: ")
    case .cleared: put("Over: ")
    case .raised, .escalated, .deescalated, .active: break
    }
    let alarm = event.alarm
    switch alarm.rule {
    case .coolingTrend, .coolingFast, .coolingRapid: explainCooling(alarm)
    case .coldStress: explainLimit(alarm, "below", at: now, "check contact, cap and cover")
    case .hypothermia: explainLimit(alarm, "below", at: now, "warm the infant")
    case .severeHypothermia: explainLimit(alarm, "below", at: now, "warm the infant at once")
    case .notRewarming:
      put("Cold for ")
      putSpan(now.since(alarm.onset))
      put(" and not rewarming: check contact, cap, cover and glucose")
    case .warmingTrend:
      put("Warming ")
      putTenths(alarm.value ?? 0)
      put(" °C/h")
      putLevel(alarm)
      put(": check covers and the parent's temperature")
    case .hyperthermia: explainLimit(alarm, "above", at: now, alarm.cause.heatAdvice)
    case .corePeripheralGap:
      put("The foot is ")
      putTenths(alarm.value ?? 0)
      put(" °C colder than the core, for ")
      putSpan(now.since(alarm.onset))
      put(
        alarm.cause == .infection
          ? ": consider infection" : ": check for cold feet, then for illness")
    case .bradycardia: explainHeart(alarm, "below")
    case .tachycardia: explainHeart(alarm, "above")
    case .combined:
      put("Cooling while the heart slows: ")
      putThousandths(alarm.value ?? 0)
      put("/min, ")
      put(alarm.cause == .withBradycardia ? "below " : "a fifth below its usual; the mark is ")
      putThousandths(alarm.limit ?? 0)
      put(": look at the infant")
    case .noData:
      put("No valid value from")
      putOrigin(alarm, roster)
      put(" for ")
      putSpan(now.since(alarm.onset))
      put(": check the probe and its cable")
    case .probeFault:
      put("The probe")
      putOrigin(alarm, roster)
      put(" reports ")
      put(alarm.cause.sentence)
      put(": check or replace it")
    case .probeOff:
      put("The sensor")
      putOrigin(alarm, roster)
      put(" is off the infant: put it back")
    case .probeStuck:
      put("The probe")
      putOrigin(alarm, roster)
      put(" has sent the same value for ")
      putSpan(now.since(alarm.onset))
      put(": check or replace it")
    case .probeNoisy:
      put("The probe")
      putOrigin(alarm, roster)
      put(" jumps about: check its contact and its plug")
    case .checkProbe:
      if alarm.cause == .spotCheck {
        put("The thermometer and the probe")
        putOrigin(alarm, roster)
        put(" differ by ")
        putThousandths(alarm.value ?? 0)
        put(" °C: measure again, then check the probe")
      } else {
        put("Sudden fall at the probe")
        putOrigin(alarm, roster)
        put(": is it still on the skin?")
      }
    case .possibleSwap:
      put("The twins' probes may have been exchanged: see whose the probe")
      putOrigin(alarm, roster)
      put(" is")
    case .portLost:
      put("The probe")
      putOrigin(alarm, roster)
      put(" is no longer plugged in: plug it in again")
    case .storage where alarm.cause == .unrecorded:
      put("What the probes send is not being recorded: the directory for it cannot be written")
    case .storage:
      put("Events cannot be kept: the state directory ")
      put(alarm.cause.storageSentence)
      put("; they are sent all the same")
    case .socketLost:
      put("A socket of the daemon ")
      put(alarm.cause == .replaced ? "has been replaced" : "has been deleted")
      put(": it is made anew as soon as its place is free")
    }
  }

  private mutating func explainCooling(_ alarm: Alarm) {
    put("Cooling ")
    putTenths(-(alarm.value ?? 0))
    put(" °C/h")
    putLevel(alarm)
    if let minutes = alarm.minutesToColdStress, minutes > 0 {
      put("; the cold-stress limit is expected in ")
      put(minutes)
      put(" min")
    }
    put(": check contact, cap and cover")
  }

  private mutating func putLevel(_ alarm: Alarm) {
    guard let level = alarm.level else { return }
    put(", ")
    putHundredths(level, up: false)
    put(" °C now")
  }

  private mutating func explainLimit(
    _ alarm: Alarm, _ side: String, at now: Timestamp, _ advice: String
  ) {
    put("Temperature ")
    // Away from the limit, lest a value beyond it look like one on it.
    putHundredths(alarm.value ?? 0, up: side == "above")
    put(" °C, ")
    put(side)
    put(" ")
    putTenths(alarm.limit ?? 0)
    put(" for ")
    putSpan(now.since(alarm.onset))
    if alarm.cause == .falling { put(" and still falling") }
    if alarm.cause == .duringGap { put(", lower than before values were missing") }
    if alarm.cause == .withBradycardia { put(", and the heart is slow") }
    put(": ")
    put(advice)
  }

  private mutating func explainHeart(_ alarm: Alarm, _ side: String) {
    put("Heart rate ")
    putThousandths(alarm.value ?? 0)
    put("/min, ")
    put(side)
    put(" ")
    putThousandths(alarm.limit ?? 0)
    put(" for ")
    put(alarm.dwell)
    put(" s: look at the infant")
  }

  /// Which probe, and where it sits, each with a blank before it.
  private mutating func putOrigin(_ alarm: Alarm, _ roster: Roster) {
    if let port = roster.portName(alarm.port) {
      put(" “")
      putEscaped(port)
      put("”")
    }
    if alarm.site != .unknown {
      put(" (")
      put(alarm.site.name)
      put(")")
    }
  }

  /// Thousandths as people say them: to the nearest tenth.
  private mutating func putTenths(_ thousandths: Int) {
    let tenths = (thousandths.magnitude + 50) / 100
    if thousandths < 0, tenths > 0 { put("-") }
    put(Int(tenths / 10))
    put(".")
    put(Int(tenths % 10))
  }

  /// Thousandths to two decimals, rounded down or up.
  private mutating func putHundredths(_ thousandths: Int, up: Bool) {
    let rest = ((thousandths % 10) + 10) % 10
    let hundredths = (thousandths - rest) / 10 + (up && rest > 0 ? 1 : 0)
    let magnitude = hundredths.magnitude
    if hundredths < 0 { put("-") }
    put(Int(magnitude / 100))
    put(magnitude % 100 < 10 ? ".0" : ".")
    put(Int(magnitude % 100))
  }

  private mutating func putSpan(_ nanoseconds: Int64) {
    let seconds = Int(nanoseconds / 1_000_000_000)
    put(seconds >= 60 ? seconds / 60 : seconds)
    put(seconds >= 60 ? " min" : " s")
  }
}

extension Cause {
  /// What to look at first when the infant is too warm.
  fileprivate var heatAdvice: String {
    switch self {
    case .infection: "the foot is cold, consider infection"
    case .overheating: "the foot is warm, take covers away"
    case .parentFever: "the parent is hot, check the parent"
    default: "check covers and the parent's temperature"
    }
  }

  /// What is wrong with the state directory.
  fileprivate var storageSentence: String {
    switch self {
    case .diskFull: "is full"
    case .readOnly: "is read-only"
    case .denied: "may not be written"
    case .missing: "is missing"
    case .slow: "does not answer"
    case .inUse: "is used by another daemon"
    default: "fails"
    }
  }

  /// How a sentence says it.
  fileprivate var sentence: String {
    switch self {
    case .open: "an open circuit"
    case .short: "a short circuit"
    case .leadOff: "that it is off the skin"
    case .selfTest: "a failed self-test"
    default: "a value that no living body has"
    }
  }
}
