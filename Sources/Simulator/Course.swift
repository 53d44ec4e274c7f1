/// How a quantity is prescribed to go: holds, ramps and exponential approaches in turn.
///
/// Played second by second; after the last leg the value stays.
struct Course: Sendable {
  private enum Leg {
    case ramp(to: Double, seconds: Int)
    case approach(Double, tau: Double, seconds: Int)
  }

  private var legs: [Leg] = []
  private var leg = 0
  private var elapsed = 0
  private var start: Double
  private var value: Double
  /// The value after all legs that have been added.
  private var last: Double

  init(_ start: Double) {
    self.start = start
    value = start
    last = start
  }

  func hold(minutes: Double) -> Course { ramp(to: last, minutes: minutes) }

  func ramp(to target: Double, minutes: Double) -> Course {
    adding(.ramp(to: target, seconds: Int(minutes * 60)), endingAt: target)
  }

  /// At so many units an hour; its sign follows from the target.
  func ramp(to target: Double, perHour rate: Double) -> Course {
    let way = target > last ? target - last : last - target
    return ramp(to: target, minutes: way / (rate < 0 ? -rate : rate) * 60)
  }

  func step(to target: Double) -> Course { ramp(to: target, minutes: 0) }

  /// Towards `target`, of which 1/e of the way is left after `tau` seconds.
  ///
  /// The leg after it starts from the target itself: give it at least five tau.
  func approach(_ target: Double, tau: Double, minutes: Double) -> Course {
    adding(
      .approach(target, tau: tau, seconds: Int(minutes * 60)), endingAt: target)
  }

  private func adding(_ leg: Leg, endingAt end: Double) -> Course {
    var longer = self
    longer.legs.append(leg)
    longer.last = end
    return longer
  }

  /// Goes on by one second.
  mutating func next() -> Double {
    while leg < legs.count {
      elapsed += 1
      switch legs[leg] {
      case .ramp(let target, let seconds):
        if elapsed <= seconds {
          value = start + (target - start) * (Double(elapsed) / Double(seconds))
          return value
        }
        value = target
      case .approach(let target, let tau, let seconds):
        if elapsed <= seconds {
          value += (target - value) / tau
          return value
        }
      }
      leg += 1
      elapsed = 0
      start = value
    }
    return value
  }
}
