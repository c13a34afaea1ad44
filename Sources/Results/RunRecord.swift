import Specs

/// The measures of one ranking of a test set.
public struct Measures: Sendable, Equatable, Codable {
  public var auroc: Double
  public var averagePrecision: Double
  public var equalErrorRate: Double
  /// The false positive rate where 95 % of the anomalies are found.
  public var falsePositiveRateAt95: Double

  public init(auroc: Double, averagePrecision: Double, equalErrorRate: Double, falsePositiveRateAt95: Double)
  {
    self.auroc = auroc
    self.averagePrecision = averagePrecision
    self.equalErrorRate = equalErrorRate
    self.falsePositiveRateAt95 = falsePositiveRateAt95
  }

  /// Of an epoch that was not read.
  public static let unread = Measures(
    auroc: .nan, averagePrecision: .nan, equalErrorRate: .nan, falsePositiveRateAt95: .nan)

  /// Every measure: its name in the files, its title in tables, and where it is.
  public static let all: [(name: String, title: String, path: WritableKeyPath<Measures, Double> & Sendable)] =
    [
      ("auroc", "AUROC", \.auroc), ("average_precision", "average precision", \.averagePrecision),
      ("equal_error_rate", "EER", \.equalErrorRate),
      ("fpr_at_95_tpr", "FPR at 95 % TPR", \.falsePositiveRateAt95),
    ]
}

/// The test set of a run.
public struct SampleRecord: Sendable, Equatable {
  /// Position of each sample in the data set.
  public var index: [Int]
  public var isAnomalous: [Bool]
  /// Class of each sample, an index into `classNames`.
  public var classIndex: [Int]
  public var classNames: [String]

  public init(index: [Int], isAnomalous: [Bool], classIndex: [Int], classNames: [String]) {
    self.index = index
    self.isAnomalous = isAnomalous
    self.classIndex = classIndex
    self.classNames = classNames
  }
}

/// One way of reading scores off a trained detector: a pass over the test set and a score.
public struct ReadingRecord: Sendable, Equatable {
  /// Such as `squared-l2, running`.
  public var name: String
  /// After each epoch, on the sample that epochs are read on; `unread` for an epoch that was not read.
  public var measures: [Measures]
  /// The epoch (from 1) of the highest AUROC on that sample, the first of several; 0 before any was read.
  public var bestEpoch: Int
  /// At that epoch, on the whole test set; nil before any was read.
  public var best: Measures?
  /// After the last epoch, on the whole test set; nil before that.
  public var last: Measures?
  /// Scores after the last epoch, sample by sample; empty before that.
  public var lastScores: [Float]

  public init(
    name: String, measures: [Measures] = [], bestEpoch: Int = 0, best: Measures? = nil, last: Measures? = nil,
    lastScores: [Float] = []
  ) {
    self.name = name
    self.measures = measures
    self.bestEpoch = bestEpoch
    self.best = best
    self.last = last
    self.lastScores = lastScores
  }
}

/// A few samples as bytes, with what the detector made of them.
public struct GalleryRecord: Sendable, Equatable {
  /// `most_normal`, `most_anomalous`, `missed` or `falsely_alarmed`.
  public var name: String
  /// Positions in the test set.
  public var samples: [Int]
  /// `samples × channels × height × width`.
  public var inputs: [UInt8]
  public var reconstructions: [UInt8]

  public init(name: String, samples: [Int], inputs: [UInt8], reconstructions: [UInt8]) {
    self.name = name
    self.samples = samples
    self.inputs = inputs
    self.reconstructions = reconstructions
  }
}

/// Features of some test samples, reduced to their principal components.
public struct FeatureRecord: Sendable, Equatable {
  /// Positions in the test set.
  public var samples: [Int]
  /// `samples × components`; stored to 12 significant bits.
  public var components: [Float]
  public var explainedVarianceRatio: [Double]

  public init(samples: [Int], components: [Float], explainedVarianceRatio: [Double]) {
    self.samples = samples
    self.components = components
    self.explainedVarianceRatio = explainedVarianceRatio
  }
}

/// A row of the AUC table that a run fills. A run of an image folder fills one for each kind of anomaly.
public struct RowRecord: Sendable, Equatable, Codable {
  /// The held-out class or kind of anomaly; "all" for all kinds together.
  public var heldOut: String
  /// Of the headline reading, at the headline's epoch.
  public var measures: Measures

  public init(heldOut: String, measures: Measures) {
    self.heldOut = heldOut
    self.measures = measures
  }
}

/// A named array of a trained detector.
public struct WeightRecord: Sendable, Equatable {
  public var name: String
  public var shape: [Int]
  public var values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Everything that one run leaves behind.
public struct RunRecord: Sendable {
  public var identifier: String
  public var run: Run
  /// The spec that gives this one run, every value written out.
  public var resolvedSpec: String
  public var dataFingerprint: String
  public var provenance: Provenance
  public var trainingImages: Int
  public var samples: SampleRecord
  public var history: RunHistory
  /// The epoch (from 1) that the headline is read at.
  public var headlineEpoch: Int
  public var rows: [RowRecord]
  public var imageShape: [Int]
  public var galleries: [GalleryRecord]
  public var features: FeatureRecord?
  public var weights: [WeightRecord]

  public init(
    identifier: String, run: Run, resolvedSpec: String, dataFingerprint: String, provenance: Provenance,
    trainingImages: Int, samples: SampleRecord, history: RunHistory, headlineEpoch: Int, rows: [RowRecord],
    imageShape: [Int], galleries: [GalleryRecord], features: FeatureRecord?, weights: [WeightRecord]
  ) {
    self.identifier = identifier
    self.run = run
    self.resolvedSpec = resolvedSpec
    self.dataFingerprint = dataFingerprint
    self.provenance = provenance
    self.trainingImages = trainingImages
    self.samples = samples
    self.history = history
    self.headlineEpoch = headlineEpoch
    self.rows = rows
    self.imageShape = imageShape
    self.galleries = galleries
    self.features = features
    self.weights = weights
  }
}
