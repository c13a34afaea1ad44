import Diagnostics
import Kernels
import Synchronization

/// The run in progress, for when memory runs out: there is no way to continue then, and the process ends.
public enum RunInProgress {
  private static let recorder = Mutex<(@Sendable (Problem) -> Void)?>(nil)

  /// Records that memory ran out, here or on a device, as the failure of the run in progress, if there is one. A
  /// supervised job ends with this call.
  public static func recordExhaustion(_ problem: Problem) { recorder.withLock(\.self)?(problem) }

  /// Calls `body`; if memory runs out meanwhile, calls `record` before the process ends.
  static func recordingExhaustion<Result>(
    by record: @escaping @Sendable (Problem) -> Void, during body: () throws -> Result
  ) rethrows -> Result {
    recorder.withLock { $0 = record }
    let previous = MemoryExhaustion.handler.withLock { handler -> (@Sendable (Int) -> Void)? in
      defer { handler = { RunInProgress.recordExhaustion(.notEnoughMemory(wanting: $0)) } }
      return handler
    }
    defer {
      MemoryExhaustion.handler.withLock { $0 = previous }
      recorder.withLock { $0 = nil }
    }
    return try body()
  }
}
