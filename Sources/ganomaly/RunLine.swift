import Detectors
import Diagnostics
import Foundation
import Reports
import Results
import Runner

/// The display of a run in progress: lines that stay, and one that is updated.
struct RunLine {
  private var title = ""
  /// Short, since it shares its line with the bar.
  private var barTitle = ""
  private var epochs = 0
  private var begin = ContinuousClock.now
  private var epochBegin = ContinuousClock.now
  private var lastStep: StepReport?
  /// Images per second in this epoch's training, without the evaluation after it.
  private var rate = 0
  private var epoch = 0
  /// What another process had done of this run, and of the epoch in progress, before it stopped.
  private var resumed = (epochs: 0, steps: 0)
  private var inheritedSteps = 0
  /// Whether a run is in progress.
  private(set) var isActive = false

  /// Updates the display for an event.
  ///
  /// - Parameters:
  ///   - keepsEpochs: whether each epoch gets a line that stays.
  ///   - namesEpochs: whether that line names the run.
  /// - Returns: the lines that stay.
  mutating func receive(
    _ event: RunnerEvent, at moment: ContinuousClock.Instant, keepsEpochs: Bool, namesEpochs: Bool
  ) -> [String] {
    switch event {
    case .runStarted(let run, let position, let count, let trainingImages, let testImages, let epochs):
      self.epochs = epochs
      isActive = true
      begin = moment
      epochBegin = moment
      lastStep = nil
      resumed = (0, 0)
      inheritedSteps = 0
      title = "[\(position)/\(count)] \(run.title)"
      let parts = [run.rowLabel, run.run.classPhrase].filter { !$0.isEmpty }
      barTitle = "[\(position)/\(count)] \(parts.joined(separator: ", "))"
      return keepsEpochs
        ? ["\(title): \(trainingImages) training images, \(testImages) test images, \(epochs) epochs"] : []
    case .runResumed(_, let finishedEpochs, let step):
      resumed = (finishedEpochs, step)
      inheritedSteps = step
      let steps = step > 0 ? " and \(step) \(step == 1 ? "step" : "steps")" : ""
      return [
        "\(title): continues after \(finishedEpochs) \(finishedEpochs == 1 ? "epoch" : "epochs")\(steps)"
      ]
    case .checkpointSetAside(_, let problem):
      return ["\(title): the checkpoint cannot be used: \(problem)"]
    case .evaluationStarted(let run, let evaluations):
      title = run.title
      return [
        "\(title): \(evaluations) further \(evaluations == 1 ? "evaluation" : "evaluations") of its weights"
      ]
    case .step(let step, let epoch):
      lastStep = step
      let seconds = (moment - epochBegin) / .seconds(1)
      if seconds > 0 {
        rate = Int(Double(step.images * (step.step - inheritedSteps)) / Double(step.step) / seconds)
      }
      self.epoch = epoch
      return []
    case .epochEvaluated:
      return []
    case .epochFinished(let epoch, let auroc):
      let line = epochLine(epoch, auroc: auroc)
      epochBegin = moment
      inheritedSteps = 0
      return keepsEpochs ? [namesEpochs ? "\(title): \(line)" : "  \(line)"] : []
    case .runFinished(_, let rows, let seconds):
      isActive = false
      let areas = rows.map { row in
        guard row.measures.isEvaluated else { return "no anomalies to test on" }
        let area = threeDecimals(row.measures.auroc)
        return rows.count == 1 ? "AUROC \(area)" : "\(row.heldOut) \(area)"
      }
      return ["\(title): \(areas.joined(separator: ", ")) in \(Terminal.duration(seconds))"]
    case .runFailed(_, let failure):
      isActive = false
      return ["\(title): FAILED, \(Problem(failure))"]
    case .waiting(let runs):
      return [
        runs.count == 1
          ? "Waiting for a run that another process has claimed."
          : "Waiting for \(runs.count) runs that other processes have claimed."
      ]
    }
  }

  /// The fraction of the run that is done, from 0 to 1.
  var share: Double {
    guard let step = lastStep, isActive else { return 0 }
    return (Double(epoch - 1) + Double(step.step) / Double(step.steps)) / Double(epochs)
  }

  /// The fraction of the run that this process has done.
  var ownShare: Double {
    guard let step = lastStep, isActive else { return 0 }
    return share - (Double(resumed.epochs) + Double(resumed.steps) / Double(step.steps)) / Double(epochs)
  }

  /// The line that is updated; nil before the first step.
  var bar: String? {
    guard let step = lastStep, isActive else { return nil }
    return
      "\(barTitle) \(Self.bar(share)) epoch \(epoch)/\(epochs)  \(Self.losses(step))  \(rate) images/s  "
      + "ETA \(Terminal.duration(secondsLeft))"
  }

  /// The headings of `cells`.
  static let headings = ["run", "", "epoch", "ETA", "images/s", "losses"]

  /// The same as a table row among other jobs'; nil before the first step.
  var cells: [String]? {
    guard let step = lastStep, isActive else { return nil }
    return [
      barTitle, Self.bar(share), "\(epoch)/\(epochs)", Terminal.duration(secondsLeft), "\(rate)",
      Self.losses(step),
    ]
  }

  /// The time until the run ends, at this process's pace.
  private var secondsLeft: Double {
    ((ContinuousClock.now - begin) / .seconds(1)) * (1 - share) / max(ownShare, 1e-9)
  }

  private func epochLine(_ epoch: Int, auroc: Double) -> String {
    let area = auroc.isNaN ? "not evaluated" : "AUROC \(threeDecimals(auroc))"
    // Without a step in this process, which resumed at the end of the epoch, there are neither losses nor a rate.
    let training = lastStep.map { "  \(Self.losses($0))  \(rate) images/s" } ?? ""
    return "epoch \(epoch)/\(epochs)  \(area)\(training)"
  }

  private static func bar(_ share: Double) -> String {
    let cells = 16
    let eighths = Int((share * Double(cells * 8)).rounded(.down))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let full = String(repeating: "█", count: eighths / 8) + partial
    return "▕" + full.padding(toLength: cells, withPad: " ", startingAt: 0) + "▏"
  }

  /// The losses worth watching: the generator's total and the discriminator's, or else the first one.
  private static func losses(_ step: StepReport) -> String {
    let players = step.losses.filter { ["generator", "discriminator"].contains($0.name) }
    return (players.isEmpty ? Array(step.losses.prefix(1)) : players)
      .map { "\($0.name) \(String(format: $0.value < 10 ? "%.3f" : "%.1f", $0.value))" }
      .joined(separator: " ")
  }

}
