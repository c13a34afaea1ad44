#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#define VARIANT_NAME "AVX-512"
#define VARIANT kernels_avx512
#define WIDE_TILE 4
#include "variant.h"
#pragma clang attribute pop
#endif
