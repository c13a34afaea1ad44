/// Which kernel set OpenBLAS should use.
///
/// OpenBLAS identifies processors by model number. It takes a processor newer than itself for the oldest one and
/// computes with SSE at an eighth of the speed, although the processor supports every instruction of the newer kernel
/// sets.
public enum OpenBLASCore {
  /// The environment variable that OpenBLAS reads when it is loaded.
  public static let variable = "OPENBLAS_CORETYPE"

  /// Kernel sets without AVX, in lower case.
  private static let withoutAVX: Set<String> = [
    "generic", "katmai", "coppermine", "northwood", "banias", "prescott", "core2", "penryn", "dunnington",
    "nehalem",
    "athlon", "opteron", "opteron_sse3", "barcelona", "bobcat", "atom", "nano",
  ]
  private static let forHaswell: Set<String> = ["avx", "avx2", "fma"]
  private static let forSkylakeX: Set<String> = ["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"]

  /// A newer kernel set than the one OpenBLAS picked, if the processor supports it.
  ///
  /// - Parameters:
  ///   - picked: the name of OpenBLAS's choice, such as `Prescott`.
  ///   - flags: the processor's flags, as in `/proc/cpuinfo`.
  /// - Returns: nil if the picked set already uses AVX, so that results on known processors keep their bits, or if the
  ///   processor lacks AVX, AVX2 or FMA.
  public static func better(than picked: String, flags: Set<String>) -> String? {
    guard withoutAVX.contains(picked.lowercased()), flags.isSuperset(of: forHaswell) else { return nil }
    return flags.isSuperset(of: forSkylakeX) ? "SkylakeX" : "Haswell"
  }
}
