import HDF5

/// Which samples a gallery shows.
public enum GalleryName: String, CaseIterable, Sendable {
  case mostNormal = "most_normal"
  case mostAnomalous = "most_anomalous"
  case missed
  case falselyAlarmed = "falsely_alarmed"

  /// What its samples are, for a heading.
  public var title: String {
    switch self {
    case .mostNormal: "lowest scores"
    case .mostAnomalous: "highest scores"
    case .missed: "missed: anomalous samples with the lowest scores"
    case .falselyAlarmed: "false alarms: normal samples with the highest scores"
    }
  }
}

/// A gallery as it is stored, with the shape of its images.
public struct Gallery: Sendable, Equatable {
  /// Which samples it shows.
  public var name: GalleryName
  /// Positions in the test set.
  public var samples: [Int]
  /// The headline's scores after the last epoch.
  public var scores: [Float]
  /// Channels, height and width.
  public var imageShape: [Int]
  /// `samples × channels × height × width`.
  public var inputs: [UInt8]
  /// In the shape of `inputs`.
  public var reconstructions: [UInt8]

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  init(_ group: HDF5Group, name: GalleryName, sampleCount: Int) throws {
    self.name = name
    samples = try group.samples(below: sampleCount)
    scores = try group.openDataset("score").read(Float.self, shape: [samples.count])
    let images = try group.openDataset("input")
    let (bytes, shape) = try images.read(UInt8.self)
    guard shape.count == 4, shape[0] == samples.count, [1, 3].contains(shape[1]) else {
      throw images.refusal("its shape \(shape) is not that of \(samples.count) images")
    }
    imageShape = Array(shape.dropFirst())
    inputs = bytes
    reconstructions = try group.openDataset("reconstruction").read(UInt8.self, shape: shape)
  }
}

/// Stored features, and their t-SNE if it was computed.
public struct StoredFeatures: Sendable, Equatable {
  /// The features, reduced to their principal components.
  public var features: FeatureRecord
  /// nil if t-SNE was not asked for.
  public var embedding: EmbeddingRecord?

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  init(_ group: HDF5Group, sampleCount: Int) throws {
    let samples = try group.samples(below: sampleCount)
    let ratio = try group.openDataset("explained_variance_ratio").read(Double.self).values
    features = FeatureRecord(
      samples: samples,
      components: try group.openDataset("components").read(Float.self, shape: [samples.count, ratio.count]),
      explainedVarianceRatio: ratio)
    embedding = try EmbeddingGroup.read(from: group, samples: samples.count)
  }
}

extension HDF5Group {
  /// Positions in a test set of `count` samples.
  fileprivate func samples(below count: Int) throws -> [Int] {
    let dataset = try openDataset("sample")
    let samples = try dataset.read(Int.self).values
    guard samples.allSatisfy((0..<count).contains) else {
      throw dataset.refusal("it holds a position outside a test set of \(count) samples")
    }
    return samples
  }
}
