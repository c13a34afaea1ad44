/// What a run has gathered, epoch by epoch: a checkpoint keeps it, and the finished record is made from it.
public struct RunHistory: Sendable {
  /// The headline's reading first.
  public var readings: [ReadingRecord]
  /// Scores of the headline's reading at its best epoch, sample by sample.
  public var bestScores: [Float]
  /// Mean of each loss term in each epoch that was trained.
  public var losses: [(name: String, values: [Double])]
  /// How often the discriminator was drawn anew in each epoch.
  public var redraws: [Int]
  /// How badly the normals held out of training are reconstructed after each epoch that was read: the mean absolute
  /// difference of their bytes, 1 for the whole range; empty where none are held out.
  public var validationLosses: [Double]
  /// Seconds of training and of scoring in each epoch: the clock's, so kept as attributes.
  public var trainingSeconds: [Double]
  public var scoringSeconds: [Double]

  public init(
    readings: [ReadingRecord] = [], bestScores: [Float] = [],
    losses: [(name: String, values: [Double])] = [], redraws: [Int] = [], validationLosses: [Double] = [],
    trainingSeconds: [Double] = [], scoringSeconds: [Double] = []
  ) {
    self.readings = readings
    self.bestScores = bestScores
    self.losses = losses
    self.redraws = redraws
    self.validationLosses = validationLosses
    self.trainingSeconds = trainingSeconds
    self.scoringSeconds = scoringSeconds
  }

  /// Epochs that were trained.
  public var trainedEpochs: Int { redraws.count }

  /// Epochs that were trained and read.
  public var readEpochs: Int { readings.first?.measures.count ?? 0 }
}
