import Detectors
import Diagnostics
import Foundation
import HDF5
import Results

extension RunFailure {
  /// The failure of a run that ran out of memory, before its first epoch or later.
  init(notEnoughMemory problem: Problem) {
    self.init(
      kind: .outOfMemory, cause: problem.cause, hint: problem.hint, lastGoodEpoch: 0,
      commit: BuildInformation.shortDescription, time: RunFailure.time())
  }

  /// The failure of the run that an error stands for; nil for problems of the spec or the disk and for stop requests,
  /// which end all runs.
  init?(_ error: any Error, lastGoodEpoch: Int) {
    let (kind, cause, hint): (Kind, String, String)
    switch error {
    case let failure as TrainingFailure:
      (kind, cause, hint) = (failure.kind == .diverged ? .diverged : .collapsed, failure.cause, failure.hint)
    case let problem as Problem:
      guard [.runFailed, .badData, .missingInput].contains(problem.kind) else { return nil }
      kind = .error
      cause = problem.place.isEmpty ? problem.cause : "\(problem.place): \(problem.cause)"
      hint = problem.hint
    case is HDF5Error, is CocoaError: return nil
    default: (kind, cause, hint) = (.error, String(describing: error), "")
    }
    self.init(
      kind: kind, cause: cause, hint: hint, lastGoodEpoch: lastGoodEpoch,
      commit: BuildInformation.shortDescription, time: RunFailure.time())
  }
}
