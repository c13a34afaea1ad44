/// A run in the middle of its training: all that another process needs to continue it to the same bits.
public struct Checkpoint: Sendable {
  /// The run's id.
  public var identifier: String
  /// Of the process that wrote it, with the version of the numerics, the target and OpenBLAS's core.
  public var provenance: Provenance
  /// The machines of other kinds that the run came from before, the first one first.
  public var resumedFrom: [String]
  public var history: RunHistory
  /// Seconds of training in the epoch that is not finished.
  public var secondsInEpoch: Double
  public var detector: Detector

  /// A detector's state, as it says it itself.
  public struct Detector: Sendable {
    public var tensors: [WeightRecord]
    public var counts: [String: Int]
    public var sums: [String: Double]

    public init(tensors: [WeightRecord], counts: [String: Int], sums: [String: Double]) {
      self.tensors = tensors
      self.counts = counts
      self.sums = sums
    }
  }

  public init(
    identifier: String, provenance: Provenance, resumedFrom: [String], history: RunHistory,
    secondsInEpoch: Double, detector: Detector
  ) {
    self.identifier = identifier
    self.provenance = provenance
    self.resumedFrom = resumedFrom
    self.history = history
    self.secondsInEpoch = secondsInEpoch
    self.detector = detector
  }
}
