import Foundation
import Synchronization

/// What is done when memory for a buffer cannot be had.
///
/// Nobody can go on without it, and there is no way back from the middle of an operation: whoever is responsible for
/// the computation records what happened, and the process ends.
public enum MemoryExhaustion {
  /// Called with the number of bytes that were wanted; the process ends when it returns.
  public static let handler = Mutex<(@Sendable (_ bytes: Int) -> Void)?>(nil)

  /// The status of a process that ends for want of memory (`EX_OSERR`).
  public static let exitStatus: Int32 = 71

  /// Given back first, so that the handler finds some.
  private static let ballast = Mutex<FloatBuffer?>(nil)

  /// Sets some memory aside for the handler; to be called at the start.
  public static func prepare() { ballast.withLock { $0 = FloatBuffer(count: 1 << 18) } }

  static func end(wanting bytes: Int) -> Never {
    ballast.withLock { $0 = nil }
    handler.withLock(\.self)?(bytes)
    exit(exitStatus)
  }
}

/// Bytes that the buffers of this process take.
public enum BufferMemory {
  private static let live = Atomic<Int>(0)

  public static var bytes: Int { live.load(ordering: .relaxed) }

  static func add(_ bytes: Int) { live.add(bytes, ordering: .relaxed) }
}
