import Diagnostics
import Foundation
import Kernels

/// What the processor can do, and what follows from it before anything is computed.
enum ProcessorCheck {
  /// The kernels use instructions that a processor from before 2013 does not have: it gets a sentence instead of
  /// an illegal instruction.
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

  /// Starts this program anew, in the same process, where OpenBLAS has picked kernels for a processor of long ago: it
  /// picks when it is loaded, and that was before `main`. Whoever has set its variable has chosen, and keeps the choice;
  /// so the program is started anew at most once.
  static func preferNewerMatrixKernels() {
    #if arch(x86_64) && os(Linux)
      guard getenv(OpenBLASCore.variable) == nil, let flags,
        let core = OpenBLASCore.better(than: ComputeEnvironment.openBLASCore, flags: flags),
        setenv(OpenBLASCore.variable, core, 1) == 0
      else { return }
      execv("/proc/self/exe", CommandLine.unsafeArgv)
      // It could not: the program goes on as it is, only slower.
      unsetenv(OpenBLASCore.variable)
    #endif
  }

  /// The processor's flags; nil where the system does not tell.
  private static var flags: Set<String>? {
    guard let information = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = information.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return nil }
    return Set(line.split(separator: " ").map(String.init))
  }
}
