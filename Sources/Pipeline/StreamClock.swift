import Configuration
import LinuxIO
import Probes

/// Where a running daemon's stream time comes from: one look per wake-up.
enum StreamClock {
  /// It was `start` when the boot clock showed `origin`, and runs `rate` times as fast.
  case running(rate: Int64, origin: Int64, start: Int64)
  /// The last time that was told.
  case driven(Timestamp)

  /// The clock of a daemon that remembers nothing.
  init(_ choice: ClockChoice) {
    switch choice {
    case .boottime: self = .running(rate: 1, origin: 0, start: 0)
    case .fast(let rate): self = .running(rate: Int64(rate), origin: BootClock.now, start: 0)
    case .driven: self = .driven(.zero)
    }
  }

  var now: Timestamp { time(atBoot: BootClock.now) }

  func time(atBoot boot: Int64) -> Timestamp {
    switch self {
    case .running(let rate, let origin, let start):
      Timestamp(nanoseconds: start + (boot - origin) * rate)
    case .driven(let time): time
    }
  }

  /// When on the boot clock it is that time; nil where nobody but the driver knows.
  func bootTime(at time: Timestamp) -> Int64? {
    switch self {
    // Rounded up: a timer that wakes too early would find nothing due.
    case .running(let rate, let origin, let start):
      origin + (time.nanoseconds - start + rate - 1) / rate
    case .driven: nil
    }
  }

  /// When and how often, in nanoseconds of the boot clock, a second of stream time begins; nil
  /// where nobody but the driver knows.
  var seconds: (first: Int64, interval: Int64)? {
    guard case .running(let rate, _, _) = self,
      let first = bootTime(at: Timestamp(seconds: now.seconds + 1))
    else { return nil }
    return (first, 1_000_000_000 / rate)
  }

  /// How far stream time is ahead of the boot clock; nil where the two run apart.
  var aheadOfBoot: Int64? {
    guard case .running(1, let origin, let start) = self else { return nil }
    return start - origin
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
