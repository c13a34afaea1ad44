import CKernels
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
  /// The innermost loops for this processor.
  let processor: processor_kernels
  private let pool: WorkerPool
  private let nextItem = Atomic<Int>(0)
  /// Of each thread.
  private(set) var scratch: [FloatBuffer]
  /// Of all threads together, by `SharedMemory`.
  private var shared = SharedMemory.allCases.map { _ in FloatBuffer(count: 0) }

  /// - Parameters:
  ///   - threads: threads to use, at least 1.
  ///   - kernels: the algorithms to compute convolutions with.
  public convenience init(threads: Int, kernels: KernelSet = .fast) {
    self.init(threads: threads, kernels: kernels, processor: widest_processor_kernels().pointee)
  }

  /// - Parameter processor: the innermost loops to use; all give the same bits.
  init(threads: Int, kernels: KernelSet, processor: processor_kernels) {
    precondition(threads > 0, "\(threads) threads")
    self.threads = threads
    self.kernels = kernels
    self.processor = processor
    pool = WorkerPool(workers: threads - 1)
    scratch = (0..<threads).map { _ in FloatBuffer(count: 0) }
    openblas_set_num_threads(1)
  }

  /// Does the items 0..<count on all threads and returns when all are done.
  ///
  /// - Parameters:
  ///   - kind: what the time is to be counted as; nil for what no measurement asks for.
  ///   - scratchCount: floats of scratch memory that an item wants.
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

  /// An item that nobody has taken yet; nil when there is none left.
  func takeItem(below count: Int) -> Int? {
    let item = nextItem.wrappingAdd(1, ordering: .relaxed).oldValue
    return item < count ? item : nil
  }

  /// `count` floats that all threads may use, of arbitrary content, until the next call for the same purpose.
  ///
  /// The same memory for every layer, so that it stays in the cache.
  func memory(_ purpose: SharedMemory, _ count: Int) -> UnsafeMutablePointer<Float> {
    if shared[purpose.rawValue].count < count { shared[purpose.rawValue] = FloatBuffer(count: count) }
    return shared[purpose.rawValue].pointer
  }
}

/// What convolutions keep for a moment.
enum SharedMemory: Int, CaseIterable {
  /// Transforms of the high side and of the low side.
  case high, low
  /// Patches of single images.
  case patches
}

/// Facts about the machine that decide the last bits of a result, or its speed.
public enum ComputeEnvironment {
  /// The set of kernels that OpenBLAS picked for this processor, such as `Haswell`.
  public static var openBLASCore: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS's version and build options.
  public static var openBLASConfiguration: String {
    String(cString: openblas_get_config()).split(separator: " ").joined(separator: " ")
  }

  /// The instruction set of the innermost loops, such as `AVX-512`; it decides the speed, not the bits.
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
