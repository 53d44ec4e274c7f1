import CLinux
import Glibc

/// The system calls on Unix sockets.
extension Kernel {
  /// The C function is `socket`.
  static func openStreamSocket(blocking: Bool) throws(Errno) -> CInt {
    try checked { clinux_stream_socket(!blocking) }
  }

  /// Two connected sockets. The C function is `socketpair`.
  static func openStreamPair() throws(Errno) -> (CInt, CInt) {
    var pair: [CInt] = [-1, -1]
    try checked { unsafe clinux_stream_pair(&pair) }
    return (pair[0], pair[1])
  }

  /// The C function is `bind`.
  static func bind(_ number: CInt, to path: String) throws(Errno) {
    try checked { unsafe clinux_bind(number, path) }
  }

  /// The C function is `connect`.
  static func connect(_ number: CInt, to path: String) throws(Errno) {
    try checked { unsafe clinux_connect(number, path) }
  }

  /// As many may wait to be accepted as the system allows. The C function is `listen`.
  static func listen(_ number: CInt) throws(Errno) {
    try checked { Glibc.listen(number, SOMAXCONN) }
  }

  /// Whether it is a Unix stream socket that listens. The C function is `getsockopt`.
  static func isStreamListener(_ number: CInt) -> Bool {
    clinux_is_stream_listener(number)
  }

  /// Whether events of devices come to it. The C function is `getsockopt`.
  static func isUeventSocket(_ number: CInt) -> Bool {
    clinux_is_uevent_socket(number)
  }

  /// Makes `number` another name of what `other` names. The C function is `dup3`.
  static func replace(_ number: CInt, with other: CInt) throws(Errno) {
    try checked { clinux_replace(number, other) }
  }

  /// The C function is `accept4`.
  static func accept(_ number: CInt) throws(Errno) -> CInt {
    try checked { clinux_accept(number) }
  }

  /// The C function is `send`.
  static func send(_ number: CInt, _ bytes: Span<UInt8>) throws(Errno) -> Int {
    try unsafe bytes.withUnsafeBytes { (source) throws(Errno) -> Int in
      try checked { unsafe clinux_send(number, source.baseAddress, source.count) }
    }
  }

  /// The C function is `sendto`.
  static func sendDatagram(_ bytes: Span<UInt8>, to path: String) throws(Errno) {
    try unsafe bytes.withUnsafeBytes { (source) throws(Errno) in
      _ = try checked {
        unsafe clinux_send_datagram(path, source.baseAddress, source.count)
      }
    }
  }

  /// No more will be sent. The C function is `shutdown`.
  static func shutDownOutput(_ number: CInt) throws(Errno) {
    try checked { Glibc.shutdown(number, CInt(SHUT_WR)) }
  }

  /// The C function is `getsockopt` with `SO_PEERCRED`.
  static func peer(_ number: CInt) throws(Errno) -> PeerCredentials {
    var peer = clinux_peer()
    try checked { unsafe clinux_peer(number, &peer) }
    return PeerCredentials(process: peer.pid, user: peer.uid, group: peer.gid)
  }
}
