import Foundation
import Runner

/// A plan as lines for the terminal.
enum PlanText {
  /// - Parameter retryingFailed: whether the runs that failed are to be tried again.
  static func render(_ plan: Plan, retryingFailed: Bool = false) -> String {
    let shape = plan.dataset.images.shape
    var lines = [
      "\(plan.experiment.name): \(plan.dataset.title), \(plan.dataset.images.count) images of \(shape)"
    ]
    let width = plan.entries.map(\.run.run.heldOut.count).max() ?? 0
    for entry in plan.entries {
      let state =
        switch entry.state {
        case .done: "done"
        case .doneInSummary: "done (in the summary only, without weights)"
        case .missing: entry.hasCheckpoint ? "missing, continues from its checkpoint" : "missing"
        case .failed(let failure):
          "failed\(retryingFailed ? ", will be tried again" : ""): \(failure.summary)"
        }
      let run = entry.run.run
      let heldOut = run.heldOut.padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append(
        "  \(entry.run.identifier)  \(run.detector.name)  \(heldOut) held out  seed \(run.seed)  \(state)")
    }
    for run in plan.staleRuns() {
      lines.append("  \(run.identifier)  stale: \(run.reasons.joined(separator: "; "))")
    }
    let (missing, failed) = (plan.missing.count, plan.failed.count)
    var counts = ["\(plan.entries.count - missing - failed) done", "\(missing) missing"]
    if failed > 0 { counts.append("\(failed) failed") }
    if !plan.stale.isEmpty { counts.append("\(plan.stale.count) stale") }
    lines.append(counts.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }
}
