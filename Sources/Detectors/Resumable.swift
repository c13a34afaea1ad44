/// How far training has come.
public struct TrainingPosition: Sendable, Equatable {
  /// The epoch in progress, from 1; 0 between two epochs.
  public var epoch: Int
  /// Steps taken in that epoch.
  public var step: Int

  /// - Parameters:
  ///   - epoch: from 1; 0 between two epochs.
  ///   - step: steps taken in that epoch.
  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }
}

/// A detector whose training can stop between two steps and resume in another process, with bit-identical results.
///
/// `begin` continues an interrupted epoch: the order of its batches comes from a random stream named after the epoch,
/// so any step can be reached directly.
public protocol Resumable: AnomalyDetector {
  /// The epoch and step that training has reached.
  var position: TrainingPosition { get }

  /// A copy of everything training has changed; can be read between any two calls of `advance`.
  var state: DetectorState { get }

  /// Restores the state of a detector with the same settings. `begin` then continues an epoch left in the middle.
  ///
  /// - Throws: `Problem` when something is missing, unknown or has the wrong shape; then nothing is changed.
  func restore(_ state: DetectorState) throws
}
