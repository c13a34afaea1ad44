#pragma once

// OpenBLAS keeps a buffer for each thread that multiplies, and takes it when it is first needed. Where there is no
// memory, 0.3.21 tries again for ever (OpenBLAS issue 5289): with these functions, which its headers leave out, the
// buffers are taken beforehand.
void *blas_memory_alloc(int position);
void blas_memory_free(void *buffer);
