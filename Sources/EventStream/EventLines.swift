public import Probes
public import Thermoregulation

/// The lines of the event stream, each with its keys in the contract's order.
extension LineWriter {
  /// What a line needs beside its contents.
  public struct Stamp: Sendable {
    /// Nil on lines made for one subscriber.
    public var seq: Int?
    public var time: Timestamp
    public var wall: WallTime

    public init(seq: Int?, time: Timestamp, wall: WallTime) {
      self.seq = seq
      self.time = time
      self.wall = wall
    }
  }

  public mutating func begin(_ type: LineType, _ stamp: Stamp) {
    begin(type, seq: stamp.seq, at: stamp.time, wall: stamp.wall)
  }

  public mutating func sample(_ sample: Sample, _ roster: Roster, _ stamp: Stamp) {
    let assignment = roster.ports[Int(sample.port)].assignment
    let site = assignment.site(of: sample)
    begin(.sample, stamp)
    if site == .parentChest, let parent = assignment.parentName(roster) {
      text("parent", parent)
    } else {
      text("infant", roster.infantName(assignment.infant))
      if assignment.infant == nil { text("parent", assignment.parent) }
    }
    text("port", roster.ports[Int(sample.port)].name)
    if site != .unknown { word("site", site.name) }
    describe(sample, mdc: sample.quantity.mdc(at: site))
    end()
  }

  /// The keys that `sample` lines and `decode` share.
  public mutating func describe(_ sample: Sample, mdc: Int?) {
    word("quantity", sample.quantity.name)
    if sample.channel > 0 { integer("channel", Int(sample.channel)) }
    if sample.validity != .invalid {
      thousandths("value", Int(sample.thousandths), decimals: Int(sample.decimals))
    }
    word("unit", sample.quantity.unit)
    word("validity", sample.validity.name)
    flags("flags", sample.flags)
    integer("mdc", mdc)
  }

  public mutating func assessment(_ state: Assessment, _ roster: Roster, _ stamp: Stamp) {
    begin(.assessment, stamp)
    text("infant", roster.infantName(state.infant))
    word("band", state.band.name)
    thousandths("temperature", state.temperature)
    if state.site != .unknown { word("site", state.site.name) }
    integer("age_s", state.age)
    word("quality", state.quality.name)
    word("trend", state.trend.name)
    thousandths("slope_c_per_h", state.slope)
    thousandths("slope_low_c_per_h", state.slopeLow)
    thousandths("slope_high_c_per_h", state.slopeHigh)
    integer("minutes_to_36_5", state.minutesToColdStress)
    integer("minutes_to_36_0", state.minutesToHypothermia)
    thousandths("peripheral", state.peripheral)
    thousandths("gap_c", state.gap)
    integer("heart_rate", state.heartRate)
    integer("spo2", state.spo2)
    word("skin_to_skin", state.skinToSkin.name)
    thousandths("skin_to_skin_hours_24h", state.skinToSkinHours24h)
    thousandths("temperature_raw", state.rawTemperature)
    thousandths("offset_c", state.offset)
    end()
  }

  public mutating func alarm(_ event: AlarmEvent, _ roster: Roster, _ stamp: Stamp) {
    let alarm = event.alarm
    begin(.alarm, stamp)
    word("event", event.change.name)
    integer("alarm", alarm.id)
    word("rule", alarm.rule.name)
    word("kind", alarm.rule.kind.name)
    word("priority", alarm.priority.name)
    text("infant", roster.infantName(alarm.infant))
    text("port", roster.portName(alarm.port))
    if alarm.site != .unknown { word("site", alarm.site.name) }
    seconds("onset", alarm.onset)
    seconds("raised", alarm.raised)
    integer("dwell_s", alarm.dwell)
    thousandths("value", alarm.value)
    thousandths("limit", alarm.limit)
    if alarm.cause != .none { word("cause", alarm.cause.name) }
    text("by", event.by)
    beginText("message")
    explain(event, roster, at: stamp.time)
    endText()
    thousandths("temperature", alarm.level)
    integer("minutes_to_36_5", alarm.minutesToColdStress)
    if event.change == .active {
      flag("acknowledged", alarm.isAcknowledged)
      flag("latched", alarm.isLatched)
    }
    end()
  }

