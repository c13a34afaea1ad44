/// Everything that training continues from, taken between two steps.
public struct DetectorState: Sendable, Equatable {
  /// Weights, running statistics, the optimiser's moments.
  public var tensors: [NamedTensor]
  /// Counts, such as the optimiser's steps or the steps within the epoch.
  public var counts: [String: Int]
  /// Sums over the epoch so far.
  public var sums: [String: Double]

  public init(tensors: [NamedTensor], counts: [String: Int], sums: [String: Double]) {
    self.tensors = tensors
    self.counts = counts
    self.sums = sums
  }
}

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
/// `fit` continues an epoch that was left in the middle: its batches are drawn from a stream that the epoch
/// names, so that any step of it is reached at once.
public protocol Resumable: AnomalyDetector {
  var position: TrainingPosition { get }

  /// A copy of all that training has changed; to be asked for between two steps, so also in `fit`'s `progress`.
  var state: DetectorState { get }

  /// Takes over the state of a detector with the same settings.
  ///
  /// - Throws: `Problem` when something is missing, unknown or of another shape; then nothing is changed.
  func restore(_ state: DetectorState) throws
}
