import Detectors
import Diagnostics
import Settings
import TestSupport
import Testing

@testable import Runner

@Suite("A training that has come to nothing")
struct TrainingVerdictTests {
  @Test("has diverged where a loss is no number, or none that single precision can follow")
  func losses() {
    for value in [Double.nan, .infinity, -.infinity, 3e28, -1.9e19] {
      #expect(throws: TrainingFailure.self, "\(value)") {
        try TrainingVerdict.requireSane(losses: [("encoder", 0.1), ("generator", value)])
      }
    }
    for value in [0, -50, 1e9, 1.8e19] {
      #expect(throws: Never.self, "\(value)") {
        try TrainingVerdict.requireSane(losses: [("generator", value)])
      }
    }
  }

  @Test("has collapsed where every test image has the same score; what is fitted at once has no training")
  func scores() {
    let (network, fitted) = (DetectorSettings(GANomalySettings()), DetectorSettings(PCASettings()))
    #expect(throws: TrainingFailure.self) {
      try TrainingVerdict.requireDistinct(scores: [2, 2, 2], of: network)
    }
    #expect(throws: Never.self) {
      try TrainingVerdict.requireDistinct(scores: [2, 2, Float(2).nextUp], of: network)
      try TrainingVerdict.requireDistinct(scores: [2, 2, 2], of: fitted)
      try TrainingVerdict.requireDistinct(scores: [2], of: network)
    }
  }

  @Test(
    "is a failed run, not a result, as with a learning rate of a million", arguments: ["1e6", "1e12", "1e30"])
  func learningRate(rate: String) throws {
    try withTemporaryFolder { folder in
      let plan = try plan(
        tinyExperiment("held_out=[0]", "detector.learning_rate=\(rate)", "detector.epochs=3"), in: folder)
      let failures = try execute(plan).failures
      #expect(failures.count == 1)
      #expect(
        failures.allSatisfy { [.diverged, .collapsed].contains($0.failure.kind) }, "\(failures)")
    }
  }
}
