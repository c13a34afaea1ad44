import Settings

/// One way of evaluating a trained detector: how the test set is passed through it.
///
/// It needs the detector's weights and no training. Every score that the detector gives is measured in it.
public struct Evaluation: Sendable, Hashable {
  public var pass: ScoringPass
  /// Images in a batch whose statistics batch norm uses; 0 where the batch has no influence.
  public var testBatch: Int
  /// Test samples that each epoch is evaluated on; 0 for all.
  public var epochSamples: Int
  /// Training steps between two evaluations within an epoch; 0 for none.
  public var evaluateEvery: Int

  /// - Parameter testBatch: counts only for passes that leave the size of a batch open.
  public init(pass: ScoringPass, testBatch: Int, epochSamples: Int, evaluateEvery: Int = 0) {
    self.pass = pass
    self.testBatch =
      switch pass {
      case .running: 0
      case .batchSingle: 1
      case .batchShuffled, .batchNormalsFirst: testBatch
      }
    self.epochSamples = epochSamples
    self.evaluateEvery = evaluateEvery
  }
}

/// One of a detector's scores in one evaluation: what an AUROC is of.
public struct EvaluatedScore: Sendable, Hashable {
  /// Such as `squared-l2`.
  public var score: String
  public var evaluation: Evaluation

  public init(score: String, evaluation: Evaluation) {
    self.score = score
    self.evaluation = evaluation
  }
}

/// What makes the headline of what a training and its evaluations give.
public struct HeadlineView: Sendable, Hashable {
  public var score: EvaluatedScore
  public var epoch: EpochChoice

  public init(score: EvaluatedScore, epoch: EpochChoice) {
    self.score = score
    self.epoch = epoch
  }
}

extension Run {
  /// What the run declares, the headline's first; one for a detector that batch norm has no say in.
  public var evaluations: [Evaluation] {
    passes.map { pass in
      Evaluation(
        pass: pass, testBatch: evaluation.testBatch, epochSamples: evaluation.epochSamples,
        evaluateEvery: evaluation.evaluateEvery)
    }
  }

  /// Every score in every evaluation, the headline's first.
  public var evaluatedScores: [EvaluatedScore] { scores(in: evaluations) }

  /// Every score of the run's detector in each of these evaluations.
  public func scores(in evaluations: [Evaluation]) -> [EvaluatedScore] {
    let scores = detector.record.scoreNames(evaluation)
    return evaluations.flatMap { evaluation in
      scores.map { EvaluatedScore(score: $0, evaluation: evaluation) }
    }
  }

  public var headlineView: HeadlineView {
    HeadlineView(score: evaluatedScores[0], epoch: evaluation.epoch)
  }
}