  /// The beginning or the end of a skin-to-skin session.
  public mutating func session(_ session: SessionEvent, _ roster: Roster, _ stamp: Stamp) {
    begin(.session, stamp)
    text("infant", roster.infantName(session.infant))
    word("event", session.end == nil ? "started" : "ended")
    word("basis", session.basis.name)
    integer("duration_s", session.duration)
    thousandths("temperature_start", session.temperatureStart)
    thousandths("temperature_low", session.end == nil ? nil : session.temperatureLow)
    thousandths("temperature_end", session.temperatureEnd)
    thousandths("hours_24h", session.hours24h)
    if let born = roster.infants[session.infant].born {
      // From birth to the first session that is known, on the wall clock.
      let first = stamp.wall.advanced(by: session.firstStart.since(stamp.time))
      thousandths("since_birth_h", Int((first.nanoseconds - born) / 3_600_000_000))
    }
    seconds("start", session.start)
    integer("short_sessions_24h", session.shortSessions24h)
    end()
  }

  /// A nurse's thermometer, and what came of it: one more thing that staff say, hence a mark.
  public mutating func spotCheck(_ check: SpotCheck, _ roster: Roster, _ stamp: Stamp) {
    begin(.mark, stamp)
    text("infant", roster.infantName(check.infant))
    word("mark", "spot-check")
    text("by", check.by)
    word("outcome", check.outcome.name)
    thousandths("value", check.value)
    if check.site != .unknown { word("site", check.site.name) }
    thousandths("temperature", check.temperature)
    thousandths("offset_c", check.offset)
    end()
  }

  public mutating func mark(
    _ mark: Mark, infant: InfantIndex, by: String?, _ roster: Roster, _ stamp: Stamp
  ) {
    begin(.mark, stamp)
    text("infant", roster.infantName(infant))
    word("mark", mark.name)
    text("by", by)
    end()
  }

  public mutating func clockStep(nanoseconds: Int64, _ stamp: Stamp) {
    begin(.clock, stamp)
    thousandths("step_s", Int(nanoseconds / 1_000_000))
    end()
  }

  public mutating func port(_ port: PortEntry, _ roster: Roster, _ stamp: Stamp) {
    begin(.port, stamp)
    text("port", port.name)
    word("link", port.link.name)
    word("data", port.data.name)
    seconds("since", port.since)
    if let last = port.lastFrame { integer("age_s", Int(stamp.time.since(last) / 1_000_000_000)) }
    integer("flaps", port.flaps)
    text("device", port.device)
    text("match", port.match)
    text("path", port.path)
    text("protocol", port.protocolName)
    text("detail", port.detail)
    text("infant", roster.infantName(port.assignment.infant))
    text("parent", port.assignment.parent)
    if port.assignment.site != .unknown { word("site", port.assignment.site.name) }
    text("line", port.line)
    if !port.assignment.channelSites.isEmpty { channels(port.assignment.channelSites) }
    if !port.sensors.isEmpty { sensors(port.sensors) }
    // It changes all the time: for who asks now, not for who listens.
    if stamp.seq == nil { integer("jitter_us", port.jitterMicroseconds) }
    end()
  }

  /// The sites of channels, by their numbers.
  private mutating func channels(_ sites: [Site]) {
    beginObject("channels")
    for (place, site) in sites.enumerated() where site != .unknown {
      word("\(place + 1)", site.name)
    }
    endObject()
  }

  /// The sites and offsets of thermometers, by their ROMs.
  private mutating func sensors(_ sensors: [Sensor]) {
    beginObject("sensors")
    for sensor in sensors where sensor.site != .unknown {
      word(sensor.rom.description, sensor.site.name)
    }
    endObject()
    beginObject("offsets_c")
    for sensor in sensors where sensor.offsetThousandths != 0 {
      thousandths(sensor.rom.description, Int(sensor.offsetThousandths))
    }
    endObject()
  }

  public mutating func infant(_ profile: InfantProfile, _ stamp: Stamp) {
    begin(.infant, stamp)
    text("infant", profile.name)
    integer("gestational_age_weeks", profile.gestationalAgeWeeks)
    integer("birth_weight_g", profile.birthWeightGrams)
    if let born = profile.born {
      word("born", WallTime(nanoseconds: born).description)
    }
    text("parent", profile.parent)
    end()
  }
}

extension PortAssignment {
  /// The parent whose chest this port's probe can lie on.
  fileprivate func parentName(_ roster: Roster) -> String? {
    parent ?? infant.flatMap { roster.infants[$0].parent }
  }
}

extension Quantity {
  /// The code of ISO/IEEE 11073-10101 in its medical-device partition, where verified.
  func mdc(at site: Site) -> Int? {
    switch self {
    case .temperature:
      switch site {
      case .axilla: 188_452
      case .rectal: 188_420
      case .esophageal: 150_368
      case .abdomen, .back, .foot, .forehead, .parentChest: 150_388
      case .unknown: 150_364
      case .ambient: nil
      }
    case .heartRate: 147_842
    case .pulseRate: 149_530
    case .spo2: 150_456
    case .perfusionIndex, .battery, .respirationRate, .humidity: nil
    }
  }
}
