/// A point of civil time: what the wall clock says, in nanoseconds since 1970, UTC.
///
/// It labels events; nothing is ever decided by it. Reaches from 1678 to 2261.
public struct WallTime: BitwiseCopyable, Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// 1970-01-01T00:00:00Z
  public static let epoch = WallTime(nanoseconds: 0)

  @inlinable public static func < (a: WallTime, b: WallTime) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// The time that lies so many nanoseconds later.
  @inlinable public func advanced(by nanoseconds: Int64) -> WallTime {
    WallTime(nanoseconds: self.nanoseconds &+ nanoseconds)
  }

  /// The nanoseconds from `earlier` to this time.
  @inlinable public func since(_ earlier: WallTime) -> Int64 {
    nanoseconds &- earlier.nanoseconds
  }
}

extension WallTime {
  /// The time that `text` names in the form of RFC 3339: `2026-11-21T10:00:00.125Z`.
  ///
  /// Up to nine decimals, `Z` or an offset such as `+03:00`. Nil for any other text, for a date
  /// that the calendar does not have, and for leap seconds, which POSIX time cannot express.
  public init?(rfc3339 text: Span<UInt8>) {
    var cursor = TextCursor(0..<text.count)
    guard let year = cursor.fixed(4, in: text), (1678...2261).contains(year),
      cursor.take("-", in: text), let month = cursor.fixed(2, in: text),
      (1...12).contains(month),
      cursor.take("-", in: text), let day = cursor.fixed(2, in: text),
      (1...Self.days(inMonth: month, ofYear: year)).contains(day),
      cursor.take("T", in: text), let clock = cursor.clock(in: text),
      cursor.take(":", in: text), let second = cursor.fixed(2, in: text), second < 60,
      let fraction = cursor.nanosecondFraction(in: text),
      let offset = cursor.offsetMinutes(in: text), cursor.atEnd
    else { return nil }
    let days = Self.days(year: year, month: month, day: day)
    let seconds = Int64(days) * 86_400 + Int64((clock - offset) * 60 + second)
    self.init(nanoseconds: seconds * 1_000_000_000 + Int64(fraction))
  }

  public init?(rfc3339 text: some StringProtocol) {
    let bytes = Array(text.utf8)
    self.init(rfc3339: bytes.span)
  }

  /// Appends the time as `2026-11-21T10:00:00.125Z`: always UTC, milliseconds, rounded down.
  public func appendRFC3339(to text: inout [UInt8]) {
    let milliseconds = Timestamp.floorDivide(nanoseconds, 1_000_000)
    let day = Timestamp.floorDivide(milliseconds, 86_400_000)
    let rest = Int(milliseconds - day * 86_400_000)
    let date = Self.date(Int(day))
    text.append(number: date.year, digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(number: date.month, digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(number: date.day, digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(number: rest / 3_600_000, digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(number: rest / 60_000 % 60, digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(number: rest / 1000 % 60, digits: 2)
    text.append(UInt8(ascii: "."))
    text.append(number: rest % 1000, digits: 3)
    text.append(UInt8(ascii: "Z"))
  }
}

extension WallTime: CustomStringConvertible {
  public var description: String {
    var text: [UInt8] = []
    appendRFC3339(to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

extension WallTime {
  /// Days since 1970 of a date of the proleptic Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day is the last of its year.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let fromMarch = month > 2 ? month - 3 : month + 9
    let marchYear = month > 2 ? year : year - 1
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    // Months from March on have 31, 30, 31, 30, 31 days, twice: 153 days in five months.
    let dayOfYear = (153 * fromMarch + 2) / 5 + day - 1
    return marchYear * 365 + leapDays + dayOfYear - 719_468
  }

  /// The date that lies so many days after 1970-01-01; the inverse of `days(year:month:day:)`.
  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    // The calendar repeats every 400 years, which are 146,097 days; positive from 1600 on.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func days(inMonth month: Int, ofYear year: Int) -> Int {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 2: leap ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension TextCursor {
  /// Exactly `count` decimal digits.
  fileprivate mutating func fixed(_ count: Int, in bytes: Span<UInt8>) -> Int? {
    let start = position
    guard let value = digits(in: bytes, atMost: count), position - start == count else {
      return nil
    }
    return value
  }

  /// `10:59` in minutes.
  fileprivate mutating func clock(in bytes: Span<UInt8>) -> Int? {
    guard let hour = fixed(2, in: bytes), hour < 24, take(":", in: bytes),
      let minute = fixed(2, in: bytes), minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  /// Nothing, or a point with one to nine digits.
  fileprivate mutating func nanosecondFraction(in bytes: Span<UInt8>) -> Int? {
    guard take(".", in: bytes) else { return 0 }
    let start = position
    guard var value = digits(in: bytes, atMost: 9) else { return nil }
    for _ in (position - start)..<9 { value *= 10 }
    return value
  }

  /// `Z` or `+hh:mm`.
  fileprivate mutating func offsetMinutes(in bytes: Span<UInt8>) -> Int? {
    if take("Z", in: bytes) { return 0 }
    if take("+", in: bytes) { return clock(in: bytes) }
    guard take("-", in: bytes), let behind = clock(in: bytes) else { return nil }
    return -behind
  }
}

extension [UInt8] {
  /// Appends a number with leading zeros.
  fileprivate mutating func append(number: Int, digits: Int) {
    var weight = 1
    for _ in 1..<digits { weight *= 10 }
    while weight > 0 {
      append(0x30 + UInt8(number / weight % 10))
      weight /= 10
    }
  }
}
