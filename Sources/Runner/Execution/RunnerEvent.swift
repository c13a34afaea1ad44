import Detectors
import Diagnostics
import Results

/// What happens while an experiment runs, for display or recording.
public enum RunnerEvent: Sendable {
  case runStarted(IdentifiedRun, position: Int, of: Int, trainingImages: Int, testImages: Int, epochs: Int)
  /// The run just started resumes from its checkpoint, after this many finished epochs and steps of the next.
  case runResumed(IdentifiedRun, finishedEpochs: Int, step: Int)
  /// The run just started has an unusable checkpoint, for this reason, and starts over.
  case checkpointSetAside(IdentifiedRun, Problem)
  /// A finished run is evaluated in this many further ways, from its weights.
  case evaluationStarted(IdentifiedRun, evaluations: Int)
  case step(StepReport, epoch: Int)
  case epochFinished(epoch: Int, auroc: Double)
  /// Precedes `epochFinished` if `RunnerOptions.showsEpochs` is set; jobs do not forward it.
  case epochEvaluated(EpochDetails)
  case runFinished(IdentifiedRun, rows: [RowRecord], seconds: Double)
  case runFailed(IdentifiedRun, RunFailure)
  /// Only these runs are left, and other processes hold them.
  case waiting(runs: [IdentifiedRun])
}
