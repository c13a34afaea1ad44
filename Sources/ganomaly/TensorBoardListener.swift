import Reports
import Results
import Runner

/// Writes a runner's events to TensorBoard event files.
struct TensorBoardListener {
  private let log: TensorBoardLog

  init(folder: String) { log = TensorBoardLog(folder: folder) }

  /// - Throws: `Problem` if a file cannot be written.
  func receive(_ event: RunnerEvent) throws {
    switch event {
    case .runStarted(let run, _, _, _, _, _): try log.begin(run)
    case .epochEvaluated(let details): try log.add(details)
    case .runFinished(_, let rows, _): try log.end(rows: rows)
    case .runFailed: try log.end(rows: nil)
    case .evaluationStarted, .runResumed, .checkpointSetAside, .step, .epochFinished, .waiting: break
    }
  }
}
