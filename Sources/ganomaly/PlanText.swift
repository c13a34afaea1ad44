import Foundation
import Runner

/// A plan as lines for the terminal.
enum PlanText {
  static func render(_ plan: Plan) -> String {
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
        case .missing: "missing"
        case .failed(let reason): "failed, will be tried again: \(reason)"
        }
      let run = entry.run.run
      let heldOut = run.heldOut.padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append(
        "  \(entry.run.identifier)  \(run.detector.name)  \(heldOut) held out  seed \(run.seed)  \(state)")
    }
    for identifier in plan.stale { lines.append("  \(identifier)  stale: the spec no longer asks for it") }
    let counts = "\(plan.entries.count - plan.missing.count) done, \(plan.missing.count) missing"
    lines.append(counts + (plan.stale.isEmpty ? "" : ", \(plan.stale.count) stale"))
    return lines.joined(separator: "\n")
  }
}
