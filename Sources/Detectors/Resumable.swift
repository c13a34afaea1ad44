/// Where training stands.
public struct TrainingPosition: Sendable, Equatable {
  /// The epoch in progress, from 1; 0 between two epochs.
  public var epoch: Int
  /// Steps taken in it.
  public var step: Int

  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }
}

/// A detector whose training can be stopped between two steps and continued in another process, to the same
/// bits as without the stop.
///
/// `begin` continues an epoch that was left in the middle: its batches are drawn from a stream that the epoch
/// names, so that any step of it is reached at once.
public protocol Resumable: AnomalyDetector {
  var position: TrainingPosition { get }

  /// A copy of all that training has changed; may be asked for between any two calls of `advance`.
  var state: DetectorState { get }

  /// Takes over the state of a detector with the same settings. An epoch in its middle goes on with `begin`.
  ///
  /// - Throws: `Problem` when something is missing, unknown or of another shape; then nothing is changed.
  func restore(_ state: DetectorState) throws
}
