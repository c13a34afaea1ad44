#include "include/CKernels.h"

extern const processor_kernels kernels_baseline;

#if defined(__x86_64__)
extern const processor_kernels kernels_avx512;

static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

ptrdiff_t processor_kernels_count(void) { return has_avx512() ? 2 : 1; }

const processor_kernels *processor_kernels_at(ptrdiff_t index) {
  return has_avx512() && index == 0 ? &kernels_avx512 : &kernels_baseline;
}
#else
ptrdiff_t processor_kernels_count(void) { return 1; }

const processor_kernels *processor_kernels_at(ptrdiff_t index) { return &kernels_baseline; }
#endif

const processor_kernels *widest_processor_kernels(void) { return processor_kernels_at(0); }
