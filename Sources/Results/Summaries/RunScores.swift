import Metrics
import Settings
import Specs

/// The headline scores of a run on the whole test set, with each sample's label and class.
public struct RunScores: Sendable {
  /// Per-sample scores at the headline's epoch; if only ranks were kept, accurate to one of 256 quantile steps; empty
  /// if neither was kept.
  public var headline: [Float]
  /// Numbers that rank all samples as the headline's scores do, and their labels, in any order.
  public var ranking: (scores: [Float], isAnomalous: [Bool])
  /// Whether each sample is anomalous.
  public var isAnomalous: [Bool]
  /// The class of each sample, an index into `classNames`.
  public var classIndex: [Int]
  /// Names of the classes, which `classIndex` refers to.
  public var classNames: [String]
  /// The file of each sample, relative to its image folder; empty for other data sets.
  public var fileNames: [String]
  /// The threshold of the declared false-alarm rate, by the normals held out of training; nil if there are none or too
  /// few, or if the headline's scores are of another pass or epoch than theirs.
  public var threshold: FalseAlarmThreshold?

  init(_ run: SummarizedRun) {
    let (record, view) = (run.record, run.record.run.headlineView)
    switch run.kept(view) {
    case .scores(let scores): headline = scores
    case .ranks(let values): headline = values.approximateScores
    case nil: headline = []
    }
    let order = run.order(view)
    ranking = (order?.ranks ?? [], order?.isAnomalous ?? [])
    isAnomalous = record.samples.isAnomalous
    (classIndex, classNames) = (record.samples.classIndex, record.samples.classNames)
    fileNames = record.samples.fileNames
    if view.score.evaluation.pass == .running, view.epoch == .last {
      threshold = FalseAlarmThreshold(
        sorted: record.normalScores[view.score.score] ?? [], rate: record.run.evaluation.falseAlarmRate)
    }
  }

  /// The file of a sample of the test set, or else its position.
  public func name(_ sample: Int) -> String {
    fileNames.indices.contains(sample) ? fileNames[sample] : "sample \(sample) of the test set"
  }

  /// The class of a sample of the test set.
  public func className(_ sample: Int) -> String { classNames[classIndex[sample]] }
}

/// How a run went, epoch by epoch.
public struct RunCourse: Sendable {
  /// AUROC of the headline's evaluation by epoch, on the samples that epochs are evaluated on; NaN for an epoch that
  /// was not evaluated.
  public var areas: [Double]
  /// The mean of each loss term, by epoch.
  public var losses: [(name: String, values: [Double])]
  /// Seconds of training, by epoch.
  public var trainingSeconds: [Double]
  /// Seconds of evaluation, by epoch.
  public var evaluationSeconds: [Double]
  /// Where and with what software it was made.
  public var environment: Provenance

  init(_ record: RunRecord) {
    let (history, view) = (record.history, record.run.headlineView)
    areas = (history.scores.first { $0.key == view.score }?.measures ?? []).map(\.auroc)
    losses = history.losses
    trainingSeconds = history.trainingSeconds
    evaluationSeconds = history.evaluationSeconds
    environment = record.provenance
  }
}
