// OpenBLAS takes a buffer when it is loaded, and tries for ever where there is no room for it (OpenBLAS issue 5289):
// a program whose address space is limited too tightly would never come to its first line. This runs before the
// constructors of shared libraries, and says so instead.
#if defined(__linux__)
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

// The buffer's 128 MiB, and what the system's own libraries take meanwhile.
static const size_t needed = (size_t)160 << 20;
// EX_OSERR, as for all want of memory.
static const int status = 71;
static const char message[] =
    "ganomaly: the limit of the address space leaves no room for matrix products, which take 160 MiB at the start "
    "(raise the limit: ulimit -v, h_vmem)\n";

static void require_room(void) {
  void *probe = mmap(NULL, needed, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe != MAP_FAILED) {
    munmap(probe, needed);
    return;
  }
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(status);
}

__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = require_room;
#endif
