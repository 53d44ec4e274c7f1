import Probes

/// An infant's number: its place in the analyzer's table.
public typealias InfantIndex = Int

/// Temperature bands of the World Health Organization (section 2).
public enum Band: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// No trustworthy value. Never shown as normal.
  case unknown
  case severeHypothermia, moderateHypothermia, coldStress, normothermia, hyperthermia

  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .severeHypothermia: "severe-hypothermia"
    case .moderateHypothermia: "moderate-hypothermia"
    case .coldStress: "cold-stress"
    case .normothermia: "normothermia"
    case .hyperthermia: "hyperthermia"
    }
  }
}

/// How far a channel's values may be trusted (section 5), best last.
public enum Quality: UInt8, BitwiseCopyable, CaseIterable, Comparable, Sendable {
  /// No channel that could give the infant's temperature.
  case none
  /// No valid bin for 120 s.
  case stale
  /// The probe says that it is broken, or its value is none of a living body.
  case fault
  /// The probe has left the skin.
  case off
  /// It may have left the skin; bins are held back until that is decided.
  case suspect
  /// The same raw value for too long.
  case stuck
  case noisy
  /// Newly attached, not yet at the skin's temperature.
  case warmup
  case good

  public static func < (a: Quality, b: Quality) -> Bool { a.rawValue < b.rawValue }

  public var name: String {
    switch self {
    case .none: "none"
    case .stale: "stale"
    case .fault: "fault"
    case .off: "off"
    case .suspect: "suspect"
    case .stuck: "stuck"
    case .noisy: "noisy"
    case .warmup: "warmup"
    case .good: "good"
    }
  }
}

/// Where the temperature is going, as far as half an hour of it can tell.
public enum Trend: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case insufficient, stable, cooling, warming

  public var name: String {
    switch self {
    case .insufficient: "insufficient"
    case .stable: "stable"
    case .cooling: "cooling"
    case .warming: "warming"
    }
  }
}

/// Every alarm condition that can be raised (section 4 and 5); the technical ones come last.
public enum Rule: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case coolingTrend, coolingFast, coolingRapid, coldStress, hypothermia, severeHypothermia
  case notRewarming, warmingTrend, hyperthermia, corePeripheralGap
  case bradycardia, tachycardia, combined
  case noData, probeFault, probeOff, probeStuck, probeNoisy, checkProbe, possibleSwap, portLost
  /// The daemon's own: its state directory, and the sockets at which it is found.
  case storage, socketLost

  public var name: String {
    switch self {
    case .coolingTrend: "cooling-trend"
    case .coolingFast: "cooling-fast"
    case .coolingRapid: "cooling-rapid"
    case .coldStress: "cold-stress"
    case .hypothermia: "hypothermia"
    case .severeHypothermia: "severe-hypothermia"
    case .notRewarming: "not-rewarming"
    case .warmingTrend: "warming-trend"
    case .hyperthermia: "hyperthermia"
    case .corePeripheralGap: "core-peripheral-gap"
    case .bradycardia: "bradycardia"
    case .tachycardia: "tachycardia"
    case .combined: "combined"
    case .noData: "no-data"
    case .probeFault: "probe-fault"
    case .probeOff: "probe-off"
    case .probeStuck: "probe-stuck"
    case .probeNoisy: "probe-noisy"
    case .checkProbe: "check-probe"
    case .possibleSwap: "possible-swap"
    case .portLost: "port-lost"
    case .storage: "storage"
    case .socketLost: "socket-lost"
    }
  }

  /// Whether it is a condition of the daemon itself, which no probe can bring about.
  public var isOfTheHouse: Bool { self == .storage || self == .socketLost }

  public var kind: AlarmKind { rawValue < Rule.noData.rawValue ? .physiological : .technical }

  /// Whether the condition stays, latched, until somebody acknowledges it.
  func latches(at priority: Priority) -> Bool {
    kind == .physiological && (priority == .high || self == .hypothermia)
  }
}

public enum AlarmKind: UInt8, BitwiseCopyable, Sendable {
  case physiological, technical

  public var name: String {
    switch self {
    case .physiological: "physiological"
    case .technical: "technical"
    }
  }
}

/// Priorities of IEC 60601-1-8.
public enum Priority: UInt8, BitwiseCopyable, Comparable, Sendable {
  case low, medium, high

  public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }

  public var name: String {
    switch self {
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    }
  }
}

/// What made a condition what it is, for machines; the message says it to people.
public enum Cause: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case none
  /// Priority raised because the temperature still falls.
  case falling
  /// Priority raised because it has lasted.
  case prolonged
  /// Priority raised because a further limit was crossed.
  case beyondLimit
  case withBradycardia
  /// The infant was attached cold and did not hide in the warm-up.
  case warmUp
  /// Resumed lower after missing data.
  case duringGap
  case open, short, leadOff, outOfRange, selfTest
  /// The port is there and says nothing.
  case silent
  case detached
  /// The temperature fell so fast that the probe may have left the skin.
  case suspected
  /// A nurse's thermometer disagrees.
  case spotCheck
  case heartRateFall
  /// What a fever, or a cold foot, may come from: hints, not diagnoses.
  case infection, overheating, parentFever
  /// Why the state directory, or a socket's place, is of no use.
  case diskFull, readOnly, denied, missing, slow, inUse, failing, replaced
  /// Recordings of the wires cannot be written.
  case unrecorded

  public var name: String {
    switch self {
    case .none: "none"
    case .falling: "falling"
    case .prolonged: "prolonged"
    case .beyondLimit: "beyond-limit"
    case .withBradycardia: "with-bradycardia"
    case .warmUp: "warm-up"
    case .duringGap: "during-gap"
    case .open: "open"
    case .short: "short"
    case .leadOff: "lead-off"
    case .outOfRange: "out-of-range"
    case .selfTest: "self-test"
    case .silent: "silent"
    case .detached: "detached"
    case .suspected: "suspected"
    case .spotCheck: "spot-check"
    case .heartRateFall: "heart-rate-fall"
    case .infection: "infection"
    case .overheating: "overheating"
    case .parentFever: "parent-fever"
    case .diskFull: "disk-full"
    case .readOnly: "read-only"
    case .denied: "denied"
    case .missing: "missing"
    case .slow: "slow"
    case .inUse: "in-use"
    case .failing: "failing"
    case .replaced: "replaced"
    case .unrecorded: "unrecorded"
    }
  }

  /// Why a probe's value is void, from what it said.
  init(fault flags: SampleFlags) {
    if flags.contains(.open) {
      self = .open
    } else if flags.contains(.short) {
      self = .short
    } else if flags.contains(.selfTest) || flags.contains(.powerOn) {
      self = .selfTest
    } else if flags.contains(.off) || flags.contains(.disconnected) {
      self = .leadOff
    } else {
      self = .outOfRange
    }
  }
}

/// What staff tell the system (section 4, "Marks").
public enum Mark: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case transfer, bath, skinToSkinStart, skinToSkinEnd

  public var name: String {
    switch self {
    case .transfer: "transfer"
    case .bath: "bath"
    case .skinToSkinStart: "skin-to-skin-start"
    case .skinToSkinEnd: "skin-to-skin-end"
    }
  }
}
