import Configuration
import LinuxIO
import Probes

/// Where a running daemon's stream time comes from: one look per wake-up.
enum StreamClock {
  case boottime
  /// Since `origin` on the boot clock, time runs `rate` times as fast.
  case fast(rate: Int64, origin: Int64)
  /// The last time that was told.
  case driven(Timestamp)

  init(_ choice: ClockChoice) {
    switch choice {
    case .boottime: self = .boottime
    case .fast(let rate): self = .fast(rate: Int64(rate), origin: BootClock.now)
    case .driven: self = .driven(.zero)
    }
  }

  var now: Timestamp {
    switch self {
    case .boottime: Timestamp(nanoseconds: BootClock.now)
    case .fast(let rate, let origin): Timestamp(nanoseconds: (BootClock.now - origin) * rate)
    case .driven(let time): time
    }
  }

  /// When on the boot clock it is that time; nil where nobody but the driver knows.
  func bootTime(at time: Timestamp) -> Int64? {
    switch self {
    case .boottime: time.nanoseconds
    // Rounded up: a timer that wakes too early would find nothing due.
    case .fast(let rate, let origin): origin + (time.nanoseconds + rate - 1) / rate
    case .driven: nil
    }
  }

  /// When and how often, in nanoseconds of the boot clock, a second of stream time begins; nil
  /// where nobody but the driver knows.
  var seconds: (first: Int64, interval: Int64)? {
    let second: Int64 = 1_000_000_000
    switch self {
    case .boottime:
      return ((BootClock.now / second + 1) * second, second)
    case .fast(let rate, let origin):
      return (origin + second / rate, second / rate)
    case .driven:
      return nil
    }
  }
}

/// Reads the times that a driver writes, a line each: seconds with up to nine decimals.
struct ClockDriver {
  private var line: [UInt8] = []

  /// Takes the next bytes; the newest time that was told whole, later than `time`.
  mutating func take(_ bytes: Span<UInt8>, after time: Timestamp) -> Timestamp? {
    var newest: Timestamp?
    for index in bytes.indices {
      if bytes[index] != UInt8(ascii: "\n") {
        // Nothing that is longer can be a time.
        if line.count < 32 { line.append(bytes[index]) }
        continue
      }
      if let told = Self.parse(line), told > newest ?? time { newest = told }
      line.removeAll(keepingCapacity: true)
    }
    return newest
  }

  private static func parse(_ line: [UInt8]) -> Timestamp? {
    var nanoseconds: Int64 = 0
    var decimals = -1
    for byte in line {
      if byte == UInt8(ascii: "."), decimals < 0 {
        decimals = 0
        continue
      }
      let digit = byte &- 0x30
      guard digit < 10, nanoseconds < 1_000_000_000_000_000_000 / 10, decimals < 9 else {
        return nil
      }
      nanoseconds = nanoseconds * 10 + Int64(digit)
      if decimals >= 0 { decimals += 1 }
    }
    guard !line.isEmpty else { return nil }
    for _ in max(decimals, 0)..<9 {
      let (scaled, overflow) = nanoseconds.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      nanoseconds = scaled
    }
    return Timestamp(nanoseconds: nanoseconds)
  }
}
