// Instructions that Swift does not expose.
#pragma once

/// Hints to the processor that this thread is spinning, so that its sibling hyperthread gets the core.
static inline void processor_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
