import Settings
import Specs

/// What a run records, epoch by epoch: a checkpoint keeps it, and the finished record is made from it.
public struct RunHistory: Sendable {
  /// The declared headline's score is first.
  public var scores: [ScoreRecord]
  /// The moments within epochs at which the scores' `course` was measured.
  public var moments: [TrainingMoment]
  /// The mean of each loss term in each epoch that was trained.
  public var losses: [(name: String, values: [Double])]
  /// How often the discriminator was reinitialized in each epoch.
  public var reinitializations: [Int]
  /// The reconstruction error of the normals held out of training after each evaluated epoch: the mean absolute
  /// difference of their bytes, 1 for the whole range; empty if none are held out.
  public var validationLosses: [Double]
  /// Seconds of training in each epoch; they depend on the clock, so files keep them as attributes.
  public var trainingSeconds: [Double]
  /// Seconds of evaluation in each epoch; see `trainingSeconds`.
  public var evaluationSeconds: [Double]

  public init(
    scores: [ScoreRecord] = [], moments: [TrainingMoment] = [],
    losses: [(name: String, values: [Double])] = [],
    reinitializations: [Int] = [], validationLosses: [Double] = [], trainingSeconds: [Double] = [],
    evaluationSeconds: [Double] = []
  ) {
    self.scores = scores
    self.moments = moments
    self.losses = losses
    self.reinitializations = reinitializations
    self.validationLosses = validationLosses
    self.trainingSeconds = trainingSeconds
    self.evaluationSeconds = evaluationSeconds
  }

  /// Epochs that were trained.
  public var trainedEpochs: Int { reinitializations.count }

  /// Epochs that were trained and evaluated.
  public var evaluatedEpochs: Int { scores.first?.measures.count ?? 0 }
}

/// A moment within an epoch of training.
public struct TrainingMoment: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  /// How many steps of the epoch were taken.
  public var step: Int

  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }
}

/// One score in one evaluation of a run, epoch by epoch.
public struct ScoreRecord: Sendable, Equatable {
  /// The score and the evaluation it comes from.
  public var key: EvaluatedScore
  /// As tables and files show it: such as `squared-l2, running`, or the score alone for detectors without batch norm.
  public var label: String
  /// After each epoch, on the samples that epochs are evaluated on; `unevaluated` for an epoch that was not.
  public var measures: [Measures]
  /// Within epochs, after each of the history's `moments`, on the same samples.
  public var course: [Measures]
  /// The epoch (from 1) with the highest AUROC on these samples, the first if tied; 0 if unknown.
  public var bestEpoch: Int
  /// At that epoch, on the whole test set; nil if unknown.
  public var best: Measures?
  /// After the last epoch, on the whole test set; nil before that.
  public var last: Measures?
  /// Per-sample scores at the best epoch; empty if they were not kept.
  public var bestScores: [Float]
  /// Per-sample scores after the last epoch; empty before that.
  public var lastScores: [Float]

  public init(
    _ key: EvaluatedScore, label: String, measures: [Measures] = [], course: [Measures] = [],
    bestEpoch: Int = 0,
    best: Measures? = nil, last: Measures? = nil, bestScores: [Float] = [], lastScores: [Float] = []
  ) {
    self.key = key
    self.label = label
    self.measures = measures
    self.course = course
    self.bestEpoch = bestEpoch
    self.best = best
    self.last = last
    self.bestScores = bestScores
    self.lastScores = lastScores
  }

  /// The measures on the whole test set at a choice of epoch; nil if unknown.
  public subscript(choice: EpochChoice) -> Measures? {
    get {
      switch choice {
      case .last: last
      case .bestOnTest: best
      }
    }
    set {
      switch choice {
      case .last: last = newValue
      case .bestOnTest: best = newValue
      }
    }
  }

  /// Per-sample scores of the whole test set at a choice of epoch; empty if they were not kept.
  public func values(at choice: EpochChoice) -> [Float] {
    switch choice {
    case .last: lastScores
    case .bestOnTest: bestScores
    }
  }

  /// The epoch (from 1) that a choice selects; 0 if unknown.
  public func epoch(of choice: EpochChoice) -> Int {
    switch choice {
    case .last: measures.count
    case .bestOnTest: bestEpoch
    }
  }
}

extension Run {
  /// A record with no epoch yet.
  public func record(of key: EvaluatedScore) -> ScoreRecord { ScoreRecord(key, label: label(of: key)) }

  /// Such as `squared-l2, running`, or the score alone for detectors without batch norm.
  public func label(of key: EvaluatedScore) -> String {
    detector.usesBatchNorm ? "\(key.score), \(key.evaluation.pass.rawValue)" : key.score
  }
}
