#include "AllocationCounter.h"

#include <errno.h>
#include <stddef.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer) || __has_feature(leak_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

// Initial-exec: reaching a thread's counters must not itself allocate.
#define PER_THREAD static _Thread_local __attribute__((tls_model("initial-exec")))

PER_THREAD bool counting;
PER_THREAD struct allocation_counts counts;

bool allocation_counter_available(void) { return !SANITIZED; }

void allocation_counter_start(void) {
  counts = (struct allocation_counts){0, 0};
  counting = true;
}

struct allocation_counts allocation_counter_stop(void) {
  counting = false;
  return counts;
}

struct allocation_counts allocation_counter_read(void) { return counts; }

#if !SANITIZED

// glibc's allocator under the names by which it stays reachable once malloc is replaced.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static void count_allocation(void) {
  if (counting) counts.allocations += 1;
}

static void count_release(void) {
  if (counting) counts.releases += 1;
}

void *malloc(size_t size) {
  count_allocation();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_allocation();
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  count_allocation();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  count_allocation();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count_allocation();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  count_allocation();
  void *aligned = __libc_memalign(alignment, size);
  if (aligned == NULL) return ENOMEM;
  *block = aligned;
  return 0;
}

void free(void *block) {
  if (block == NULL) return;
  count_release();
  __libc_free(block);
}

#endif
