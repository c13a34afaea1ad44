import Foundation
import Results
import Runner
import Specs

/// A plan as lines for the terminal.
enum PlanText {
  /// Beyond this number, lines are counted instead of shown.
  static let mostLines = 200

  /// - Parameters:
  ///   - retryingFailed: whether failed runs will be retried.
  ///   - isComplete: whether to list every run, however many there are.
  static func render(_ plan: Plan, retryingFailed: Bool = false, isComplete: Bool = false) -> String {
    let shape = plan.dataset.images.shape
    var lines = [
      "\(plan.experiment.name): \(plan.dataset.title), \(plan.dataset.images.count) images of \(shape)"
    ]
    let most = isComplete ? Int.max : mostLines
    let shown = plan.entries.prefix(most)
    let columns = [\IdentifiedRun.run.detector.name, \.rowSuffix, \.run.classPhrase]
    let widths = columns.map { column in shown.map { $0.run[keyPath: column].count }.max() ?? 0 }
    for entry in shown {
      let cells = zip(columns, widths).filter { $0.1 > 0 }.map { column, width in
        entry.run[keyPath: column].padding(toLength: width, withPad: " ", startingAt: 0)
      }
      let state = state(entry, retryingFailed: retryingFailed)
      let words = [entry.run.identifier] + cells + ["seed \(entry.run.run.seed)", state]
      lines.append("  " + words.joined(separator: "  "))
    }
    if plan.entries.count > shown.count {
      lines.append("  and \(plan.entries.count - shown.count) more runs (plan --all lists them)")
    }
    for run in plan.staleRuns(most: most) {
      lines.append("  \(run.identifier)  stale: \(run.reasons.joined(separator: "; "))")
    }
    if plan.stale.count > most {
      lines.append("  and \(plan.stale.count - most) more stale runs (plan --all lists them)")
    }
    lines += plan.openRungs.map(line)
    let (done, missing, failed) = plan.counts
    var counts = ["\(done) done", "\(missing) missing"]
    if failed > 0 { counts.append("\(failed) failed") }
    if !plan.stale.isEmpty { counts.append("\(plan.stale.count) stale") }
    lines.append(counts.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  private static func state(_ entry: Plan.Entry, retryingFailed: Bool) -> String {
    switch entry.state {
    case .done: "done"
    case .doneInSummary: "done (in the summary only, without weights)"
    case .missing: entry.hasCheckpoint ? "missing, continues from its checkpoint" : "missing"
    case .lacking(let lack): words(lack)
    case .failed(let failure): "failed\(retryingFailed ? ", will be tried again" : ""): \(failure.summary)"
    }
  }

  private static func words(_ lack: Lack) -> String {
    let passes = lack.evaluations.map(\.pass.rawValue).joined(separator: ", ")
    return switch lack.remedy {
    case .evaluatingAllEpochs: "trained, \(passes) to be evaluated from its weights"
    case .evaluatingLastEpoch:
      "trained, \(passes) to be evaluated from its weights, after the last epoch alone: the other epochs' were not kept"
    case .training: "\(passes) missing, and to be trained again: its weights are not here"
    }
  }

  private static func line(_ rung: Halving.Rung) -> String {
    let configurations = rung.configurations == 1 ? "configuration goes" : "configurations go"
    return "  then the best \(rung.configurations) \(configurations) to \(rung.epochs) epochs"
  }
}
