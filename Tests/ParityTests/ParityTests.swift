import Diagnostics
import Foundation
import HDF5
import Kernels
import Parity
import TestSupport
import Testing

/// The original's golden file of a small network: see the file's own `description`.
func goldenFile(_ name: String = "A.h5") throws -> String {
  let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
  return folder.appendingPathComponent(name).path
}

@Suite("Parity with the original")
struct ParityTests {
  @Test(
    "every number of five training steps agrees with the original", arguments: KernelSet.allCases, [1, 2])
  func agrees(kernels: KernelSet, threads: Int) throws {
    let report = try checkParity(
      with: goldenFile(), context: ComputeContext(threads: threads, kernels: kernels))
    #expect(report.rows.count > 250)
    #expect(report.rows.allSatisfy { $0.verdict == .passed }, "\(report.failures)")
  }

  @Test("where a sign flips by rounding there is no verdict, and everything else passes", arguments: [1, 2])
  func flips(threads: Int) throws {
    // `experiments/peers/golden.py --width 1 --latent 2 --batch 2 --seed 1`
    let report = try checkParity(with: goldenFile("flip.h5"), context: ComputeContext(threads: threads))
    let without = report.rows.filter { $0.verdict == .noVerdict }
    #expect(!without.isEmpty)
    #expect(report.passed, "\(report.failures)")
    #expect(without.allSatisfy { $0.error > $0.bound && ($0.spread ?? 0) > $0.bound })
    #expect(report.rows.count { $0.verdict == .passed } > 50)
  }

  @Test(
    "a tampered file fails although signs flip in it",
    arguments: [
      Tampering(dataset: "init/netg.decoder.pyramid.0.weight", factor: 1.01),
      Tampering(dataset: "init/netg.encoder2.head.weight", element: 3),
      Tampering(dataset: "init/netd.encoder.pyramid.0.weight", element: 5),
      Tampering(dataset: "init/netg.encoder1.pyramid.2.weight", factor: 1.01),
      Tampering(dataset: "batch/x1", factor: 1.01), Tampering(dataset: "loss/err_g_con", factor: 1.01),
      Tampering(dataset: "fwd/feat_fake", factor: 1.01),
    ])
  func tamperedFlip(_ tampering: Tampering) throws {
    try withTemporaryFolder { folder in
      let copy = folder + "/tampered.h5"
      try FileManager.default.copyItem(atPath: goldenFile("flip.h5"), toPath: copy)
      try tampering.apply(to: copy)
      #expect(try !checkParity(with: copy, context: ComputeContext(threads: 1)).passed)
    }
  }

  @Test(
    "a tampered file fails",
    arguments: [
      Tampering(dataset: "init/netg.decoder.main.pyramid-16-8-convt.weight", factor: 1.01),
      Tampering(dataset: "grad1/netd.features.2.weight", factor: 1.01),
      Tampering(dataset: "batch/x5", factor: 1.01),
      Tampering(dataset: "after5/netg.encoder1.main.pyramid-32-batchnorm.running_mean", factor: 1.01),
      Tampering(dataset: "scores/after2/eval/latent_o", factor: 1.01),
      Tampering(dataset: "loss/err_g_enc", factor: 1.01),
      Tampering(dataset: "init/netg.encoder2.main.final-32-1-conv.weight", element: 77),
      Tampering(dataset: "init/netd.features.0.weight", element: 5),
      Tampering(dataset: "after1/netg.decoder.main.final-8-1-convt.weight", element: 0),
    ])
  func tampered(_ tampering: Tampering) throws {
    try withTemporaryFolder { folder in
      let copy = folder + "/tampered.h5"
      try FileManager.default.copyItem(atPath: goldenFile(), toPath: copy)
      try tampering.apply(to: copy)
      let report = try checkParity(with: copy, context: ComputeContext(threads: 1))
      #expect(!report.passed)
    }
  }

  @Test("a file that is no golden file is refused with its name")
  func refused() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/other.h5"
      try writeHDF5(path)
      #expect { try checkParity(with: path, context: ComputeContext(threads: 1)) } throws: { error in
        (error as? Problem)?.kind == .badData && (error as? Problem)?.place == path
      }
      #expect(throws: HDF5Error.self) {
        try checkParity(with: folder + "/none.h5", context: ComputeContext(threads: 1))
      }
    }
  }
}

/// A small lie in one data set of a golden file.
struct Tampering: Sendable {
  var dataset: String
  /// Scales the whole tensor.
  var factor = 1.0
  /// Raises a single element by 0.02.
  var element: Int?

  func apply(to path: String) throws {
    let root = try HDF5File.open(path, .readWrite).root
    let (values, shape) = try root.openDataset(dataset).read(Double.self)
    var changed = values.map { $0 * factor }
    if let element { changed[element] += 0.02 }
    try root.delete(dataset)
    try root.write(changed, shape: shape, to: dataset)
  }
}
