import Results

/// Which epochs' weights a run keeps, besides the last epoch's.
public enum KeptWeights: String, CaseIterable, Sendable {
  case last
  /// The best epoch of each evaluation.
  case best
  /// Every epoch.
  case all
}

/// Keeps weights of epochs beside the run's own file, so that the finished run can be evaluated in further ways.
struct WeightsKeeper {
  private let identifier: String
  private let run: String
  private let kept: KeptWeights

  init(_ run: IdentifiedRun, files: RunPaths, kept: KeptWeights) {
    identifier = run.identifier
    self.run = files.run
    self.kept = kept
  }

  /// Call once an epoch has been evaluated.
  func afterEpoch(_ training: RunTraining) throws {
    let (book, epoch) = (training.book, training.finishedEpochs)
    let isWanted =
      switch kept {
      case .last: false
      case .best: book.isBestAnywhere
      case .all: true
      }
    // The last epoch's weights are stored in the run's own file.
    if isWanted, !training.isFinished {
      try WeightsFile.write(
        training.detector.weights.map(WeightRecord.init), identifier: identifier, epoch: epoch, beside: run)
    }
    switch kept {
    case .last: try WeightsFile.remove(beside: run)
    case .best: try WeightsFile.remove(beside: run, keeping: book.bestEpochs)
    case .all: break
    }
  }
}
