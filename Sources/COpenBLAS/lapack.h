#pragma once
#include <cblas.h>
#include <stddef.h>

// Debian's libopenblas contains LAPACK, but its package lacks lapacke.h, so the one routine we call is declared here by
// hand; the compiler cannot check it against the library. `blasint` is OpenBLAS's integer type. The last three
// arguments are the lengths of the three strings, which gfortran passes after all others.
void dsyevr_(
    const char *jobz, const char *range, const char *uplo, const blasint *n, double *a, const blasint *lda,
    const double *vl, const double *vu, const blasint *il, const blasint *iu, const double *abstol,
    blasint *m, double *w, double *z, const blasint *ldz, blasint *isuppz, double *work,
    const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info, size_t jobz_length,
    size_t range_length, size_t uplo_length);

// Computes eigenvalues number `first` to `last` (from 1, ascending) of a symmetric n × n matrix, whose lower triangle
// is in `a` in column-major order (overwritten), and their eigenvectors, stored consecutively in `z`. Returns LAPACK's
// info. With lwork = liwork = -1, computes nothing but stores the sizes of the two workspaces in work[0] and iwork[0].
static inline blasint symmetric_eigenvectors(
    blasint n, double *a, blasint first, blasint last, double *w, double *z, blasint *isuppz, double *work,
    blasint lwork, blasint *iwork, blasint liwork) {
  const double unused = 0;
  blasint found = 0, info = 0;
  dsyevr_(
      "V", "I", "L", &n, a, &n, &unused, &unused, &first, &last, &unused, &found, w, z, &n, isuppz, work,
      &lwork, iwork, &liwork, &info, 1, 1, 1);
  return info;
}
