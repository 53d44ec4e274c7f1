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

/// Forgets the crowd that was, and gathers a new one. -1 and errno where that fails.
///
/// A crowd is one thread's: connections that are read by one epoll loop, as one program with many
/// subscriptions would.
int32_t peers_crowd_gather(void);

/// Reads that connection, too, from here on; its owner closes it after the crowd has gone.
int32_t peers_crowd_add(int32_t descriptor);

/// Listening also ends when that descriptor has room again.
int32_t peers_crowd_heed(int32_t speaker);

/// How a crowd stands.
struct peers_crowd_state {
  /// Those that have not got as many line breaks yet as they are to get.
  uint32_t behind;
  /// Connections that have ended.
  uint32_t gone;
  /// Whether anything happened.
  uint32_t moved;
  /// Breaks that somebody got beyond what all are to get; counted when nobody is behind.
  uint64_t beyond;
};

/// Each is to get so many line breaks more than before.
void peers_crowd_aim(uint64_t breaks);

/// Waits for at most so long, and reads what has come.
struct peers_crowd_state peers_crowd_listen(int32_t milliseconds);

#ifdef __cplusplus
}
#endif
