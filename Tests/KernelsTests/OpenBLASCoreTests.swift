import Testing

@testable import Kernels

@Suite("OpenBLAS's set of kernels")
struct OpenBLASCoreTests {
  private static let haswell: Set<String> = ["sse2", "avx", "avx2", "fma", "bmi2"]
  private static let skylake = haswell.union(["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"])

  @Test("is replaced where it is one without AVX on a processor that has AVX2 or AVX-512")
  func replaced() {
    for core in ["Prescott", "Nehalem", "Core2", "Opteron_SSE3", "Atom"] {
      #expect(OpenBLASCore.better(than: core, flags: Self.haswell) == "Haswell")
      #expect(OpenBLASCore.better(than: core, flags: Self.skylake) == "SkylakeX")
      // Knights Landing has AVX-512 without the parts that the kernels use.
      #expect(OpenBLASCore.better(than: core, flags: Self.haswell.union(["avx512f"])) == "Haswell")
    }
  }

  @Test(
    "stays where the processor has no more, and where it is one with AVX: no known processor's bits change")
  func kept() {
    #expect(OpenBLASCore.better(than: "Prescott", flags: ["sse2", "sse4_2", "avx"]) == nil)
    for core in [
      "Sandybridge", "Bulldozer", "Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids", "new",
    ] {
      #expect(OpenBLASCore.better(than: core, flags: Self.skylake) == nil)
    }
  }

  @Test("is one that the processor of this machine can run")
  func current() { #expect(!ComputeEnvironment.openBLASCore.isEmpty) }
}
