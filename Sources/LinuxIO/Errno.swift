import CLinux
import Glibc

/// Why a system call failed: the C error number, which says its name and meaning.
public struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: CInt

  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// What the last failed C call of this thread left behind.
  static var last: Errno { Errno(rawValue: errno) }

  public static let notPermitted = Errno(rawValue: EPERM)
  public static let noSuchFile = Errno(rawValue: ENOENT)
  public static let interrupted = Errno(rawValue: EINTR)
  public static let inputOutput = Errno(rawValue: EIO)
  public static let noSuchAddress = Errno(rawValue: ENXIO)
  public static let badDescriptor = Errno(rawValue: EBADF)
  public static let noChild = Errno(rawValue: ECHILD)
  public static let wouldBlock = Errno(rawValue: EAGAIN)
  public static let accessDenied = Errno(rawValue: EACCES)
  public static let busy = Errno(rawValue: EBUSY)
  public static let exists = Errno(rawValue: EEXIST)
  public static let noSuchDevice = Errno(rawValue: ENODEV)
  public static let notADirectory = Errno(rawValue: ENOTDIR)
  public static let isADirectory = Errno(rawValue: EISDIR)
  public static let invalid = Errno(rawValue: EINVAL)
  public static let tooManyOpen = Errno(rawValue: EMFILE)
  public static let tooManyOpenInSystem = Errno(rawValue: ENFILE)
  public static let notATerminal = Errno(rawValue: ENOTTY)
  public static let fileTooLarge = Errno(rawValue: EFBIG)
  public static let overQuota = Errno(rawValue: EDQUOT)
  public static let readOnly = Errno(rawValue: EROFS)
  public static let noSpace = Errno(rawValue: ENOSPC)
  public static let brokenPipe = Errno(rawValue: EPIPE)
  public static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
  public static let wrongSocketType = Errno(rawValue: EPROTOTYPE)
  public static let addressInUse = Errno(rawValue: EADDRINUSE)
  public static let connectionAborted = Errno(rawValue: ECONNABORTED)
  public static let connectionReset = Errno(rawValue: ECONNRESET)
  public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
  public static let noBuffers = Errno(rawValue: ENOBUFS)

  /// "ENOENT". The C function is `strerrorname_np`.
  public var name: String {
    guard let name = unsafe clinux_error_name(rawValue) else { return "error \(rawValue)" }
    return unsafe String(cString: name)
  }

  /// "No such file or directory". The C function is `strerrordesc_np`.
  public var text: String {
    guard let text = unsafe clinux_error_text(rawValue) else { return "unknown error" }
    return unsafe String(cString: text)
  }

  public var description: String { "\(text) (\(name))" }
}

/// The result of a C call that returns -1 and sets `errno` when it fails, repeated while a signal
/// interrupts it.
@discardableResult
func checked<Result: FixedWidthInteger & SignedInteger>(
  _ call: () -> Result
) throws(Errno) -> Result {
  while true {
    let result = call()
    guard result == -1 else { return result }
    let error = Errno.last
    guard error == .interrupted else { throw error }
  }
}

/// Checks a C call that returns its error number, as the pthread and posix_spawn families do.
func checkedNumber(_ number: CInt) throws(Errno) {
  guard number == 0 else { throw Errno(rawValue: number) }
}
