/// A run in progress: everything that another process needs to resume it, bit for bit.
public struct Checkpoint: Sendable {
  /// The run's id.
  public var identifier: String
  /// Facts about the process that wrote it, with the version of the numerics, the target and OpenBLAS's core.
  public var provenance: Provenance
  /// Machines of other kinds that the run was resumed from, the first one first.
  public var resumedFrom: [String]
  /// Everything recorded so far.
  public var history: RunHistory
  /// Seconds of training in the unfinished epoch.
  public var secondsInEpoch: Double
  /// Seconds of evaluation within the unfinished epoch.
  public var evaluationSecondsInEpoch: Double
  /// The detector's state in training.
  public var detector: Detector

  /// A detector's state, as the detector itself exports it.
  public struct Detector: Sendable {
    /// Weights, running statistics and the optimizer's moments.
    public var tensors: [WeightRecord]
    /// Counts, such as the optimizer's steps or the steps within the epoch.
    public var counts: [String: Int]
    /// Sums over the epoch so far.
    public var sums: [String: Double]

    public init(tensors: [WeightRecord], counts: [String: Int], sums: [String: Double]) {
      self.tensors = tensors
      self.counts = counts
      self.sums = sums
    }
  }

  public init(
    identifier: String, provenance: Provenance, resumedFrom: [String], history: RunHistory,
    secondsInEpoch: Double, evaluationSecondsInEpoch: Double = 0, detector: Detector
  ) {
    self.identifier = identifier
    self.provenance = provenance
    self.resumedFrom = resumedFrom
    self.history = history
    self.secondsInEpoch = secondsInEpoch
    self.evaluationSecondsInEpoch = evaluationSecondsInEpoch
    self.detector = detector
  }
}
