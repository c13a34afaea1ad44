import Diagnostics

extension Problem {
  /// An allocation that failed.
  public static func notEnoughMemory(wanting bytes: Int) -> Problem {
    Problem(
      .notEnoughMemory, "cannot allocate \(max(1, bytes >> 20)) MiB of memory",
      hint: "smaller batches or fewer jobs need less, and limits (ulimit -v, h_vmem) can be raised")
  }
}
