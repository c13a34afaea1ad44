import Specs

/// The test set of a run.
public struct SampleRecord: Sendable, Equatable {
  /// The position of each sample in the data set.
  public var index: [Int]
  /// Whether each sample is anomalous.
  public var isAnomalous: [Bool]
  /// The class of each sample, an index into `classNames`.
  public var classIndex: [Int]
  /// Names of the classes, which `classIndex` refers to.
  public var classNames: [String]
  /// The file of each sample, relative to its image folder; empty for other data sets.
  public var fileNames: [String] = []

  public init(index: [Int], isAnomalous: [Bool], classIndex: [Int], classNames: [String]) {
    self.index = index
    self.isAnomalous = isAnomalous
    self.classIndex = classIndex
    self.classNames = classNames
  }
}

/// A few samples and what the detector made of them, as bytes.
public struct GalleryRecord: Sendable, Equatable {
  /// `most_normal`, `most_anomalous`, `missed` or `falsely_alarmed`.
  public var name: String
  /// Positions in the test set.
  public var samples: [Int]
  /// The headline's scores after the last epoch.
  public var scores: [Float]
  /// `samples × channels × height × width`.
  public var inputs: [UInt8]
  /// In the shape of `inputs`.
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
  /// The share of the variance that each component explains.
  public var explainedVarianceRatio: [Double]

  public init(samples: [Int], components: [Float], explainedVarianceRatio: [Double]) {
    self.samples = samples
    self.components = components
    self.explainedVarianceRatio = explainedVarianceRatio
  }
}

/// A row of the AUC table that a run fills. An image folder's run fills one per anomaly kind.
public struct RowRecord: Sendable, Equatable, Codable {
  /// The held-out or normal class, or the anomaly kind; "all" for all kinds together.
  public var heldOut: String
  /// The headline's measures, at its epoch.
  public var measures: Measures

  public init(heldOut: String, measures: Measures) {
    self.heldOut = heldOut
    self.measures = measures
  }
}

/// How well error maps find labeled pixels, in one row of the AUC table.
public struct PixelRecord: Sendable, Equatable {
  /// The anomaly kind, or "all".
  public var row: String
  /// The area under the ROC curve over all pixels of the normal images and those of this kind.
  public var auroc: Double
  /// The area under the per-region overlap curve up to 30 % false positives, as a share of that range.
  public var aupro: Double

  /// Names the row and its two areas.
  public init(row: String, auroc: Double, aupro: Double) {
    self.row = row
    self.auroc = auroc
    self.aupro = aupro
  }
}

/// A named tensor of a detector.
public struct WeightRecord: Sendable, Equatable {
  /// Its path: slashes make groups in files.
  public var name: String
  /// Its extents; `values` has their product of elements.
  public var shape: [Int]
  /// Elements in row-major order.
  public var values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Everything that one training and its evaluations leave behind, except images and weights.
public struct RunRecord: Sendable {
  /// The training's id.
  public var identifier: String
  /// Ids of the same run in files of earlier versions.
  public var earlierIdentifiers: [String] = []
  /// The run with the protocol it was made for; other evaluations are in `history`.
  public var run: Run
  /// A hash of the data, which is part of the id.
  public var dataFingerprint: String
  /// Where and with what software it was made.
  public var provenance: Provenance
  /// How many images it was trained on.
  public var trainingImages: Int
  /// The test set.
  public var samples: SampleRecord
  /// For an image folder, the classes of its anomalies, as positions in the samples' `classNames`.
  public var anomalyKinds: [Int]
  /// Ascending scores of the normals held out of training, by score name: after the last epoch, each image alone, with
  /// running statistics. A threshold is calibrated on them.
  public var normalScores: [String: [Float]] = [:]
  /// How well error maps after the last epoch find the labeled pixels of each table row; empty without such labels.
  public var pixels: [PixelRecord] = []
  /// Measures, scores, losses and times by epoch.
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

/// The data that a run's figures need besides its numbers.
public struct RunMaterial: Sendable, Equatable {
  /// Channels, height and width.
  public var imageShape: [Int]
  /// Samples with their reconstructions; empty for a detector that makes none.
  public var galleries: [GalleryRecord]
  /// nil for a detector without features.
  public var features: FeatureRecord?

  public init(imageShape: [Int], galleries: [GalleryRecord], features: FeatureRecord?) {
    self.imageShape = imageShape
    self.galleries = galleries
    self.features = features
  }
}
