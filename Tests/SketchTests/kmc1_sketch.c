// A KMC1 thermometer: one checked line a second, for any board with a UART and a sensor.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint16_t sequence;        // counts all lines of this probe and wraps after 65535
static unsigned boot = 0x0800;   // "first sample after boot", said once

// Writes a line of at most 82 characters, CR and LF included; returns how many.
// With a fault in `status` (1 off the skin, 2 open, 4 short) there is no value to send.
static int kmc1_line(char line[84], uint32_t ms, int32_t thousandths, unsigned status) {
  unsigned long size = thousandths < 0 ? 0UL - (unsigned long)thousandths
                                       : (unsigned long)thousandths;
  int n = sprintf(line, "$KMTMP,%u,%lu,AXI,", (unsigned)sequence++, (unsigned long)ms);
  if (!(status & 0x1F))
    n += sprintf(line + n, "%s%lu.%03lu", thousandths < 0 ? "-" : "", size / 1000, size % 1000);
  n += sprintf(line + n, ",%04X,", status | boot);
  boot = 0;
  unsigned check = 0;            // the exclusive or of all between "$" and "*"
  for (int i = 1; i < n; i++) check ^= (unsigned char)line[i];
  return n + sprintf(line + n, "*%02X\r\n", check);
}

#ifdef ARDUINO
void setup() { Serial.begin(9600); }
void loop() {
  char line[84];
  unsigned fault = sensor_fault();                  // yours: 0, 1, 2 or 4
  Serial.write(line, kmc1_line(line, millis(), fault ? 0 : sensor_thousandths(), fault));
  delay(1000);
}
#else  // On a computer: the first sequence number, then milliseconds, thousandths, status …
int main(int count, char **words) {
  sequence = (uint16_t)(count > 1 ? atoi(words[1]) : 0);
  for (int i = 2; i + 2 < count; i += 3) {
    char line[84];
    kmc1_line(line, (uint32_t)strtoul(words[i], NULL, 10), (int32_t)atol(words[i + 1]),
              (unsigned)strtoul(words[i + 2], NULL, 16));
    fputs(line, stdout);
  }
}
#endif
