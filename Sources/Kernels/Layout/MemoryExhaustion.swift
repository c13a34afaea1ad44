import Foundation
import Synchronization

/// What happens when memory for a buffer cannot be allocated.
///
/// There is no way to continue, or to back out of the middle of an operation: the handler records what happened, and
/// the process exits.
public enum MemoryExhaustion {
  /// Called with the number of bytes requested; the process exits when it returns.
  public static let handler = Mutex<(@Sendable (_ bytes: Int) -> Void)?>(nil)

  /// Exit status of a process that ran out of memory (`EX_OSERR`).
  public static let exitStatus: Int32 = 71

  /// Released first, so that the handler has memory to work with.
  private static let ballast = Mutex<FloatBuffer?>(nil)

  /// Reserves memory for the handler; call at startup.
  public static func prepare() { ballast.withLock { $0 = FloatBuffer(count: 1 << 18) } }

  static func end(wanting bytes: Int) -> Never {
    ballast.withLock { $0 = nil }
    handler.withLock(\.self)?(bytes)
    exit(exitStatus)
  }
}

/// Memory accounting of this process's buffers.
public enum BufferMemory {
  private static let live = Atomic<Int>(0)

  /// Bytes currently allocated to buffers.
  public static var bytes: Int { live.load(ordering: .relaxed) }

  static func add(_ bytes: Int) { live.add(bytes, ordering: .relaxed) }
}
