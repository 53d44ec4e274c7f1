#pragma once

#include <stdint.h>

/// What our own code is measured against, and the clock and threads to measure with.
///
/// Pointers are kept on this side, so that the benchmark needs no unsafe line.

#ifdef __cplusplus
extern "C" {
#endif

/// Nanoseconds of a clock that never goes back. The C function is `clock_gettime`.
uint64_t peers_now(void);

/// How many processors this process may use. The C function is `sched_getaffinity`.
uint32_t peers_processors(void);

/// Lets another thread run. The C function is `sched_yield`.
void peers_yield(void);

/// Ends the process. The C function is `exit`.
void peers_exit(int32_t code) __attribute__((noreturn));

/// What passing samples from one thread to another took.
struct peers_passage {
  /// From the common start of both threads until both were done.
  uint64_t nanoseconds;
  /// Of the samples, as the receiving thread saw them.
  uint64_t checksum;
};

/// Runs `send` and `receive` at once, each on a thread of its own, and waits for both.
///
/// Where there are two processors, each thread is pinned to one of them. Both functions are given
/// `count`; `receive` answers the checksum.
struct peers_passage peers_run_together(
    void (*send)(uint64_t count), uint64_t (*receive)(uint64_t count), uint64_t count);

/// Passes samples through an index queue in C++, of at least `capacity`, one by one.
struct peers_passage peers_pass_through_index_queue(uint64_t count, uint64_t capacity);

#ifdef __cplusplus
}
#endif
