import CLinux
import Glibc

/// The system calls on serial ports and terminals.
extension Kernel {
  /// Does not wait for a carrier nor become its controlled process. The C function is `open`.
  static func openTerminal(_ path: String, writable: Bool) throws(Errno) -> CInt {
    try open(path, (writable ? O_RDWR : O_RDONLY) | O_NOCTTY | O_NONBLOCK)
  }

  /// The C function is `isatty`.
  static func isTerminal(_ number: CInt) -> Bool {
    isatty(number) == 1
  }

  /// Whether the slave side of a Unix98 pseudo-terminal. The C function is `fstat`.
  static func isPseudoTerminal(_ number: CInt) -> Bool {
    (136...143).contains(clinux_device_major(number))
  }

  /// The C function is `ioctl` with `TCSETS2`, which takes any speed.
  static func setLine(_ number: CInt, _ settings: SerialSettings) throws(Errno) {
    var line = settings.line
    try checked { unsafe clinux_line_set(number, &line) }
  }

  /// The C function is `ioctl` with `TCGETS2`.
  static func line(
    _ number: CInt
  ) throws(Errno) -> (settings: SerialSettings, isRaw: Bool) {
    var line = clinux_line()
    try checked { unsafe clinux_line_get(number, &line) }
    return (SerialSettings(line), line.raw)
  }

  /// The C function is `ioctl` with `TCFLSH`.
  static func flushInput(_ number: CInt) throws(Errno) {
    try checked { clinux_flush_input(number) }
  }

  /// The C function is `ioctl` with `TIOCEXCL`.
  static func claimTerminal(_ number: CInt) throws(Errno) {
    try checked { clinux_claim_terminal(number) }
  }

  /// The C function is `ioctl` with `TIOCSSERIAL`.
  static func requestLowLatency(_ number: CInt) throws(Errno) {
    try checked { clinux_request_low_latency(number) }
  }

  /// A master and the path of its slave. The C function is `posix_openpt`.
  static func openPseudoTerminal() throws(Errno) -> (master: CInt, path: String) {
    var path = [CChar](repeating: 0, count: 128)
    let capacity = path.count
    let master = try checked { unsafe clinux_open_pseudo_terminal(&path, capacity) }
    let end = path.firstIndex(of: 0) ?? path.endIndex
    return (
      master, String(decoding: path[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    )
  }

  /// The C function is `ioctl` with `TIOCGWINSZ`.
  static func windowSize(_ number: CInt) throws(Errno) -> (columns: Int, rows: Int) {
    var columns: UInt16 = 0
    var rows: UInt16 = 0
    try checked { unsafe clinux_window_size(number, &columns, &rows) }
    return (Int(columns), Int(rows))
  }

  /// Whether the other side has hung up.
  static func isHungUp(_ number: CInt) throws(Errno) -> Bool {
    try conditions(number) & POLLHUP != 0
  }

  /// Whether a read would bring something, be it an error.
  static func isReadable(_ number: CInt) -> Bool {
    (try? conditions(number)).map { $0 & POLLIN != 0 } ?? false
  }

  /// What is true of the descriptor now, without waiting. The C function is `poll`.
  private static func conditions(_ number: CInt) throws(Errno) -> CInt {
    var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    try checked { unsafe poll(&entry, 1, 0) }
    return CInt(entry.revents)
  }
}
