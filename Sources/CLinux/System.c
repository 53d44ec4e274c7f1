#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

int clinux_window_size(int descriptor, uint16_t *columns, uint16_t *rows) {
  struct winsize size = {0};
  int result = ioctl(descriptor, TIOCGWINSZ, &size);
  if (result < 0) return result;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int clinux_open_pseudo_terminal(char *path, size_t capacity) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (master < 0) return -1;
  int error = grantpt(master) < 0 || unlockpt(master) < 0 ? errno : 0;
  if (error == 0) error = ptsname_r(master, path, capacity);
  if (error == 0) return master;
  close(master);
  errno = error;
  return -1;
}

int clinux_epoll_control(
  int epoll, int operation, int descriptor, uint32_t readiness, uint64_t token
) {
  struct epoll_event event = {.events = readiness, .data = {.u64 = token}};
  return epoll_ctl(epoll, operation, descriptor, &event);
}

int clinux_epoll_wait(int epoll, struct clinux_event *events, int milliseconds) {
  struct epoll_event found[CLINUX_EVENTS_LIMIT];
  int count = epoll_wait(epoll, found, CLINUX_EVENTS_LIMIT, milliseconds);
  for (int i = 0; i < count; i++) {
    events[i].token = found[i].data.u64;
    events[i].readiness = found[i].events;
  }
  return count;
}

static int unix_address(const char *path, struct sockaddr_un *address) {
  size_t length = strlen(path);
  if (length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  return 0;
}

int clinux_bind(int descriptor, const char *path) {
  struct sockaddr_un address;
  if (unix_address(path, &address) < 0) return -1;
  return bind(descriptor, (struct sockaddr *)&address, sizeof address);
}

int clinux_connect(int descriptor, const char *path) {
  struct sockaddr_un address;
  if (unix_address(path, &address) < 0) return -1;
  return connect(descriptor, (struct sockaddr *)&address, sizeof address);
}

int clinux_stream_socket(bool non_blocking) {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (non_blocking ? SOCK_NONBLOCK : 0), 0);
}

int clinux_stream_pair(int descriptors[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, descriptors);
}

static int socket_option(int descriptor, int option) {
  int value = -1;
  socklen_t length = sizeof value;
  return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) < 0 ? -1 : value;
}

bool clinux_is_stream_listener(int descriptor) {
  return socket_option(descriptor, SO_DOMAIN) == AF_UNIX
    && socket_option(descriptor, SO_TYPE) == SOCK_STREAM
    && socket_option(descriptor, SO_ACCEPTCONN) == 1;
}

bool clinux_is_uevent_socket(int descriptor) {
  return socket_option(descriptor, SO_DOMAIN) == AF_NETLINK
    && socket_option(descriptor, SO_PROTOCOL) == NETLINK_KOBJECT_UEVENT;
}

int clinux_replace(int descriptor, int with) { return dup3(with, descriptor, O_CLOEXEC); }

ssize_t clinux_send(int descriptor, const void *bytes, size_t count) {
  return send(descriptor, bytes, count, MSG_NOSIGNAL);
}

int clinux_send_datagram(const char *path, const void *bytes, size_t count) {
  struct sockaddr_un address;
  if (unix_address(path, &address) < 0) return -1;
  socklen_t length = offsetof(struct sockaddr_un, sun_path) + strlen(path);
  if (path[0] == '@') address.sun_path[0] = 0;
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  ssize_t sent = sendto(
    descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address, length);
  int error = errno;
  close(descriptor);
  errno = error;
  return sent < 0 ? -1 : 0;
}

int clinux_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_peer(int descriptor, struct clinux_peer *peer) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  int result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length);
  if (result < 0) return result;
  peer->pid = credentials.pid;
  peer->uid = credentials.uid;
  peer->gid = credentials.gid;
  return 0;
}

int clinux_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int clinux_device_major(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0 || !S_ISCHR(status.st_mode)) return -1;
  return (int)major(status.st_rdev);
}

const char *clinux_error_name(int error) { return strerrorname_np(error); }

const char *clinux_error_text(int error) { return strerrordesc_np(error); }

int clinux_name_thread(const char *name) {
  int error = pthread_setname_np(pthread_self(), name);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

int clinux_spawn(
  pid_t *pid, const char *path, char *const arguments[], int output, int error
) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int result = posix_spawnattr_init(&attributes);
  if (result != 0) return result;
  result = posix_spawn_file_actions_init(&actions);
  if (result != 0) {
    posix_spawnattr_destroy(&attributes);
    return result;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  result = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (result == 0) result = posix_spawnattr_setsigmask(&attributes, &none);
  if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &all);
  if (result == 0)
    result = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (result == 0)
    result = posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
  if (result == 0) result = posix_spawn(pid, path, &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return result;
}

int clinux_lock_memory(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0) return -1;
  if (limit.rlim_cur != RLIM_INFINITY) {
    errno = EPERM;
    return -1;
  }
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

const int CLINUX_CLOCK_UNSYNCHRONISED = TIME_ERROR;

int clinux_clock_state(void) {
  struct timex nothing = {0};
  return adjtimex(&nothing);
}
