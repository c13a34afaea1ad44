import COpenBLAS
import Diagnostics
import Foundation

/// OpenBLAS's own work buffers.
public enum MatrixProductMemory {
  /// Address space of one thread's buffer; little of it is ever touched.
  static let bytesPerThread = 128 << 20

  /// Makes OpenBLAS allocate its buffers now: an allocation that failed later would be retried forever. For processes
  /// with limited address space.
  ///
  /// - Parameter threads: number of threads that multiply at the same time.
  /// - Throws: `Problem` if there is no room for the buffers.
  public static func reserve(threads: Int) throws(Problem) {
    // 64 KiB more each, for an extra page and alignment.
    let wanted = threads * (bytesPerThread + 1 << 16)
    let probe = mmap(nil, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard probe != MAP_FAILED else {
      let left = (AddressSpace.left ?? 0) >> 20
      throw Problem(
        .notEnoughMemory,
        "matrix products on \(threads) \(threads == 1 ? "thread" : "threads") need \(wanted >> 20) MiB of address "
          + "space, but the limit leaves only \(left) MiB",
        hint: threads == 1
          ? "raise the limit (ulimit -v, h_vmem)" : "raise the limit (ulimit -v, h_vmem), or --threads 1")
    }
    munmap(probe, wanted)
    let buffers = (0..<threads).map { _ in blas_memory_alloc(0) }
    for buffer in buffers { blas_memory_free(buffer) }
  }
}
