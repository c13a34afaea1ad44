import COpenBLAS
import Synchronization

/// The threads that share the work, and each one's scratch memory.
///
/// Results never depend on the number of threads: work is divided into items by the problem alone, no sum
/// crosses an item, and OpenBLAS itself runs on one thread.
public final class ComputeContext: @unchecked Sendable {
  public let threads: Int
  public let kernels: KernelSet
  /// Where the time has gone so far.
  public var times = WorkTimes()
  private let pool: WorkerPool
  /// Of each thread, and one for all together.
  private var scratch: [FloatBuffer]
  private var sharedScratch = FloatBuffer(count: 0)

  /// - Parameters:
  ///   - threads: threads to use, at least 1.
  ///   - kernels: the algorithms to compute convolutions with.
  public init(threads: Int, kernels: KernelSet = .fast) {
    precondition(threads > 0, "\(threads) threads")
    self.threads = threads
    self.kernels = kernels
    pool = WorkerPool(workers: threads - 1)
    scratch = (0..<threads).map { _ in FloatBuffer(count: 0) }
    openblas_set_num_threads(1)
  }

  /// Calls `body(item, scratch)` once for each item in 0..<items, on all threads, and returns when all are done.
  ///
  /// - Parameters:
  ///   - kind: what the time is to be counted as.
  ///   - scratchCount: floats of scratch memory that a call wants; their content is arbitrary.
  public func forEach(
    _ items: Int, _ kind: WorkKind, scratch scratchCount: Int = 0,
    _ body: @Sendable (_ item: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) {
    guard items > 0 else { return }
    let start = ContinuousClock.now
    defer { times.add(ContinuousClock.now - start, to: kind) }
    for thread in 0..<threads where scratch[thread].count < scratchCount {
      scratch[thread] = FloatBuffer(count: scratchCount)
    }
    if threads == 1 || items == 1 {
      for item in 0..<items { body(item, scratch[0].pointer) }
      return
    }
    let next = Atomic<Int>(0)
    pool.run { worker in
      while true {
        let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if item >= items { return }
        body(item, self.scratch[worker].pointer)
      }
    }
  }
}

extension ComputeContext {
  /// Calls `body` with `count` floats of arbitrary content that all threads may use; not to be nested.
  func withSharedScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    if sharedScratch.count < count { sharedScratch = FloatBuffer(count: count) }
    body(sharedScratch.pointer)
  }
}

/// A range of 0..<total: the `item`-th of those of `size` elements (the last may be shorter).
func chunk(_ item: Int, of size: Int, total: Int) -> Range<Int> {
  item * size..<min(total, (item + 1) * size)
}

/// How many chunks of `size` cover `total`.
func chunkCount(of size: Int, total: Int) -> Int { (total + size - 1) / size }

/// Facts about the machine that decide the last bits of a result.
public enum ComputeEnvironment {
  /// The set of kernels that OpenBLAS picked for this processor, such as `Haswell`.
  public static var openBLASCore: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS's version and build options.
  public static var openBLASConfiguration: String {
    String(cString: openblas_get_config()).split(separator: " ").joined(separator: " ")
  }

  /// The instruction set that the kernels were compiled for.
  public static var target: String {
    #if arch(x86_64)
      "x86-64-v3"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
