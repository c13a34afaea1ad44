import Settings

/// One way of evaluating a trained detector: how the test set passes through it.
///
/// It needs the detector's weights but no training, and covers every score the detector gives.
public struct Evaluation: Sendable, Hashable {
  /// How the test set passes through the detector.
  public var pass: ScoringPass
  /// Images per batch if batch norm uses batch statistics; 0 if batches have no influence.
  public var testBatch: Int
  /// Test samples on which each epoch is evaluated; 0 for all.
  public var epochSamples: Int
  /// Training steps between two evaluations within an epoch; 0 for none.
  public var evaluateEvery: Int

  /// - Parameter testBatch: used only by passes that do not fix the batch size.
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

/// One of a detector's scores in one evaluation: what an AUROC measures.
public struct EvaluatedScore: Sendable, Hashable {
  /// The score's name, such as `squared-l2`.
  public var score: String
  /// The evaluation that gives the score.
  public var evaluation: Evaluation

  /// Pairs a score's name with an evaluation.
  public init(score: String, evaluation: Evaluation) {
    self.score = score
    self.evaluation = evaluation
  }
}

/// Which score, evaluation and epoch make the headline.
public struct HeadlineView: Sendable, Hashable {
  /// The headline's score and evaluation.
  public var score: EvaluatedScore
  /// How its epoch is chosen.
  public var epoch: EpochChoice

  /// Pairs a score with a choice of the epoch.
  public init(score: EvaluatedScore, epoch: EpochChoice) {
    self.score = score
    self.epoch = epoch
  }
}

extension Run {
  /// The run's declared evaluations, the headline's first; only one if the detector has no batch norm.
  public var evaluations: [Evaluation] {
    passes.map { pass in
      Evaluation(
        pass: pass, testBatch: evaluation.testBatch, epochSamples: evaluation.epochSamples,
        evaluateEvery: evaluation.evaluateEvery)
    }
  }

  /// Every score in every evaluation, the headline's first.
  public var evaluatedScores: [EvaluatedScore] { scores(in: evaluations) }

  /// Every score of the run's detector in each of the given evaluations.
  public func scores(in evaluations: [Evaluation]) -> [EvaluatedScore] {
    let scores = detector.record.scoreNames(evaluation)
    return evaluations.flatMap { evaluation in
      scores.map { EvaluatedScore(score: $0, evaluation: evaluation) }
    }
  }

  /// The run's headline.
  public var headlineView: HeadlineView {
    HeadlineView(score: evaluatedScores[0], epoch: evaluation.epoch)
  }
}
