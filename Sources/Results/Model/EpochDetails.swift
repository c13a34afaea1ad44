/// Details of an epoch that was just evaluated, for monitoring a training. Result files keep less.
public struct EpochDetails: Sendable {
  /// From 1.
  public var epoch: Int
  /// The mean of each loss term.
  public var losses: [(name: String, value: Double)]
  /// Every score of every evaluation, on the samples that epochs are evaluated on, the headline's first; empty if the
  /// epoch was not evaluated.
  public var evaluations: [(name: String, measures: Measures)]
  /// The loss on the normals held out of training; nil if there are none.
  public var validationLoss: Double?
  /// The headline's scores of the normals among those samples.
  public var normalScores: [Float]
  /// The headline's scores of the anomalies among those samples.
  public var anomalousScores: [Float]
  /// Some of those samples' images as bytes, normal ones first; empty for a detector that does not reconstruct images.
  public var inputs: [UInt8]
  /// In the order and shape of `inputs`.
  public var reconstructions: [UInt8]
  /// Channels, height and width.
  public var imageShape: [Int]

  public init(
    epoch: Int, losses: [(name: String, value: Double)], evaluations: [(name: String, measures: Measures)],
    validationLoss: Double? = nil, normalScores: [Float], anomalousScores: [Float], inputs: [UInt8] = [],
    reconstructions: [UInt8] = [], imageShape: [Int]
  ) {
    self.epoch = epoch
    self.losses = losses
    self.evaluations = evaluations
    self.validationLoss = validationLoss
    self.normalScores = normalScores
    self.anomalousScores = anomalousScores
    self.inputs = inputs
    self.reconstructions = reconstructions
    self.imageShape = imageShape
  }
}
