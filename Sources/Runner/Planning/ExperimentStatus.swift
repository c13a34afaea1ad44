import Foundation
import Results
import Specs

/// The current state of an experiment's runs, whichever process executes them.
public struct ExperimentStatus: Sendable {
  /// The current state of a run.
  public enum State: Sendable {
    case done
    /// A process holds this claim on it.
    case running(Claims.Claim)
    /// No process holds it; `hasCheckpoint` tells whether it can be resumed.
    case missing(hasCheckpoint: Bool)
    case failed(RunFailure)
  }

  /// All planned runs, in the plan's order.
  public let entries: [(run: IdentifiedRun, state: State)]

  /// Reads the claims on the plan's unfinished runs.
  public init(_ plan: Plan) throws {
    try self.init(plan.entries, of: plan.experiment, results: plan.results)
  }

  /// Reads the state without the data, of which stored runs tell the fingerprint.
  ///
  /// - Returns: nil if no run that the experiment asks for is stored.
  public init?(_ experiment: Experiment, results: String) throws {
    let stored = try StoredIdentifiers(experiment, results: results)
    guard let fingerprint = try stored.dataFingerprint(for: experiment) else { return nil }
    let ladder = Ladder(experiment: experiment, dataFingerprint: fingerprint, results: results)
    try self.init(Plan.entries(ladder, stored).entries, of: experiment, results: results)
  }

  private init(_ planned: [Plan.Entry], of experiment: Experiment, results: String) throws {
    let claims = Claims(results: results, experiment: experiment.name)
    let living = Dictionary(
      try claims.all().filter { !claims.isExpired($0) }.map { ($0.identifier, $0) }
    ) { first, _ in first }
    entries = planned.map { entry in
      let state: State =
        switch entry.state {
        case .done, .doneInSummary: .done
        case .missing, .lacking, .failed:
          if let claim = living[entry.run.identifier] {
            .running(claim)
          } else if case .failed(let failure) = entry.state {
            .failed(failure)
          } else {
            .missing(hasCheckpoint: entry.hasCheckpoint)
          }
        }
      return (entry.run, state)
    }
  }

  /// Runs to be executed that no process holds.
  ///
  /// - Parameter retryingFailed: whether to include failed runs.
  public func free(retryingFailed: Bool) -> [IdentifiedRun] {
    entries.filter { entry in
      switch entry.state {
      case .missing: true
      case .failed: retryingFailed
      case .done, .running: false
      }
    }.map(\.run)
  }
}
