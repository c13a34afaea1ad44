import Datasets
import Detectors
import Diagnostics
import Foundation
import Images
import Kernels
import Metrics
import Results
import Settings
import Specs

/// One run from split to record: train on the normals, score the test set after every epoch, measure.
struct RunExecution {
  let identified: IdentifiedRun
  let experiment: Experiment
  let dataset: Dataset
  let context: ComputeContext

  private var run: Run { identified.run }

  func callAsFunction(
    position: Int, of count: Int, _ listener: (RunnerEvent) throws -> Void
  ) throws -> RunRecord {
    let split = try run.split(dataset, spec: experiment.source.path)
    let scale = PixelScale(run.evaluation.inputRange)
    let train = ImageSelection(dataset.images, indices: split.train, scale: scale)
    let test = ImageSelection(dataset.images, indices: split.test, scale: scale)
    let detector = makeDetector()
    try listener(
      .runStarted(
        identified, position: position, of: count, trainingImages: train.count, testImages: test.count,
        epochs: detector.epochs))

    var book = ReadingBook(
      run.evaluation, test: test, isAnomalous: split.testIsAnomalous, seed: run.seed)
    let validation = ValidationLoss(dataset.images, indices: split.validation, scale: scale)
    var validationLosses: [Double] = []
    var reports: [EpochReport] = []
    var trainingSeconds: [Double] = []
    var scoringSeconds: [Double] = []
    for epoch in 1...detector.epochs {
      let clock = ContinuousClock()
      let training = try clock.measure {
        reports.append(try detector.fit(epoch: epoch, on: train) { try listener(.step($0, epoch: epoch)) })
      }
      try requireFinite(reports[epoch - 1], epoch: epoch)
      let scoring = try clock.measure {
        try book.read(detector, epoch: epoch)
        if let loss = try validation?(detector) { validationLosses.append(loss) }
      }
      trainingSeconds.append(training / .seconds(1))
      scoringSeconds.append(scoring / .seconds(1))
      try listener(.epochFinished(epoch: epoch, auroc: book.headline.measures[epoch - 1].auroc))
    }
    let material = ReportMaterial(test: test, split: split, scores: book.headline.lastScores, seed: run.seed)
    return RunRecord(
      identifier: identified.identifier, run: run, resolvedSpec: resolvedSpec,
      dataFingerprint: dataset.fingerprint, provenance: .current(threads: context.threads),
      trainingImages: train.count,
      samples: SampleRecord(
        index: split.test, isAnomalous: split.testIsAnomalous, classIndex: split.testClasses,
        classNames: dataset.classNames),
      readings: book.readings, bestScores: book.bestScores, headlineEpoch: book.headlineEpoch,
      rows: try rows(split, scores: book.headlineScores), losses: history(reports),
      redraws: reports.map(\.redraws), validationLosses: validationLosses, trainingSeconds: trainingSeconds,
      scoringSeconds: scoringSeconds,
      imageShape: [dataset.images.shape.channels, dataset.images.shape.height, dataset.images.shape.width],
      galleries: material.galleries(detector), features: try material.features(detector),
      weights: detector.weights.map { WeightRecord(name: $0.name, shape: $0.shape, values: $0.values) })
  }

  private func makeDetector() -> any AnomalyDetector {
    switch run.detector {
    case .ganomaly(let settings):
      GANomaly(image: dataset.images.shape, settings: settings, seed: UInt64(run.seed), context: context)
    }
  }

  private func requireFinite(_ report: EpochReport, epoch: Int) throws(Problem) {
    guard let loss = report.losses.first(where: { !$0.value.isFinite }) else { return }
    throw Problem(
      .runFailed,
      "training diverged: the \(loss.name) loss is \(loss.value.isNaN ? "no number" : "infinite") in epoch \(epoch)",
      hint: "a smaller learning rate may help")
  }

  /// A row for what is held out; in an image folder one more for each kind of anomaly, against all normals.
  private func rows(_ split: Split, scores: [Float]) throws -> [RowRecord] {
    func row(_ name: String, _ isWanted: (Int) -> Bool) throws -> RowRecord {
      let samples = split.test.indices.filter(isWanted)
      let metrics = try DetectionMetrics(
        scores: samples.map { scores[$0] }, isAnomalous: samples.map { split.testIsAnomalous[$0] })
      return RowRecord(heldOut: name, measures: Measures(metrics))
    }
    let kinds = try dataset.anomalyClasses.map { kind in
      try row(dataset.classNames[kind]) { !split.testIsAnomalous[$0] || split.testClasses[$0] == kind }
    }
    return kinds + [try row(run.heldOut) { _ in true }]
  }

  private func history(_ reports: [EpochReport]) -> [(name: String, values: [Double])] {
    (reports.first?.losses ?? []).indices.map { index in
      (reports[0].losses[index].name, reports.map { $0.losses[index].value })
    }
  }

  /// The spec of this run alone.
  private var resolvedSpec: String {
    experiment.alone(run, holdsClassOut: dataset.anomalyClasses.isEmpty).resolvedYAML
  }
}
