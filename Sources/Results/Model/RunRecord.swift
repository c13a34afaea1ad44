import Specs

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

/// A few samples as bytes, with what the detector made of them.
public struct GalleryRecord: Sendable, Equatable {
  /// `most_normal`, `most_anomalous`, `missed` or `falsely_alarmed`.
  public var name: String
  /// Positions in the test set.
  public var samples: [Int]
  /// The headline's after the last epoch.
  public var scores: [Float]
  /// `samples × channels × height × width`.
  public var inputs: [UInt8]
  public var reconstructions: [UInt8]

  public init(
    name: String, samples: [Int], scores: [Float], inputs: [UInt8], reconstructions: [UInt8]
  ) {
    self.name = name
    self.samples = samples
    self.scores = scores
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
  /// The class that is held out or normal, or the kind of anomaly; "all" for all kinds together.
  public var heldOut: String
  /// Of the headline, at its epoch.
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

/// Everything that one training and its evaluations leave behind, but for images and weights.
public struct RunRecord: Sendable {
  /// The training's id.
  public var identifier: String
  /// Ids that the same run had in files of earlier versions.
  public var earlierIdentifiers: [String] = []
  /// With the protocol that it was made for; what is stored of other evaluations stands in `history`.
  public var run: Run
  public var dataFingerprint: String
  public var provenance: Provenance
  public var trainingImages: Int
  public var samples: SampleRecord
  /// Of an image folder: the classes of its anomalies, positions among the samples' `classNames`.
  public var anomalyKinds: [Int]
  /// Of the normals held out of training, by score: ascending, after the last epoch, each image alone with running
  /// statistics. A threshold is calibrated on them.
  public var normalScores: [String: [Float]] = [:]
  public var history: RunHistory

  public init(
    identifier: String, run: Run, dataFingerprint: String, provenance: Provenance, trainingImages: Int,
    samples: SampleRecord, anomalyKinds: [Int] = [], history: RunHistory
  ) {
    self.identifier = identifier
    self.run = run
    self.dataFingerprint = dataFingerprint
    self.provenance = provenance
    self.trainingImages = trainingImages
    self.samples = samples
    self.anomalyKinds = anomalyKinds
    self.history = history
  }
}

/// What figures of a run need besides its numbers.
public struct RunMaterial: Sendable, Equatable {
  /// Channels, height and width.
  public var imageShape: [Int]
  public var galleries: [GalleryRecord]
  public var features: FeatureRecord?

  public init(imageShape: [Int], galleries: [GalleryRecord], features: FeatureRecord?) {
    self.imageShape = imageShape
    self.galleries = galleries
    self.features = features
  }
}
