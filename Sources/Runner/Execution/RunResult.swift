import Datasets
import Detectors
import Images
import Results

/// What a finished run leaves behind.
struct RunResult {
  let record: RunRecord
  private let material: RunMaterial
  /// From the last epoch.
  private let weights: [WeightRecord]

  /// Gathers it while the trained detector is at hand.
  ///
  /// - Parameters:
  ///   - test: the test images of `split`.
  ///   - normalScores: see `RunRecord.normalScores`.
  init(
    of identified: IdentifiedRun, _ detector: any AnomalyDetector, on dataset: Dataset, _ split: Split,
    test: ImageSelection, history: RunHistory, provenance: Provenance, normalScores: [String: [Float]]
  ) throws {
    let (run, shape) = (identified.run, dataset.images.shape)
    var samples = SampleRecord(
      index: split.test, isAnomalous: split.testIsAnomalous, classIndex: split.testClasses,
      classNames: dataset.classNames)
    if !dataset.fileNames.isEmpty { samples.fileNames = split.test.map { dataset.fileNames[$0] } }
    var record = RunRecord(
      identifier: identified.identifier, run: run, dataFingerprint: dataset.fingerprint,
      provenance: provenance, trainingImages: split.train.count, samples: samples,
      anomalyKinds: dataset.anomalyClasses, history: history)
    record.normalScores = normalScores
    record.pixels =
      PixelLabels(dataset, test: test, split: split)?.records(detector, pooled: run.heldOut) ?? []
    self.record = record
    let material = ReportMaterial(
      test: test, split: split, scores: history.scores[0].lastScores, seed: run.seed)
    self.material = RunMaterial(
      imageShape: [shape.channels, shape.height, shape.width], galleries: material.galleries(detector),
      features: try material.features(detector))
    weights = detector.weights.map(WeightRecord.init)
  }

  /// Writes the run's file.
  func write(to path: String) throws { try RunFile.write(record, material, weights: weights, to: path) }
}
