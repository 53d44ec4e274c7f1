public import Probes

/// What one probe unit senses at one moment, as its encoder puts it on the wire.
public struct Vitals: Sendable {
  public struct Temperature: Sendable {
    public var site: Site
    /// Thousandths of a degree Celsius, rounded to what the sensor resolves.
    public var thousandths: Int
    /// The sensor's resolution in thousandths of a degree.
    public var resolution: Int
    public var state: SensorState

    public init(
      site: Site, thousandths: Int, resolution: Int = 1, state: SensorState = .good
    ) {
      self.site = site
      self.thousandths = thousandths
      self.resolution = resolution
      self.state = state
    }
  }

  public struct Heart: Sendable {
    /// Beats a minute.
    public var rate: Int
    /// Percent.
    public var spo2: Int
    /// Perfusion index in hundredths of a percent.
    public var perfusion: Int
    public var state: SensorState

    public init(rate: Int, spo2: Int = 95, perfusion: Int = 120, state: SensorState = .good) {
      self.rate = rate
      self.spo2 = spo2
      self.perfusion = perfusion
      self.state = state
    }
  }

  /// The infant's own sites first; empty for a unit that senses no temperature.
  public var temperatures: [Temperature]
  /// Nil for a unit that senses no heart.
  public var heart: Heart?

  public init(temperatures: [Temperature] = [], heart: Heart? = nil) {
    self.temperatures = temperatures
    self.heart = heart
  }
}

/// What a sensor says about itself.
public enum SensorState: Sendable, CaseIterable {
  case good
  /// The value is there, though the infant moves.
  case motion
  /// Off the skin.
  case off
  /// A broken wire, or a sensor unplugged from its unit.
  case open
  case short
  /// Whether the sensor has anything to say but what is wrong with it.
  public var hasValue: Bool { self == .good || self == .motion }
}

extension Vitals {
  /// The temperatures of the infant itself, without the parent's and the air's.
  var ofInfant: [Temperature] {
    temperatures.filter { $0.site != .parentChest && $0.site != .ambient }
  }

  /// The air's temperature; a room's where nothing senses it.
  var ambient: Temperature {
    temperatures.first { $0.site == .ambient } ?? Temperature(site: .ambient, thousandths: 24_500)
  }
}
