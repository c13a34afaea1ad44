import Settings
import Specs

/// The scores of a run's headline on the whole test set, with what each sample is.
public struct RunScores: Sendable {
  /// Such as `squared-l2, running`.
  public var evaluation: String
  /// At the headline's epoch, up to the distance between two of 256 quantiles where only ranks were kept; empty where
  /// neither was.
  public var headline: [Float]
  /// Numbers that rank the samples as the headline's scores do, and their labels; of all samples together, in any order.
  public var ranking: (scores: [Float], isAnomalous: [Bool])
  public var isAnomalous: [Bool]
  /// An index into `classNames`.
  public var classIndex: [Int]
  public var classNames: [String]

  init(_ run: SummarizedRun) {
    let (record, view) = (run.record, run.record.run.headlineView)
    evaluation = record.run.label(of: view.score)
    switch run.kept(view) {
    case .scores(let scores): headline = scores
    case .ranks(let values): headline = values.approximateScores
    case nil: headline = []
    }
    let order = run.order(view)
    ranking = (order?.ranks ?? [], order?.isAnomalous ?? [])
    isAnomalous = record.samples.isAnomalous
    (classIndex, classNames) = (record.samples.classIndex, record.samples.classNames)
  }

  /// The class of a sample of the test set.
  public func className(_ sample: Int) -> String { classNames[classIndex[sample]] }
}

/// How a run went, epoch by epoch.
public struct RunCourse: Sendable {
  /// Of the headline's evaluation, on the samples that epochs are evaluated on; NaN for an epoch that was not evaluated.
  public var areas: [Double]
  /// The mean of each loss term.
  public var losses: [(name: String, values: [Double])]
  /// Seconds of training and of evaluating, by epoch.
  public var trainingSeconds: [Double]
  public var evaluationSeconds: [Double]
  /// Where and with what it was made.
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
