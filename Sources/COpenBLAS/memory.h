#pragma once

// OpenBLAS keeps one buffer per thread that multiplies, and allocates it on first use. If there is no memory, 0.3.21
// retries forever (OpenBLAS issue 5289). With these functions, which its headers omit, the buffers are allocated in
// advance.
void *blas_memory_alloc(int position);
void blas_memory_free(void *buffer);
