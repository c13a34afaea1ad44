import Diagnostics
import Foundation
import Results

/// Taking the runs that no other process holds.
extension ExperimentRunner {
  private enum Outcome {
    /// Executed by this process; the failure, if it failed.
    case carriedOut(RunFailure?)
    /// Finished by another process since the plan was made, or failed there.
    case settled
    /// Another process is running it.
    case heldByAnother
  }

  /// A run and its position among those wanted at the start.
  private typealias Place = (offset: Int, element: Plan.Entry)

  /// Executes the wanted runs, then waits for those that other processes hold.
  ///
  /// - Parameter afterRun: called after each run that this process executed.
  /// - Returns: the runs that failed.
  func executeWanted(afterRun: () throws -> Void) throws -> [FailedRun] {
    try removeTracesOfFinished()
    let wanted = plan.wanted(options)
    var failures: [FailedRun] = []
    var left = options.sharing.limit ?? .max

    /// Attempts each of `places`; returns those that another process holds.
    func attempt(_ places: [Place]) throws -> [Place] {
      var held: [Place] = []
      for place in places where left > 0 {
        try options.requireNotStopped()
        switch try self.attempt(place.element, position: place.offset + 1, of: wanted.count) {
        case .settled: break
        case .heldByAnother: held.append(place)
        case .carriedOut(let failure):
          left -= 1
          if let failure { failures.append(FailedRun(place.element.run, failure)) }
          try afterRun()
        }
      }
      return held
    }

    var held = try attempt(options.sharing.ordered(Array(wanted.enumerated())))
    guard options.sharing.waitsForOthers, !held.isEmpty, left > 0 else { return failures }
    try listener(.waiting(runs: held.map(\.element.run)))
    var pace = WaitingPace()
    while !held.isEmpty, left > 0 {
      try pace.wait(unless: options.requireNotStopped)
      held = try attempt(held)
    }
    return failures
  }

  /// Removes traces left by a process that ended after writing a run's file but before removing them.
  private func removeTracesOfFinished() throws {
    let folder = try plan.folder()
    let withTraces = folder.finished.intersection(folder.stopped.union(folder.failed))
    guard !withTraces.isEmpty else { return }
    for entry in plan.entries where entry.state == .done && withTraces.contains(entry.run.identifier) {
      try plan.files(of: entry.run).removeTraces()
    }
  }

  private func attempt(_ entry: Plan.Entry, position: Int, of count: Int) throws -> Outcome {
    if try plan.isSettled(entry) { return .settled }
    guard let claim = try claims.take(entry.run.identifier) else { return .heldByAnother }
    do {
      // Its previous owner may have settled it in the meantime.
      let isSettled = try plan.isSettled(entry)
      let failure = isSettled ? nil : try execute(entry, position: position, of: count)
      try claim.release()
      return isSettled ? .settled : .carriedOut(failure)
    } catch {
      // Report the first error; an unreleased claim expires with this process.
      try? claim.release()
      throw error
    }
  }
}

extension Plan {
  /// The runs to execute, in the experiment's order; of the failed runs, only those that failed before this call.
  func wanted(_ options: RunnerOptions) -> [Entry] {
    wanted(retryingFailed: options.retriesFailed).filter { entry in
      guard case .failed(let failure) = entry.state, let moment = options.sharing.retriesFailuresBefore else {
        return true
      }
      return failure.moment.map { $0 < moment } ?? true
    }
  }

  /// Whether a run has finished or failed since the plan was made.
  func isSettled(_ entry: Entry) throws -> Bool {
    let files = files(of: entry.run)
    if try files.isComplete(entry.run) { return true }
    guard let failure = try FailureFile.read(files.failure) else { return false }
    return entry.state != .failed(failure)
  }
}

/// How often to check on other processes: twice a second, or less if checking would take more than a twentieth of the
/// time.
struct WaitingPace {
  private static let interval = Duration.milliseconds(500)
  private static let slice = 0.1
  private var lastEnd = ContinuousClock.now

  /// - Parameter requireNotStopped: called several times a second; an error it throws ends the wait.
  mutating func wait(unless requireNotStopped: () throws -> Void) throws {
    let cost = ContinuousClock.now - lastEnd
    let end = ContinuousClock.now + max(Self.interval, cost * 20)
    while ContinuousClock.now < end {
      try requireNotStopped()
      Thread.sleep(forTimeInterval: Self.slice)
    }
    lastEnd = .now
  }
}
