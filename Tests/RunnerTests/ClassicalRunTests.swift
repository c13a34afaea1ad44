import Foundation
import Runner
import Specs
import TestSupport
import Testing

@Suite("A run of a classical detector")
struct ClassicalRunTests {
  @Test(
    "goes from the spec to its file: one epoch, an evaluation for each score, better than chance",
    arguments: [
      ("pca", ["squared-error"]), ("mahalanobis", ["squared-distance"]), ("knn", ["distance"]),
      ("kde", ["negative-log-density"]), ("oc-svm", ["distance"]), ("isolation-forest", ["isolation"]),
      ("pixel-statistics", ["mean-intensity", "total-variation"]),
    ])
  func run(_ detector: String, _ scores: [String]) throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("held_out=[0]", "detector={name: \(detector)}")
      let first = try plan(experiment, in: folder)
      let (failures, started) = try execute(first)
      #expect(failures.isEmpty && started.count == 1)
      let run = try StoredRun(runPath(first.runs[0], in: folder))
      #expect(run.evaluations == scores)
      #expect(run.auroc.allSatisfy { $0.count == 1 })
      // A wide kernel, as γ's default makes it, and a mean tell little of a missing class.
      let isWeak = ["oc-svm", "pixel-statistics"].contains(detector)
      #expect(run.auroc[0][0] > (isWeak ? 0.5 : 0.7), "\(run.auroc)")
      #expect(try execute(plan(experiment, in: folder)).started.isEmpty, "it is not run twice")
    }
  }
}
