import Detectors
import Diagnostics
import Results

/// What happens while an experiment runs, for whoever draws or records it.
public enum RunnerEvent: Sendable {
  case runStarted(IdentifiedRun, position: Int, of: Int, trainingImages: Int, testImages: Int, epochs: Int)
  /// The run that was just started continues from its checkpoint, after so many finished epochs and so many steps
  /// of the next.
  case runResumed(IdentifiedRun, finishedEpochs: Int, step: Int)
  /// The run that was just started has a checkpoint that cannot be used, for this reason: it begins anew.
  case checkpointSetAside(IdentifiedRun, Problem)
  /// A finished training is evaluated in so many further ways, from its weights.
  case evaluationStarted(IdentifiedRun, evaluations: Int)
  case step(StepReport, epoch: Int)
  case epochFinished(epoch: Int, auroc: Double)
  /// Comes before `epochFinished`, where `RunnerOptions.showsEpochs` asks for it; jobs keep it to themselves.
  case epochEvaluated(EpochDetails)
  case runFinished(IdentifiedRun, rows: [RowRecord], seconds: Double)
  case runFailed(IdentifiedRun, RunFailure)
  /// All that is left are these runs, which other processes carry out.
  case waiting(runs: [IdentifiedRun])
}
