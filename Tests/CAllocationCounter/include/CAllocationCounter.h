// Counts the allocations of a thread, for tests of code that must not allocate.
#pragma once

/// Allocations that the calling thread has made so far. The functions behind malloc and its kin are replaced in
/// the whole test program; on other systems than Linux with glibc nothing is counted, and -1 is returned.
long allocations_of_this_thread(void);

/// Bytes that the calling thread has allocated so far, those that it has freed included.
long bytes_of_this_thread(void);
