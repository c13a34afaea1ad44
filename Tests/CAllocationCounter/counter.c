#include "include/CAllocationCounter.h"

#if defined(__GLIBC__) || (defined(__linux__) && !defined(__ANDROID__))
#include <errno.h>
#include <stddef.h>

// glibc's own names for its allocator, behind which the replaced functions find it.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static __thread long allocations;
static __thread long bytes;

long allocations_of_this_thread(void) { return allocations; }

long bytes_of_this_thread(void) { return bytes; }

void *malloc(size_t size) {
  allocations++;
  bytes += size;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  bytes += count * size;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  allocations++;
  bytes += size;
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  allocations++;
  bytes += size;
  return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
  allocations++;
  bytes += size;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  allocations++;
  bytes += size;
  void *found = __libc_memalign(alignment, size);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}
#else
long allocations_of_this_thread(void) { return -1; }
long bytes_of_this_thread(void) { return -1; }
#endif
