// A probe without hardware: a pseudo-terminal of which udev seems to tell, sending KMC1 frames.
//
//     ward-probe SERIAL NAME PROPERTY=VALUE...
//
// It says where it is, sends a temperature of 36.9 °C every second, and tells what udevd would:
// `add` at the start and on SIGUSR1, `remove` at its end. SIGTERM ends it after whole frames,
// SIGUSR2 in the middle of one. In a network of its own, so that nobody else hears it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <pty.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void must(int works, const char *what) {
  if (works) return;
  perror(what);
  exit(1);
}

// The hash by which libudev's filter in the kernel knows a subsystem (MurmurHash2, seed 0).
static uint32_t hash_of(const char *text) {
  const uint32_t m = 0x5bd1e995;
  size_t rest = strlen(text);
  const unsigned char *p = (const unsigned char *)text;
  uint32_t h = (uint32_t)rest;
  for (; rest >= 4; rest -= 4, p += 4) {
    uint32_t k;
    memcpy(&k, p, sizeof k);
    k *= m;
    k ^= k >> 24;
    h = (h * m) ^ (k * m);
  }
  if (rest >= 3) h ^= (uint32_t)p[2] << 16;
  if (rest >= 2) h ^= (uint32_t)p[1] << 8;
  if (rest >= 1) h = (h ^ p[0]) * m;
  h = (h ^ h >> 13) * m;
  return h ^ h >> 15;
}

// Tells what udevd would tell its listeners: a header, then the properties.
static void announce(const char *action, const char *node, const char *serial, const char *name,
                     char **more) {
  struct {
    char prefix[8];
    uint32_t magic, header_size, offset, length, subsystem, devtype, tag_high, tag_low;
  } header = {.prefix = "libudev", .magic = htonl(0xfeedcafe)};
  static char text[8192];
  int n = 0;
#define PUT(...) n += snprintf(text + n, sizeof text - n, __VA_ARGS__) + 1
  PUT("ACTION=%s", action);
  PUT("DEVPATH=/devices/pci0/usb1/1-1/1-1:1.0/%s/tty/%s", name, name);
  PUT("SUBSYSTEM=tty");
  PUT("DEVNAME=%s", node);
  PUT("MAJOR=188");
  PUT("MINOR=0");
  PUT("ID_BUS=usb");
  PUT("ID_VENDOR_ID=0403");
  PUT("ID_MODEL_ID=6001");
  PUT("ID_SERIAL=KMC_Probe_%s", serial);
  PUT("ID_SERIAL_SHORT=%s", serial);
  PUT("DEVLINKS=/dev/serial/by-id/usb-KMC_Probe_%s-if00-port0", serial);
  for (; *more; more++) PUT("%s", *more);
  PUT("SEQNUM=1");
  PUT("USEC_INITIALIZED=1");
  header.header_size = header.offset = sizeof header;
  header.length = (uint32_t)n;
  header.subsystem = htonl(hash_of("tty"));
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  must(netlink >= 0, "socket");
  struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_groups = 2};
  struct iovec parts[] = {{&header, sizeof header}, {text, (size_t)n}};
  struct msghdr message = {
    .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = 2};
  // Nobody may be listening, as while the daemon is down.
  if (sendmsg(netlink, &message, 0) < 0) perror("sendmsg");
  close(netlink);
}

static int frame(char *to, size_t room, unsigned sequence, long milliseconds) {
  char body[80];
  int n = snprintf(
    body, sizeof body, "KMTMP,%u,%ld,AXI,36.9%02u,0000,", sequence & 0xffff, milliseconds,
    sequence * 7 % 50);
  unsigned char check = 0;
  for (int i = 0; i < n; i++) check ^= (unsigned char)body[i];
  return snprintf(to, room, "$%s*%02X\r\n", body, check);
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "ward-probe SERIAL NAME PROPERTY=VALUE...\n");
    return 64;
  }
  const char *serial = arguments[1], *name = arguments[2];
  int master, slave;
  char node[64];
  struct termios raw = {0};
  cfmakeraw(&raw);
  raw.c_cflag |= CS8 | CREAD | CLOCAL;
  cfsetspeed(&raw, B9600);
  must(openpty(&master, &slave, node, &raw, NULL) == 0, "openpty");
  must(chmod(node, 0666) == 0, "chmod");
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGUSR1);
  sigaddset(&wanted, SIGUSR2);
  must(sigprocmask(SIG_BLOCK, &wanted, NULL) == 0, "sigprocmask");
  int signals = signalfd(-1, &wanted, SFD_CLOEXEC);
  must(signals >= 0, "signalfd");
  must(fcntl(master, F_SETFL, O_NONBLOCK) == 0, "fcntl");
  announce("add", node, serial, name, arguments + 3);
  printf("%s\n", node);
  fflush(stdout);
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  char line[128];
  for (unsigned sequence = 0;; sequence++) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    long passed = (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000;
    int n = frame(line, sizeof line, sequence, passed);
    // With nobody reading, the terminal fills up and frames are lost, as on a real wire.
    if (write(master, line, (size_t)n) < 0) sequence--;
    struct pollfd waiting = {.fd = signals, .events = POLLIN};
    if (poll(&waiting, 1, 1000) <= 0) continue;
    struct signalfd_siginfo signal;
    must(read(signals, &signal, sizeof signal) == sizeof signal, "read");
    if (signal.ssi_signo == SIGUSR1) {
      announce("add", node, serial, name, arguments + 3);
      continue;
    }
    if (signal.ssi_signo == SIGUSR2) must(write(master, line, (size_t)n / 2) > 0, "write");
    break;
  }
  // The bytes are to be read before the hang-up throws them away.
  int unread = 1;
  for (int tries = 0; tries < 100 && unread > 0; tries++) {
    if (ioctl(slave, FIONREAD, &unread) < 0) break;
    usleep(10000);
  }
  close(slave);
  close(master);
  announce("remove", node, serial, name, arguments + 3);
  return 0;
}
