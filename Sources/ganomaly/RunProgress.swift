import Foundation
import Reports
import Runner

/// Shows the progress of a runner or its jobs: on a terminal, a moving bar for each job; otherwise, a plain line for
/// each epoch.
final class RunProgress {
  private let begin = ContinuousClock.now
  private var lines: [RunLine]
  private var lastDrawing = ContinuousClock.now - .seconds(1)
  /// Bars currently on the terminal.
  private var drawnLines = 0
  private var runCount = 0
  /// Runs that have ended, finished or failed.
  private var carriedOut = 0

  init(jobs: Int = 1) { lines = Array(repeating: RunLine(), count: jobs) }

  /// - Parameters:
  ///   - job: the index of the job, from 0.
  ///   - moment: when the event happened.
  func receive(_ event: RunnerEvent, job: Int = 0, at moment: ContinuousClock.Instant = .now) {
    switch event {
    case .runStarted(_, _, let count, _, _, _): runCount = count
    case .runFinished, .runFailed: carriedOut += 1
    default: break
    }
    let staying = lines[job].receive(
      event, at: moment, keepsEpochs: !Terminal.isInteractive, namesEpochs: lines.count > 1)
    if !staying.isEmpty {
      clear()
      for line in staying { Terminal.writeError(line) }
    }
    if Terminal.isInteractive { draw() }
  }

  /// Removes the bars from the terminal.
  func clear() {
    if drawnLines > 0 { Terminal.clearLines(drawnLines) }
    drawnLines = 0
  }

  private func draw() {
    guard .now - lastDrawing > .milliseconds(100) || drawnLines == 0 else { return }
    lastDrawing = .now
    var bars = lines.count == 1 ? lines.compactMap(\.bar) : table
    guard !bars.isEmpty else { return }
    if runCount > 1 { bars[bars.count - 1] += ", all \(Terminal.duration(secondsLeft))" }
    let width = Terminal.width(STDERR_FILENO) - 1
    clear()
    Terminal.drawLines(bars.map { String($0.prefix(width)) })
    drawnLines = bars.count
  }

  /// One row per job, under a heading; empty before the first step.
  private var table: [String] {
    let rows = lines.compactMap(\.cells)
    return rows.isEmpty ? [] : alignedColumns([RunLine.headings] + rows, names: 2)
  }

  /// The time for all remaining runs, at the pace of this process and its jobs so far.
  private var secondsLeft: Double {
    let own = Double(carriedOut) + lines.reduce(0) { $0 + $1.ownShare }
    let left = Double(runCount - carriedOut) - lines.reduce(0) { $0 + $1.share }
    return ((.now - begin) / .seconds(1)) * left / max(own, 1e-9)
  }
}
