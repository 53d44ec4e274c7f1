#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Counts what the calling thread asks of malloc and its kin.
///
/// Linked into a test bundle, this replaces the allocator's entry points for the whole process, so
/// that the Swift runtime's own requests are counted too. A test needs a control: an allocation
/// that must be counted, or else zero proves nothing.

struct allocation_counts {
  /// Blocks that were asked for, a reallocation being one.
  uint64_t allocations;
  /// Blocks that were given back.
  uint64_t releases;
};

/// Whether counting works: not under a sanitizer, which has an allocator of its own.
bool allocation_counter_available(void);

/// Begins to count on the calling thread, from zero.
void allocation_counter_start(void);

/// Ends counting on the calling thread, and answers what happened since it began.
struct allocation_counts allocation_counter_stop(void);

/// What the calling thread has done since counting began.
struct allocation_counts allocation_counter_read(void);
