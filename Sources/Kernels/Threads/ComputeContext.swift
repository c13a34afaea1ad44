import CKernels
import COpenBLAS
import Synchronization

/// The processor's engine: the threads that share the work, and their scratch memory.
///
/// Results never depend on the number of threads: the problem alone determines the work items, no sum crosses an item,
/// and OpenBLAS itself runs single-threaded.
public final class ComputeContext: @unchecked Sendable {
  /// Number of threads, including the caller's.
  public let threads: Int
  /// The algorithms that compute convolutions.
  public let kernels: KernelSet
  /// Time spent so far, by kind of work.
  public var times = WorkTimes()
  /// The innermost loops for this processor.
  let processor: processor_kernels
  private let pool: WorkerPool
  private let nextItem = Atomic<Int>(0)
  /// One buffer per thread.
  private(set) var scratch: [FloatBuffer]
  /// Shared by all threads, indexed by `SharedMemory`.
  private var shared = SharedMemory.allCases.map { _ in FloatBuffer(count: 0) }

  /// - Parameters:
  ///   - threads: number of threads, at least 1, including the caller's.
  ///   - kernels: the algorithms that compute convolutions.
  public convenience init(threads: Int, kernels: KernelSet = .fast) {
    self.init(threads: threads, kernels: kernels, processor: widest_processor_kernels().pointee)
  }

  /// - Parameter processor: the innermost loops to use; all variants give the same bits.
  init(threads: Int, kernels: KernelSet, processor: processor_kernels) {
    precondition(threads > 0, "\(threads) threads")
    self.threads = threads
    self.kernels = kernels
    self.processor = processor
    pool = WorkerPool(workers: threads - 1)
    scratch = (0..<threads).map { _ in FloatBuffer(count: 0) }
    openblas_set_num_threads(1)
  }

  /// Performs items 0..<count on all threads and returns when all are done.
  ///
  /// - Parameters:
  ///   - kind: the kind of work that the time is charged to; nil to leave it out.
  ///   - scratchCount: floats of scratch memory per item.
  func perform<Items: WorkItems>(
    _ items: Items, count: Int, _ kind: WorkKind?, scratch scratchCount: Int = 0
  ) {
    guard count > 0 else { return }
    let start = ContinuousClock.now
    defer { if let kind { times.add(ContinuousClock.now - start, to: kind) } }
    for thread in 0..<threads where scratch[thread].count < scratchCount {
      scratch[thread] = FloatBuffer(count: scratchCount)
    }
    if threads == 1 || count == 1 {
      let memory = scratch[0].pointer
      for item in 0..<count { items.perform(item, scratch: memory) }
      return
    }
    nextItem.store(0, ordering: .relaxed)
    withUnsafePointer(to: SharedWork(items: items, count: count, context: self)) { work in
      pool.run(SharedWork<Items>.self, UnsafeRawPointer(work))
    }
  }

  /// Claims the next item; nil when none is left.
  func takeItem(below count: Int) -> Int? {
    let item = nextItem.wrappingAdd(1, ordering: .relaxed).oldValue
    return item < count ? item : nil
  }

  /// `count` floats of arbitrary content, shared by all threads and valid until the next call for the same purpose.
  ///
  /// Every layer gets the same memory, so that it stays in the cache.
  func memory(_ purpose: SharedMemory, _ count: Int) -> UnsafeMutablePointer<Float> {
    if shared[purpose.rawValue].count < count { shared[purpose.rawValue] = FloatBuffer(count: count) }
    return shared[purpose.rawValue].pointer
  }
}

/// Temporary memory of convolutions, by purpose.
enum SharedMemory: Int, CaseIterable {
  /// Transforms of the high side and of the low side.
  case high, low
  /// Patches of single images.
  case patches
}

/// Properties of the machine that determine the last bits of a result, or its speed.
public enum ComputeEnvironment {
  /// The set of kernels that OpenBLAS picked for this processor, such as `Haswell`.
  public static var openBLASCore: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS's version and build options.
  public static var openBLASConfiguration: String {
    String(cString: openblas_get_config()).split(separator: " ").joined(separator: " ")
  }

  /// The instruction set of the innermost loops, such as `AVX-512`; it affects speed, not bits.
  public static var instructionSet: String { String(cString: widest_processor_kernels().pointee.name) }

  /// The instruction set that the program was compiled for.
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
