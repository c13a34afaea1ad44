import Diagnostics
import Foundation

/// The kernels use instructions that a processor from before 2013 does not have: it gets a sentence instead of
/// an illegal instruction.
enum ProcessorCheck {
  static func requireSupportedProcessor() throws(Problem) {
    #if arch(x86_64) && os(Linux)
      guard let information = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
        let line = information.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
      else { return }
      let flags = Set(line.split(separator: " ").map(String.init))
      let missing = ["avx2", "fma", "bmi2", "f16c", "movbe"].filter { !flags.contains($0) }
      if !missing.isEmpty {
        throw Problem(
          .usage, "this processor lacks \(missing.joined(separator: ", ")), which the kernels need",
          hint: "use an x86-64 processor of 2013 or later (x86-64-v3), or arm64")
      }
    #endif
  }
}
