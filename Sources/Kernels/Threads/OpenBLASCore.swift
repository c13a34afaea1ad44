/// Which of its sets of kernels OpenBLAS is to use.
///
/// OpenBLAS knows processors by their model numbers. A newer one than the library is taken for the oldest, and computed
/// on with SSE at an eighth of its speed, although it has every instruction of the sets for its predecessors.
public enum OpenBLASCore {
  /// The variable that OpenBLAS reads when it is loaded.
  public static let variable = "OPENBLAS_CORETYPE"

  /// Sets of kernels without AVX, in lower case.
  private static let withoutAVX: Set<String> = [
    "generic", "katmai", "coppermine", "northwood", "banias", "prescott", "core2", "penryn", "dunnington",
    "nehalem",
    "athlon", "opteron", "opteron_sse3", "barcelona", "bobcat", "atom", "nano",
  ]
  private static let forHaswell: Set<String> = ["avx", "avx2", "fma"]
  private static let forSkylakeX: Set<String> = ["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"]

  /// A set of kernels that the processor can run, and that is for newer ones than the set which OpenBLAS has picked.
  ///
  /// - Parameters:
  ///   - picked: its name, such as `Prescott`.
  ///   - flags: of the processor, as `/proc/cpuinfo` has them.
  /// - Returns: nil where the set that was picked has AVX, so that the bits of no known processor change, and where
  ///   the processor has no AVX2.
  public static func better(than picked: String, flags: Set<String>) -> String? {
    guard withoutAVX.contains(picked.lowercased()), flags.isSuperset(of: forHaswell) else { return nil }
    return flags.isSuperset(of: forSkylakeX) ? "SkylakeX" : "Haswell"
  }
}
