// Instructions that Swift has no name for.
#pragma once

/// Tells the processor that this thread waits in a loop, so that its sibling gets the core meanwhile.
static inline void processor_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
