/// What LinuxIO needs of Linux and the `Glibc` module does not have: declared without _GNU_SOURCE,
/// variadic, a macro that Swift cannot import, or in a header that collides with <termios.h>.
///
/// Every function returns what the call it wraps returns: -1 and errno where that fails.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/un.h>

/// Parity of a serial line.
enum clinux_parity { CLINUX_PARITY_NONE, CLINUX_PARITY_ODD, CLINUX_PARITY_EVEN };

/// A serial line's settings, free of the two rival C headers that describe them.
struct clinux_line {
  /// Bits a second.
  uint32_t baud;
  uint8_t data_bits;
  uint8_t parity;
  uint8_t stop_bits;
  /// Out only: the bytes pass unchanged, unechoed and without flow control.
  bool raw;
};

/// Sets the line: raw, local, receiving, no flow control, no hang-up on close, VMIN 1, VTIME 0.
///
/// With parity, bytes that arrive damaged are marked: FF 00 x, and a true FF as FF FF.
int clinux_line_set(int descriptor, const struct clinux_line *line);
/// What the driver made of the settings.
int clinux_line_get(int descriptor, struct clinux_line *line);
int clinux_flush_input(int descriptor);
/// No further open by anyone but root.
int clinux_claim_terminal(int descriptor);
/// Asks the driver to deliver bytes at once; for FTDI this means 1 ms in place of 16.
int clinux_request_low_latency(int descriptor);
int clinux_window_size(int descriptor, uint16_t *columns, uint16_t *rows);

/// A new pseudo-terminal's master, not blocking, unlocked, with the path of its slave.
int clinux_open_pseudo_terminal(char *path, size_t capacity);

/// One descriptor's readiness; `struct epoll_event` without its union and its packing.
struct clinux_event {
  uint64_t token;
  uint32_t readiness;
};
int clinux_epoll_control(
  int epoll, int operation, int descriptor, uint32_t readiness, uint64_t token);
/// Tells at most CLINUX_EVENTS_LIMIT events, for which there must be room.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int milliseconds);
enum { CLINUX_EVENTS_LIMIT = 64 };

/// The path must be shorter than sun_path, which ends with a NUL: ENAMETOOLONG otherwise.
int clinux_bind(int descriptor, const char *path);
int clinux_connect(int descriptor, const char *path);
/// A Unix stream socket, closed on exec.
int clinux_stream_socket(bool non_blocking);
int clinux_stream_pair(int descriptors[2]);
/// Whether it is a Unix stream socket that listens.
bool clinux_is_stream_listener(int descriptor);
/// Whether it is a netlink socket to which the kernel's and udevd's events come.
bool clinux_is_uevent_socket(int descriptor);
/// Makes `descriptor` another name of `with`; what it named before is closed.
int clinux_replace(int descriptor, int with);
/// Not blocking.
int clinux_accept(int listener);
/// Without the signal SIGPIPE.
ssize_t clinux_send(int descriptor, const void *bytes, size_t count);
/// Sends one datagram to a Unix socket; a path that begins with @ names an abstract one.
///
/// Never waits: EAGAIN where the receiver's queue is full.
int clinux_send_datagram(const char *path, const void *bytes, size_t count);
struct clinux_peer {
  int32_t pid;
  uint32_t uid;
  uint32_t gid;
};
int clinux_peer(int descriptor, struct clinux_peer *peer);

/// Locks the open file without waiting; in Swift the name flock means the struct.
int clinux_lock(int descriptor);
/// The device number's major part, or -1 where the descriptor is no character device.
int clinux_device_major(int descriptor);
/// The error's name ("ENOENT") and its text, both constant and safe in any thread; NULL if unknown.
const char *clinux_error_name(int error);
const char *clinux_error_text(int error);
/// At most 15 bytes.
int clinux_name_thread(const char *name);

/// Starts a program with an empty signal mask and default signal dispositions.
///
/// The descriptors become its standard output and error.
/// Returns 0 or an error number, as posix_spawn does.
int clinux_spawn(
  pid_t *pid, const char *path, char *const arguments[], int output, int error);

/// Keeps all memory that is or will be used from being paged out, page by page as it is touched.
///
/// Only where the limit is none: with a limit, later allocations would fail once it is reached;
/// EPERM then.
int clinux_lock_memory(void);

/// The state of the kernel's clock, as `adjtimex` tells it without changing anything.
int clinux_clock_state(void);
extern const int CLINUX_CLOCK_UNSYNCHRONISED;
