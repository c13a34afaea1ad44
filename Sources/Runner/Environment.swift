import Foundation
import HDF5
import Kernels
import Results
import Specs

extension Provenance {
  /// The source version, machine and libraries of this process.
  public static func current(threads: Int) -> Provenance {
    Provenance([
      ("commit", BuildInformation.commit), ("dirty", BuildInformation.isDirty ? "yes" : "no"),
      ("host", ProcessInfo.processInfo.hostName),
      ("system", ProcessInfo.processInfo.operatingSystemVersionString),
      ("cpu", cpuModel), ("target", ComputeEnvironment.target),
      ("instruction_set", ComputeEnvironment.instructionSet), ("threads", String(threads)),
      ("openblas_core", ComputeEnvironment.openBLASCore),
      ("openblas", ComputeEnvironment.openBLASConfiguration), ("hdf5", hdf5Version),
      ("swift", BuildInformation.swiftVersion), ("numerics_version", String(numericsVersion)),
      ("written", Date.now.formatted(.iso8601)),
    ])
  }

  /// The same for a training process, plus its convolution kernels and its engine's facts.
  static func current(_ context: ComputeContext, engine: (any Engine)? = nil) -> Provenance {
    Provenance(
      current(threads: context.threads).facts + [("kernels", context.kernels.rawValue)]
        + (engine?.facts ?? []))
  }

  private static var cpuModel: String {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }
}
