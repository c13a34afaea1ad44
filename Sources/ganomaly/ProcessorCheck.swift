import Diagnostics
import Foundation
import Kernels

/// Checks the processor's features before anything is computed.
enum ProcessorCheck {
  /// The kernels need instructions that processors before 2013 lack: report that instead of dying from an illegal
  /// instruction.
  static func requireSupportedProcessor() throws(Problem) {
    #if arch(x86_64) && os(Linux)
      guard let flags else { return }
      let missing = ["avx2", "fma", "bmi2", "f16c", "movbe"].filter { !flags.contains($0) }
      if !missing.isEmpty {
        throw Problem(
          .usage, "this processor lacks \(missing.joined(separator: ", ")), which the kernels need",
          hint: "use an x86-64 processor of 2013 or later (x86-64-v3), or arm64")
      }
    #endif
  }

  /// Restarts this program, in the same process, if OpenBLAS has picked kernels for a much older processor: it picks
  /// when it is loaded, before `main`. If its environment variable is set, that choice stands, so the program restarts
  /// at most once.
  static func preferNewerMatrixKernels() {
    #if arch(x86_64) && os(Linux)
      guard getenv(OpenBLASCore.variable) == nil, let flags,
        let core = OpenBLASCore.better(than: ComputeEnvironment.openBLASCore, flags: flags),
        setenv(OpenBLASCore.variable, core, 1) == 0
      else { return }
      execv("/proc/self/exe", CommandLine.unsafeArgv)
      // The restart failed: continue, only slower.
      unsetenv(OpenBLASCore.variable)
    #endif
  }

  /// The processor's flags; nil if the system does not report them.
  private static var flags: Set<String>? {
    guard let information = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = information.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return nil }
    return Set(line.split(separator: " ").map(String.init))
  }
}
