#include "Threads.hpp"

#include <cstdlib>
#include <ctime>

#include <sched.h>

uint64_t peers_now(void) {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

uint32_t peers_processors(void) {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return 1;
  return static_cast<uint32_t>(CPU_COUNT(&usable));
}

void peers_yield(void) { sched_yield(); }

void peers_exit(int32_t code) { exit(code); }

void pin(unsigned place) {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0 || CPU_COUNT(&usable) < 2) return;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &usable) || place-- > 0) continue;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    CPU_SET(processor, &chosen);
    sched_setaffinity(0, sizeof chosen, &chosen);
    return;
  }
}

peers_passage peers_run_together(
    void (*send)(uint64_t), uint64_t (*receive)(uint64_t), uint64_t count) {
  return runTogether([=] { send(count); }, [=] { return receive(count); });
}
