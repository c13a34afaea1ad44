import Datasets
import Detectors
import Images
import Kernels
import Metrics
import Results
import Settings
import TestSupport
import Testing

@testable import Runner

@Suite("Calibration on normals held out of training")
struct CalibrationTests {
  @Test("stores their scores in ascending order, each as the image alone has it, whatever the headline")
  func stored() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(
        "protocol.validation_fraction=0.1", "held_out=[0]", "protocol.batch_norm=batch")
      let run = try execute(plan(experiment, in: folder)).started[0]
      let path = runPath(run, in: folder)
      let record = try RunFile.record(in: path)
      let dataset = try Dataset.load(experiment.dataset)
      let split = try record.run.split(dataset, spec: "tiny.yaml")
      #expect(split.validation.count == 129)
      let detector = makeDetector(
        for: record.run, image: dataset.images.shape, context: ComputeContext(threads: 1), engine: nil)
      try detector.load(
        weights: RunFile.weights(in: path).map {
          NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
        })
      let scores = detector.scoreEachAlone(
        ImageSelection(dataset.images, indices: split.validation, scale: PixelScale(.symmetric)))
      #expect(record.normalScores.keys.sorted() == ["l1", "squared-l2"])
      #expect(record.normalScores == scores.byName.mapValues { $0.sorted() })
      let summary = try hdf5Contents(of: "\(folder)/tiny.h5")
      #expect(summary.keys.count { $0.contains("/normal_scores/") } == 2)
    }
  }

  @Test("asks for no validation loss of a detector that reconstructs nothing, unless a sweep selects by it")
  func withoutReconstruction() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(
        "detector={name: knn}", "protocol.validation_fraction=0.1", "held_out=[0]")
      let run = try execute(plan(experiment, in: folder)).started[0]
      let record = try RunFile.record(in: runPath(run, in: folder))
      #expect(record.normalScores.values.map(\.count) == [129])
      #expect(record.history.validationLosses.isEmpty)
    }
  }

  /// How often 200 thresholds, each calibrated on normals of its own, alarm falsely on all other normals.
  @Test(
    "keeps the rate of false alarms on digits within its interval as often as it states",
    arguments: [0.05, 0.2])
  func coverage(rate: Double) throws {
    let experiment = try tinyExperiment("detector={name: pca}")
    let dataset = try Dataset.load(experiment.dataset)
    let run = try #require(experiment.configurations.first.map { experiment.runs(of: $0)[0] })
    let detector = makeDetector(
      for: run, image: dataset.images.shape, context: ComputeContext(threads: 1), engine: nil)
    // 97 images train; 1,700 are scored.
    func select(_ indices: Range<Int>) -> ImageSelection {
      ImageSelection(dataset.images, indices: Array(indices), scale: .symmetric)
    }
    try detector.begin(epoch: 1, on: select(0..<97))
    while case .part = try detector.advance() {}
    let scores = try #require(detector.scoreEachAlone(select(97..<dataset.images.count)).byName.values.first)
    var covered = 0
    var generator = SeededGenerator(state: 7)
    for _ in 0..<200 {
      let shuffled = scores.shuffled(using: &generator)
      let threshold = try #require(FalseAlarmThreshold(sorted: shuffled.prefix(60).sorted(), rate: rate))
      let others = shuffled.dropFirst(60)
      let alarms = Double(others.count { $0 > threshold.value }) / Double(others.count)
      covered += threshold.interval.contains(alarms) ? 1 : 0
    }
    // 95 % of 200 are 190, with a standard deviation of 3.
    #expect((181...199).contains(covered), "\(covered) of 200")
  }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
