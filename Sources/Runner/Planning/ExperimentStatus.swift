import Foundation
import Results

/// Where an experiment stands at the moment, whoever works at it.
public struct ExperimentStatus: Sendable {
  public enum State: Sendable {
    case done
    /// A process is at it.
    case running(Claims.Claim)
    /// Nobody is at it; whether there is a checkpoint to continue from.
    case missing(hasCheckpoint: Bool)
    case failed(RunFailure)
  }

  public let entries: [(run: IdentifiedRun, state: State)]

  /// Looks at the claims on what a plan says has no result.
  public init(_ plan: Plan) throws {
    let claims = Claims(results: plan.results, experiment: plan.experiment.name)
    let living = Dictionary(
      try claims.all().filter { !claims.isExpired($0) }.map { ($0.identifier, $0) }
    ) { first, _ in first }
    entries = plan.entries.map { entry in
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

  /// What nobody is at.
  ///
  /// - Parameter retryingFailed: whether what failed counts.
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
