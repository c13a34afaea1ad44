import Detectors
import Diagnostics
import Results

/// What happens while an experiment runs, for whoever draws or records it.
public enum RunnerEvent: Sendable {
  case runStarted(IdentifiedRun, position: Int, of: Int, trainingImages: Int, testImages: Int, epochs: Int)
  case step(StepReport, epoch: Int)
  case epochFinished(epoch: Int, auroc: Double)
  case runFinished(IdentifiedRun, rows: [RowRecord], seconds: Double)
  case runFailed(IdentifiedRun, Problem)
}
