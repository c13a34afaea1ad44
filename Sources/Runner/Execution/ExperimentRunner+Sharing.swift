import Diagnostics
import Foundation
import Results

/// Taking those runs that no other process has.
extension ExperimentRunner {
  private enum Outcome {
    /// Done in this process, or failed for this reason.
    case carriedOut(RunFailure?)
    /// Another process has done it since the plan was made, or failed in it.
    case settled
    /// Another process is at it.
    case heldByAnother
  }

  /// A run and its place among those that were wanted at first.
  private typealias Place = (offset: Int, element: Plan.Entry)

  /// Carries out what is to be run, then waits for what others carry out.
  ///
  /// - Parameter afterRun: called after each run that was carried out.
  /// - Returns: the runs that failed.
  func executeWanted(afterRun: () throws -> Void) throws -> [FailedRun] {
    try removeTracesOfFinished()
    let wanted = plan.wanted(options)
    var failures: [FailedRun] = []
    var left = options.sharing.limit ?? .max

    /// Those of `places` that another process is at.
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

  /// A process may have ended between a run's last file and the removal of what led to it.
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
      // Its former owner may have settled it just before.
      let isSettled = try plan.isSettled(entry)
      let failure = isSettled ? nil : try execute(entry, position: position, of: count)
      try claim.release()
      return isSettled ? .settled : .carriedOut(failure)
    } catch {
      // The first error is the one to tell of; a claim that stays ends with this process.
      try? claim.release()
      throw error
    }
  }
}

extension Plan {
  /// What is to be run, in the experiment's order: of the runs that failed, only those that failed before this call.
  func wanted(_ options: RunnerOptions) -> [Entry] {
    wanted(retryingFailed: options.retriesFailed).filter { entry in
      guard case .failed(let failure) = entry.state, let moment = options.sharing.retriesFailuresBefore else {
        return true
      }
      return failure.moment.map { $0 < moment } ?? true
    }
  }

  /// Whether a run has got a result since the plan was made.
  func isSettled(_ entry: Entry) throws -> Bool {
    let files = files(of: entry.run)
    if FileManager.default.fileExists(atPath: files.storedRun) {
      let history = try RunFile.history(at: files.storedRun, identifier: entry.run.identifier)
      return Lack(entry.run, history, keptEpochs: nil) == nil
    }
    guard let failure = try FailureFile.read(files.failure) else { return false }
    return entry.state != .failed(failure)
  }
}

/// How often to look whether others have come to an end: twice a second, and so that looking takes at most a
/// twentieth of the time.
struct WaitingPace {
  private static let interval = Duration.milliseconds(500)
  private static let slice = 0.1
  private var lastEnd = ContinuousClock.now

  /// - Parameter requireNotStopped: called several times a second; what it throws ends the wait.
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
