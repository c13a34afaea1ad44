/// What is to be seen of an epoch that was just evaluated, for whoever watches a training. Results keep less of it.
public struct EpochDetails: Sendable {
  /// From 1.
  public var epoch: Int
  /// The mean of each loss term.
  public var losses: [(name: String, value: Double)]
  /// Every score of every evaluation, on the samples that epochs are evaluated on, the headline's first; none where
  /// the epoch was not evaluated.
  public var evaluations: [(name: String, measures: Measures)]
  /// Of the normals that are held out of training; nil where none are.
  public var validationLoss: Double?
  /// The headline's scores on that sample.
  public var normalScores: [Float]
  public var anomalousScores: [Float]
  /// Some of its images, normal ones first, as bytes; none for a detector that rebuilds no images.
  public var inputs: [UInt8]
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
