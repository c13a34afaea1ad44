import Detectors
import Diagnostics
import Foundation
import Results
import Runner

/// Shows what a runner does: a bar that moves on a terminal, a plain line for each epoch otherwise.
final class RunProgress {
  private let clock = ContinuousClock()
  private let begin = ContinuousClock.now
  private var title = ""
  /// Short, since the bar shares its line with much else.
  private var barTitle = ""
  private var position = 0
  private var runCount = 0
  private var epochs = 0
  private var runBegin = ContinuousClock.now
  private var epochBegin = ContinuousClock.now
  private var lastDrawing = ContinuousClock.now - .seconds(1)
  private var lastStep: StepReport?
  private var lastStepEnd = ContinuousClock.now
  /// What other processes had done before they were stopped: the share of the run at hand (nil before its first
  /// step), of all runs, and the steps of the epoch at hand.
  private var inherited: (run: Double?, all: Double, steps: Int) = (nil, 0, 0)

  func receive(_ event: RunnerEvent) {
    switch event {
    case .runStarted(let run, let position, let count, let trainingImages, let testImages, let epochs):
      self.position = position
      self.epochs = epochs
      runCount = count
      runBegin = clock.now
      epochBegin = clock.now
      inherited.run = nil
      title = "[\(position)/\(count)] \(run.title)"
      barTitle = "[\(position)/\(count)] \(run.run.heldOut) held out"
      if !Terminal.isInteractive {
        Terminal.writeError(
          "\(title): \(trainingImages) training images, \(testImages) test images, \(epochs) epochs")
      }
    case .runResumed(_, let finishedEpochs, let step):
      let steps = step > 0 ? " and \(step) \(step == 1 ? "step" : "steps")" : ""
      tell("continues after \(finishedEpochs) \(finishedEpochs == 1 ? "epoch" : "epochs")\(steps)")
    case .checkpointSetAside(_, let problem):
      tell("the checkpoint cannot be used: \(problem)")
    case .step(let step, let epoch):
      lastStep = step
      lastStepEnd = clock.now
      if inherited.run == nil { enterFirst(step, epoch: epoch) }
      if Terminal.isInteractive { draw(step, epoch: epoch) }
    case .epochFinished(let epoch, let auroc):
      if !Terminal.isInteractive { Terminal.writeError(epochLine(epoch, auroc: auroc)) }
      epochBegin = clock.now
      inherited.steps = 0
    case .runFinished(_, let rows, let seconds):
      Terminal.clearLine()
      let areas = rows.map { row in
        let area = Self.area(row.measures.auroc)
        return rows.count == 1 ? "AUROC \(area)" : "\(row.heldOut) \(area)"
      }
      Terminal.writeError("\(title): \(areas.joined(separator: ", ")) in \(Terminal.duration(seconds))")
    case .runFailed(_, let failure):
      tell("FAILED, \(Problem(failure))")
    }
  }

  /// Writes a line about the run at hand, which stays.
  private func tell(_ text: String) {
    Terminal.clearLine()
    Terminal.writeError("\(title): \(text)")
  }

  private func epochLine(_ epoch: Int, auroc: Double) -> String {
    let losses = lastStep.map(Self.losses) ?? ""
    return "  epoch \(epoch)/\(epochs)  AUROC \(Self.area(auroc))  \(losses)  \(rate()) images/s"
  }

  private func draw(_ step: StepReport, epoch: Int) {
    guard clock.now - lastDrawing > .milliseconds(100) else { return }
    lastDrawing = clock.now
    let share = share(epoch: epoch, step: step.step, of: step.steps)
    let (runBefore, allBefore) = (inherited.run ?? 0, inherited.all)
    let runLeft = (clock.now - runBegin) / .seconds(1) * (1 - share) / (share - runBefore)
    let allShare = Double(position - 1) + share
    let allLeft = (clock.now - begin) / .seconds(1) * (Double(runCount) - allShare) / (allShare - allBefore)
    let left =
      "ETA \(Terminal.duration(runLeft))" + (runCount > 1 ? ", all \(Terminal.duration(allLeft))" : "")
    let line =
      "\(barTitle) \(Self.bar(share)) epoch \(epoch)/\(epochs)  \(Self.losses(step))  \(rate()) images/s  \(left)"
    Terminal.overwriteLine(String(line.prefix(Terminal.width(STDERR_FILENO) - 1)))
  }

  /// The run's first step in this process, which need not be the run's first.
  private func enterFirst(_ step: StepReport, epoch: Int) {
    let before = share(epoch: epoch, step: step.step - 1, of: step.steps)
    inherited = (before, inherited.all + before, step.step - 1)
  }

  /// The part of the run that is done after a step.
  private func share(epoch: Int, step: Int, of steps: Int) -> Double {
    (Double(epoch - 1) + Double(step) / Double(steps)) / Double(epochs)
  }

  private static func bar(_ share: Double) -> String {
    let cells = 16
    let eighths = Int((share * Double(cells * 8)).rounded(.down))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let full = String(repeating: "█", count: eighths / 8) + partial
    return "▕" + full.padding(toLength: cells, withPad: " ", startingAt: 0) + "▏"
  }

  /// Images a second of this epoch's training, without the scoring after it.
  private func rate() -> Int {
    let seconds = (lastStepEnd - epochBegin) / .seconds(1)
    guard seconds > 0, let step = lastStep, step.step > 0 else { return 0 }
    return Int(Double(step.images * (step.step - inherited.steps)) / Double(step.step) / seconds)
  }

  /// The terms that a person watches: the generator's sum and the discriminator's.
  private static func losses(_ step: StepReport) -> String {
    step.losses.filter { ["generator", "discriminator"].contains($0.name) }
      .map { "\($0.name) \(String(format: $0.value < 10 ? "%.3f" : "%.1f", $0.value))" }
      .joined(separator: " ")
  }

  private static func area(_ value: Double) -> String {
    let text = String(format: "%.3f", value)
    return text.hasPrefix("0") ? String(text.dropFirst()) : text
  }
}
