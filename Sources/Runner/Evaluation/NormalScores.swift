import Detectors
import Images

extension AnomalyDetector {
  /// Scores the normals held out of training, on which a threshold is calibrated; see `RunRecord.normalScores`.
  ///
  /// - Parameter requireNotStopped: called between two pieces of work; throws to stop.
  /// - Returns: ascending scores by name; none without such normals.
  func normalScores(
    of normals: ImageSelection, requireNotStopped: () throws -> Void
  ) throws -> [String: [Float]] {
    guard normals.count > 0 else { return [:] }
    let scoring = scoringEachAlone(normals)
    while !scoring.isFinished {
      try requireNotStopped()
      scoring.advance()
    }
    return scoring.scores.byName.mapValues { $0.sorted() }
  }
}
