/// A detector whose training can stop between two steps and resume in another process, with bit-identical results.
///
/// `begin` continues an interrupted epoch: the order of its batches comes from a random stream named after the epoch,
/// so any step can be reached directly.
public protocol Resumable: AnomalyDetector {
  /// Steps taken in the epoch in progress; 0 between two epochs.
  var stepsInEpoch: Int { get }

  /// A copy of everything training has changed; can be read between any two calls of `advance`.
  var state: DetectorState { get }

  /// Restores the state of a detector with the same settings. `begin` then continues an epoch left in the middle.
  ///
  /// - Throws: `Problem` when something is missing, unknown or has the wrong shape; then nothing is changed.
  func restore(_ state: DetectorState) throws
}
