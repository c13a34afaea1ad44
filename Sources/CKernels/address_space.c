// OpenBLAS allocates a buffer when it is loaded, and retries forever if there is no room for it (OpenBLAS issue 5289):
// with too little address space, the program would hang before main. This check runs before the constructors of shared
// libraries, and exits with a message instead.
#if defined(__linux__)
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

// The buffer's 128 MiB, plus what the system libraries allocate in the meantime.
static const size_t needed = (size_t)160 << 20;
// EX_OSERR, as whenever memory runs out.
static const int status = 71;
static const char message[] =
    "ganomaly: the address space limit leaves no room for matrix products, which need 160 MiB at startup "
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
