import Metrics
import Settings
import Specs

/// A run as a summary keeps it: every measure of every evaluation, and enough of single scores to recompute the
/// measures and paired tests.
struct SummarizedRun {
  /// Without per-sample scores.
  var record: RunRecord
  /// By evaluated score, then by choice of epoch in the order of `EpochChoice.allCases`; nil where scores were not
  /// kept.
  var orders: [[RankOrder?]]
  /// Per-sample values of the headlines that were asked for.
  var kept: [KeptScores]

  /// What is kept of the scores: their order, as a rule of all evaluations, and for the headlines perhaps the value or
  /// rank of each sample.
  enum Keeping {
    case scores, ranks, orders, headlineOrder

    var isPerSample: Bool { self == .scores || self == .ranks }

    func values(of scores: [Float]) -> KeptScores.Values? {
      switch self {
      case .scores: .scores(scores)
      case .ranks: .ranks(RankedValues(scores))
      case .orders, .headlineOrder: nil
      }
    }

    func keepsOrder(_ score: EvaluatedScore, _ epoch: EpochChoice, of views: [HeadlineView]) -> Bool {
      self != .headlineOrder || views.contains { $0.score == score && $0.epoch == epoch }
    }
  }

  /// Per-sample scores at one choice of epoch.
  struct KeptScores: Equatable {
    enum Values: Equatable {
      case scores([Float])
      /// The same ranking, in half the space.
      case ranks(RankedValues)

      /// Numbers that rank the samples.
      var numbers: [Float] {
        switch self {
        case .scores(let scores): scores
        case .ranks(let values): values.ranks.map(Float.init)
        }
      }
    }

    /// Position among the record's evaluated scores.
    var position: Int
    var epoch: EpochChoice
    var values: Values
  }
}

extension SummarizedRun {
  /// - Parameters:
  ///   - record: the run with its scores.
  ///   - views: the headlines whose per-sample values are kept.
  init(_ record: RunRecord, views: [HeadlineView], keeping: Keeping) {
    self.record = record
    let labels = record.samples.isAnomalous
    orders = record.history.scores.map { score in
      EpochChoice.allCases.map { choice in
        let scores = score.values(at: choice)
        return scores.isEmpty || !keeping.keepsOrder(score.key, choice, of: views)
          ? nil : RankOrder(scores: scores, isAnomalous: labels)
      }
    }
    kept = []
    for view in views {
      guard let position = record.history.scores.firstIndex(where: { $0.key == view.score }) else { continue }
      let scores = record.history.scores[position].values(at: view.epoch)
      guard !scores.isEmpty, let values = keeping.values(of: scores) else { continue }
      kept.append(KeptScores(position: position, epoch: view.epoch, values: values))
    }
    for index in record.history.scores.indices {
      self.record.history.scores[index].bestScores = []
      self.record.history.scores[index].lastScores = []
    }
  }

  /// The per-sample values kept of a headline; nil if there are none.
  func kept(_ view: HeadlineView) -> KeptScores.Values? {
    kept.first { record.history.scores[$0.position].key == view.score && $0.epoch == view.epoch }?.values
  }

  /// The order of the samples in a headline; nil if its scores were not kept.
  func order(_ view: HeadlineView) -> RankOrder? {
    record.history.scores.firstIndex { $0.key == view.score }.flatMap { position in
      EpochChoice.allCases.firstIndex(of: view.epoch).flatMap { orders[position][$0] }
    }
  }

  /// The table row of the held-out or normal class; in an image folder it follows one row for each anomaly kind against
  /// all normals. Measures are `unevaluated` if the run was not evaluated this way.
  func rows(_ view: HeadlineView) throws -> [RowRecord] {
    let score = record.history.scores.first { $0.key == view.score }
    let whole = RowRecord(heldOut: record.run.heldOut, measures: score?[view.epoch] ?? .unevaluated)
    let numbers = kept(view)?.numbers ?? []
    let kinds = try record.anomalyKinds.map { kind in
      RowRecord(
        heldOut: record.samples.classNames[kind], measures: try measures(ofKind: kind, numbers))
    }
    return kinds + [whole]
  }

  private func measures(ofKind kind: Int, _ numbers: [Float]) throws -> Measures {
    let samples = record.samples
    let wanted = numbers.indices.filter { !samples.isAnomalous[$0] || samples.classIndex[$0] == kind }
    guard !wanted.isEmpty else { return .unevaluated }
    return Measures(
      try DetectionMetrics(
        scores: wanted.map { numbers[$0] }, isAnomalous: wanted.map { samples.isAnomalous[$0] }))
  }
}

extension RunRecord {
  /// The rows that the run fills in the tables; see `SummarizedRun.rows`.
  public func rows(_ view: HeadlineView) throws -> [RowRecord] {
    try SummarizedRun(self, views: [view], keeping: .scores).rows(view)
  }
}

extension Measures {
  /// The table measures among all detection metrics.
  public init(_ metrics: DetectionMetrics) {
    self.init(
      auroc: metrics.areaUnderROC, averagePrecision: metrics.averagePrecision,
      equalErrorRate: metrics.equalErrorRate, falsePositiveRateAt95: metrics.falsePositiveRateAt95)
  }
}
