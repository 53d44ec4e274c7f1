import Probes

/// The date and time of day that a unit shows: wrong where its clock was set, and never believed.
struct UnitClock {
  private var ahead: Int64 = 0

  mutating func step(milliseconds: Int) { ahead += Int64(milliseconds) * 1_000_000 }

  /// The two digits each of a moment's parts.
  struct Moment {
    var century, year, month, day, hour, minute, second: Int

    var monthName: String {
      [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
      ][month - 1]
    }
  }

  func show(at time: Timestamp) -> Moment {
    var text: [UInt8] = []
    Simulation.recorded.advanced(by: time.nanoseconds + ahead).appendRFC3339(to: &text)
    func digits(_ place: Int) -> Int { Int(text[place] - 0x30) * 10 + Int(text[place + 1] - 0x30) }
    return Moment(
      century: digits(0), year: digits(2), month: digits(5), day: digits(8), hour: digits(11),
      minute: digits(14), second: digits(17))
  }
}

extension [UInt8] {
  /// Appends `HH:MM:SS`.
  mutating func append(timeOfDay moment: UnitClock.Moment) {
    append(number: moment.hour, digits: 2)
    append(UInt8(ascii: ":"))
    append(number: moment.minute, digits: 2)
    append(UInt8(ascii: ":"))
    append(number: moment.second, digits: 2)
  }
}
