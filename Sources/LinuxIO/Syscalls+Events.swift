import CLinux
import Glibc

/// The system calls on clocks and on descriptors that count events.
extension Kernel {
  static var bootTime: Int64 { time(CLOCK_BOOTTIME) }
  static var monotonicTime: Int64 { time(CLOCK_MONOTONIC) }
  static var wallTime: Int64 { time(CLOCK_REALTIME) }

  /// Nanoseconds on that clock. The C function is `clock_gettime`.
  private static func time(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    let result = unsafe clock_gettime(clock, &time)
    precondition(result == 0, "every Linux has this clock")
    return time.nanoseconds
  }

  /// The C function is `clock_nanosleep`, with an absolute time.
  static func sleep(untilBootTime nanoseconds: Int64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    // A signal ends the sleep early; an absolute time is simply slept for again.
    while unsafe clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
  }

  /// Takes the count of an eventfd or timerfd, 0 where there is none. The C function is `read`.
  static func readCount(_ number: CInt) -> UInt64 {
    var count: UInt64 = 0
    do throws(Errno) {
      try checked { unsafe Glibc.read(number, &count, MemoryLayout<UInt64>.size) }
    } catch {
      precondition(error == .wouldBlock, "a counting descriptor cannot fail: \(error)")
      return 0
    }
    return count
  }

  /// Adds one to the count of an eventfd. The C function is `write`.
  static func addToCount(_ number: CInt) {
    var one: UInt64 = 1
    do throws(Errno) {
      try checked { unsafe Glibc.write(number, &one, MemoryLayout<UInt64>.size) }
    } catch {
      // The count is at its greatest: it has been rung, and that is all that matters.
      precondition(error == .wouldBlock, "a counting descriptor cannot fail: \(error)")
    }
  }

  /// The C function is `epoll_create1`.
  static func openEpoll() throws(Errno) -> CInt {
    try checked { epoll_create1(CInt(O_CLOEXEC)) }
  }

  /// The C function is `epoll_ctl`.
  static func epollAdd(
    _ epoll: CInt, _ number: CInt, _ readiness: UInt32, _ token: UInt64
  ) throws(Errno) {
    try checked { clinux_epoll_control(epoll, EPOLL_CTL_ADD, number, readiness, token) }
  }

  /// The C function is `epoll_ctl`.
  static func epollModify(
    _ epoll: CInt, _ number: CInt, _ readiness: UInt32, _ token: UInt64
  ) throws(Errno) {
    try checked { clinux_epoll_control(epoll, EPOLL_CTL_MOD, number, readiness, token) }
  }

  /// The C function is `epoll_ctl`.
  static func epollRemove(_ epoll: CInt, _ number: CInt) throws(Errno) {
    try checked { clinux_epoll_control(epoll, EPOLL_CTL_DEL, number, 0, 0) }
  }

  static let epollWaitLimit = Int(CLINUX_EVENTS_LIMIT)

  /// The C function is `epoll_wait`.
  static func epollWait(
    _ epoll: CInt, _ events: inout [clinux_event], milliseconds: Int?
  ) throws(Errno) -> Int {
    precondition(events.count >= epollWaitLimit, "the kernel may tell so many events")
    let timeout = milliseconds.map { CInt(clamping: $0) } ?? -1
    return try unsafe events.withUnsafeMutableBufferPointer { (space) throws(Errno) -> Int in
      Int(try checked { unsafe clinux_epoll_wait(epoll, space.baseAddress, timeout) })
    }
  }

  /// The C function is `eventfd`.
  static func openEventCount() throws(Errno) -> CInt {
    try checked { eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK)) }
  }

  /// The C function is `timerfd_create`.
  static func openTimer() throws(Errno) -> CInt {
    try checked { timerfd_create(CLOCK_BOOTTIME, CInt(TFD_CLOEXEC) | CInt(TFD_NONBLOCK)) }
  }

  /// Nanoseconds; a `first` of 0 stops the timer. The C function is `timerfd_settime`.
  static func setTimer(_ number: CInt, first: Int64, interval: Int64) throws(Errno) {
    var times = itimerspec(
      it_interval: timespec(nanoseconds: interval), it_value: timespec(nanoseconds: first))
    try checked { unsafe timerfd_settime(number, CInt(TFD_TIMER_ABSTIME), &times, nil) }
  }

  /// Blocks the signals in this thread and opens a descriptor that tells them.
  ///
  /// The C functions are `pthread_sigmask` and `signalfd`.
  static func openSignals(_ signals: [CInt]) throws(Errno) -> CInt {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals {
      try checked { unsafe sigaddset(&set, signal) }
    }
    try checkedNumber(unsafe pthread_sigmask(SIG_BLOCK, &set, nil))
    return try checked { unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK)) }
  }

  /// The C function is `read`.
  static func nextSignal(_ number: CInt) -> CInt? {
    var arrived = signalfd_siginfo()
    do throws(Errno) {
      try checked { unsafe Glibc.read(number, &arrived, MemoryLayout<signalfd_siginfo>.size) }
    } catch {
      precondition(error == .wouldBlock, "a signal descriptor cannot fail: \(error)")
      return nil
    }
    return CInt(bitPattern: arrived.ssi_signo)
  }

  /// The C function is `sigaction`.
  static func ignoreSignal(_ signal: CInt) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = SIG_IGN
    let result = unsafe sigaction(signal, &action, nil)
    precondition(result == 0, "signal \(signal) cannot be ignored")
  }

  /// To the calling thread. The C function is `raise`.
  static func raiseSignal(_ signal: CInt) throws(Errno) {
    try checkedNumber(Glibc.raise(signal))
  }
}

extension timespec {
  init(nanoseconds: Int64) {
    self.init(
      tv_sec: time_t(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  }

  var nanoseconds: Int64 { Int64(tv_sec) * 1_000_000_000 + Int64(tv_nsec) }
}
