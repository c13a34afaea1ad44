import Settings
import Specs

/// What a run has gathered, epoch by epoch: a checkpoint keeps it, and the finished record is made from it.
public struct RunHistory: Sendable {
  /// The declared headline's first.
  public var scores: [ScoreRecord]
  /// The moments within epochs at which the scores' `course` was measured.
  public var moments: [TrainingMoment]
  /// Mean of each loss term in each epoch that was trained.
  public var losses: [(name: String, values: [Double])]
  /// How often the discriminator was reinitialized in each epoch.
  public var reinitializations: [Int]
  /// How badly the normals held out of training are reconstructed after each evaluated epoch: the mean absolute
  /// difference of their bytes, 1 for the whole range; empty where none are held out.
  public var validationLosses: [Double]
  /// Seconds of training and of evaluating in each epoch: the clock's, so kept as attributes.
  public var trainingSeconds: [Double]
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
  /// Steps of the epoch that were taken.
  public var step: Int

  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }
}

/// One score in one evaluation of a run, epoch by epoch.
public struct ScoreRecord: Sendable, Equatable {
  public var key: EvaluatedScore
  /// As tables and files show it: such as `squared-l2, running`, or the score alone where batch norm has no say.
  public var label: String
  /// After each epoch, on the samples that epochs are evaluated on; `unevaluated` where one was not.
  public var measures: [Measures]
  /// Within epochs, after each of the history's `moments`, on the same samples.
  public var course: [Measures]
  /// The epoch (from 1) of the highest AUROC on these samples, the first of several; 0 where none is known.
  public var bestEpoch: Int
  /// At that epoch, on the whole test set; nil where none is known.
  public var best: Measures?
  /// After the last epoch, on the whole test set; nil before that.
  public var last: Measures?
  /// Scores at the best epoch, sample by sample; empty where they were not kept.
  public var bestScores: [Float]
  /// Scores after the last epoch, sample by sample; empty before that.
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

  /// On the whole test set.
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

  /// The scores of the whole test set at a choice of the epoch; empty where they were not kept.
  public func values(at choice: EpochChoice) -> [Float] {
    switch choice {
    case .last: lastScores
    case .bestOnTest: bestScores
    }
  }

  /// The epoch (from 1) that a choice leads to; 0 where none is known.
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

  /// Such as `squared-l2, running`, or the score alone where batch norm has no say.
  public func label(of key: EvaluatedScore) -> String {
    detector.usesBatchNorm ? "\(key.score), \(key.evaluation.pass.rawValue)" : key.score
  }
}
