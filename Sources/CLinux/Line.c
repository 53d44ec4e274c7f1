// A translation unit of its own: <asm/termbits.h>, which has termios2, collides with <termios.h>.
#include "CLinux.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/serial.h>
#include <string.h>
#include <sys/ioctl.h>

int clinux_line_set(int descriptor, const struct clinux_line *line) {
  static const tcflag_t sizes[] = {CS5, CS6, CS7, CS8};
  struct termios2 t;
  memset(&t, 0, sizeof t);
  t.c_cflag = CLOCAL | CREAD | BOTHER | (BOTHER << IBSHIFT);
  t.c_cflag |= sizes[(line->data_bits - 5) & 3];
  if (line->stop_bits == 2) t.c_cflag |= CSTOPB;
  if (line->parity == CLINUX_PARITY_NONE) {
    // A break would otherwise arrive as a NUL byte that nobody sent.
    t.c_iflag = IGNBRK;
  } else {
    t.c_cflag |= PARENB;
    if (line->parity == CLINUX_PARITY_ODD) t.c_cflag |= PARODD;
    t.c_iflag = INPCK | PARMRK;
  }
  t.c_ispeed = t.c_ospeed = line->baud;
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
  return ioctl(descriptor, TCSETS2, &t);
}

int clinux_line_get(int descriptor, struct clinux_line *line) {
  struct termios2 t;
  memset(&t, 0, sizeof t);
  int result = ioctl(descriptor, TCGETS2, &t);
  if (result < 0) return result;
  line->baud = t.c_ospeed;
  switch (t.c_cflag & CSIZE) {
    case CS5: line->data_bits = 5; break;
    case CS6: line->data_bits = 6; break;
    case CS7: line->data_bits = 7; break;
    default: line->data_bits = 8; break;
  }
  line->parity = !(t.c_cflag & PARENB) ? CLINUX_PARITY_NONE
    : t.c_cflag & PARODD ? CLINUX_PARITY_ODD : CLINUX_PARITY_EVEN;
  line->stop_bits = t.c_cflag & CSTOPB ? 2 : 1;
  line->raw = !(t.c_lflag & (ICANON | ECHO | ISIG | IEXTEN)) && !(t.c_oflag & OPOST)
    && !(t.c_iflag & (ISTRIP | INLCR | IGNCR | ICRNL | IUCLC | IXON | IXOFF | BRKINT))
    && !(t.c_cflag & CRTSCTS) && (t.c_cflag & CREAD) && (t.c_cflag & CLOCAL);
  return 0;
}

int clinux_flush_input(int descriptor) { return ioctl(descriptor, TCFLSH, TCIFLUSH); }

int clinux_claim_terminal(int descriptor) { return ioctl(descriptor, TIOCEXCL, 0); }

int clinux_request_low_latency(int descriptor) {
  struct serial_struct s;
  memset(&s, 0, sizeof s);
  int result = ioctl(descriptor, TIOCGSERIAL, &s);
  if (result < 0) return result;
  if (s.flags & ASYNC_LOW_LATENCY) return 0;
  s.flags |= ASYNC_LOW_LATENCY;
  return ioctl(descriptor, TIOCSSERIAL, &s);
}
