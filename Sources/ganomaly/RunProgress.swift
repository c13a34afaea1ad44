import Detectors
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

  func receive(_ event: RunnerEvent) {
    switch event {
    case .runStarted(let run, let position, let count, let trainingImages, let testImages, let epochs):
      self.position = position
      self.epochs = epochs
      runCount = count
      runBegin = clock.now
      epochBegin = clock.now
      title = "[\(position)/\(count)] \(run.title)"
      let parts = [run.rowLabel, "\(run.run.heldOut) held out"].filter { !$0.isEmpty }
      barTitle = "[\(position)/\(count)] \(parts.joined(separator: ", "))"
      if !Terminal.isInteractive {
        Terminal.writeError(
          "\(title): \(trainingImages) training images, \(testImages) test images, \(epochs) epochs")
      }
    case .step(let step, let epoch):
      lastStep = step
      lastStepEnd = clock.now
      if Terminal.isInteractive { draw(step, epoch: epoch) }
    case .epochFinished(let epoch, let auroc):
      if !Terminal.isInteractive { Terminal.writeError(epochLine(epoch, auroc: auroc)) }
      epochBegin = clock.now
    case .runFinished(_, let rows, let seconds):
      Terminal.clearLine()
      let areas = rows.map { row in
        let area = Self.area(row.measures.auroc)
        return rows.count == 1 ? "AUROC \(area)" : "\(row.heldOut) \(area)"
      }
      Terminal.writeError("\(title): \(areas.joined(separator: ", ")) in \(Terminal.duration(seconds))")
    case .runFailed(_, let problem):
      Terminal.clearLine()
      Terminal.writeError("\(title): FAILED, \(problem)")
    }
  }

  private func epochLine(_ epoch: Int, auroc: Double) -> String {
    let losses = lastStep.map(Self.losses) ?? ""
    return "  epoch \(epoch)/\(epochs)  AUROC \(Self.area(auroc))  \(losses)  \(rate()) images/s"
  }

  private func draw(_ step: StepReport, epoch: Int) {
    guard clock.now - lastDrawing > .milliseconds(100) else { return }
    lastDrawing = clock.now
    let share = (Double(epoch - 1) + Double(step.step) / Double(step.steps)) / Double(epochs)
    let runSeconds = (clock.now - runBegin) / .seconds(1)
    let runLeft = runSeconds * (1 - share) / share
    let allShare = (Double(position - 1) + share) / Double(runCount)
    let allLeft = ((clock.now - begin) / .seconds(1)) * (1 - allShare) / allShare
    let left =
      "ETA \(Terminal.duration(runLeft))" + (runCount > 1 ? ", all \(Terminal.duration(allLeft))" : "")
    let line =
      "\(barTitle) \(Self.bar(share)) epoch \(epoch)/\(epochs)  \(Self.losses(step))  \(rate()) images/s  \(left)"
    Terminal.overwriteLine(String(line.prefix(Terminal.width(STDERR_FILENO) - 1)))
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
    return seconds > 0 ? Int(Double(lastStep?.images ?? 0) / seconds) : 0
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
