// The instruction sets of every supported processor: AVX2 and FMA on x86-64, NEON on arm64.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VARIANT_NAME "AVX2"
#elif defined(__aarch64__)
#define VARIANT_NAME "NEON"
#else
#define VARIANT_NAME "portable"
#endif
#define VARIANT kernels_baseline
#define WIDE_TILE 1
// Vectors of 16 floats never cross a call: every function that takes or returns one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#include "variant.h"
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
